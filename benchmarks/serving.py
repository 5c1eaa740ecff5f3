"""Runs a peer's server in a process of its own: ``python -m benchmarks.serving PEER KIND SUBJECT PORT``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from benchmarks.peers import load_peer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["serve_with_uvicorn"]


def serve_with_uvicorn(app: Any, port: int, *, ws: Any = "auto") -> None:
    """Serve an application at a port of the loopback, until the process ends.

    Args:
        app: The application.
        port: Where.
        ws: The WebSocket protocol, by uvicorn's name for it or as a class.
    """
    import uvicorn  # only where something is served

    uvicorn.run(app, host="127.0.0.1", port=port, ws=ws, log_level="error", access_log=False)


def main(arguments: list[str]) -> None:
    """Serve what the command line says."""
    peer_name, kind, subject, port = arguments
    peer = load_peer(peer_name)
    if kind == "rooms":
        serve_with_uvicorn(peer.rooms[subject](), int(port))
        return
    servers: Mapping[str, Callable[[int], None]] = peer.servers
    servers[subject](int(port))


if __name__ == "__main__":
    main(sys.argv[1:])
