"""Builds an application, and prints what that took or what its document takes.

python -m benchmarks.built build|document PEER SUBJECT ENDPOINTS
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import time

from benchmarks.asgi import call, running
from benchmarks.peers import load_peer
from benchmarks.suites.generated import MODELS, model_pair

__all__ = ["main"]


def build(peer: str, subject: str, endpoints: int) -> float:
    """Return the CPU time of building an application, which must answer then."""
    make = load_peer(peer).built[subject]
    start = time.process_time()
    application = make(endpoints)
    taken = time.process_time() - start

    async def ask() -> list[int]:
        async with running(application):
            last = endpoints - 1 - (endpoints + 1) % 2  # only every other one is asked with GET
            paths = [f"/group0/items0/{1}", f"/group{last // 10}/items{last}/7"]
            return [(await call(application, path))[0]["status"] for path in paths]

    statuses = asyncio.run(ask())
    if statuses != [200, 200]:
        raise AssertionError(f"the first and the last endpoint have answered with {statuses}")
    return taken


def document(peer: str, subject: str, endpoints: int) -> float:
    """Return the CPU time of making a document, which must hold every endpoint."""
    make = load_peer(peer).documents[subject](endpoints)
    # Whose turn it is when garbage is collected is a matter of chance.
    gc.collect()
    gc.disable()
    start = time.process_time()
    made = make()
    taken = time.process_time() - start
    described = made.get("channels") or made["paths"]
    if len(described) != endpoints:
        raise AssertionError(f"the document describes {len(described)} endpoints instead of {endpoints}")
    return taken


def main(arguments: list[str]) -> None:
    """Do what the command line says."""
    what, peer, subject, endpoints = arguments
    for number in range(MODELS):
        model_pair(number)
    work = {"build": build, "document": document}[what]
    print(json.dumps(work(peer, subject, int(endpoints))))


if __name__ == "__main__":
    main(sys.argv[1:])
