"""Which versions of everything were measured."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from benchmarks.peers import DISTRIBUTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["versions"]

FOUNDATIONS = ("pydantic", "uvicorn", "websockets", "uvloop", "redis")


def versions(peers: Iterable[str]) -> str:
    """Return a line of what was measured, and what it stands on."""
    distributions = [name for peer in peers for name in DISTRIBUTIONS[peer]]
    found = [f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"]
    for name in dict.fromkeys([*distributions, *FOUNDATIONS]):
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)
