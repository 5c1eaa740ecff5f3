"""Who is compared: each peer in a module of its own, which is loaded only where its library is installed."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from benchmarks.asgi import Application

__all__ = ["DISTRIBUTIONS", "Peer", "load_peer", "missing", "not_installed", "present"]

DISTRIBUTIONS: Final[dict[str, tuple[str, ...]]] = {
    "pyfly": ("pyfly",),
    "bare": (),
    "starlette": ("starlette",),
    "fastapi": ("fastapi",),
    "litestar": ("litestar",),
    "blacksheep": ("blacksheep",),
    "chanx": ("chanx", "fast-channels"),
    "picows": ("picows",),
    "pyfly_picows": ("pyfly", "picows"),
}
"""The peers' modules, and the distributions that each of them needs."""


@dataclass(frozen=True)
class Peer:
    """What a peer can be asked to do; by the name of the subject, since one peer may do it in several ways.

    Attributes:
        echo: Applications that send every text message of ``/echo`` back.
        handshake: Applications that accept a session at ``/rooms/{room}`` and close it.
        typed: Applications that read the messages of `benchmarks.suites.typed` at ``/chat``, and write them back.
        frames: The frames these messages come in, where the peer has a shape of its own for them.
        item: Applications that answer ``GET /items/{item_id}`` with a model as JSON.
        routed: Applications with so many endpoints, for `benchmarks.suites.routing`.
        indexed: Whether it finds a route among many without trying one after the other.
        built: What builds an application of so many endpoints that take and answer with models.
        documents: What builds such an application, and gives what makes its OpenAPI or AsyncAPI document.
        imported: The statements that import it, for `benchmarks.suites.imports`.
        rooms: Applications that send every message of ``/room`` to all who are there.
        servers: What serves ``/echo`` at a port, until the process ends.
    """

    echo: Mapping[str, Callable[[], Application]] = field(default_factory=dict)
    handshake: Mapping[str, Callable[[], Application]] = field(default_factory=dict)
    typed: Mapping[str, Callable[[], Application]] = field(default_factory=dict)
    frames: Sequence[str] = ()
    item: Mapping[str, Callable[[], Application]] = field(default_factory=dict)
    routed: Mapping[str, Callable[[int], Application]] = field(default_factory=dict)
    indexed: bool = False
    built: Mapping[str, Callable[[int], Application]] = field(default_factory=dict)
    documents: Mapping[str, Callable[[int], Callable[[], dict[str, Any]]]] = field(default_factory=dict)
    imported: Mapping[str, str] = field(default_factory=dict)
    rooms: Mapping[str, Callable[[], Application]] = field(default_factory=dict)
    servers: Mapping[str, Callable[[int], None]] = field(default_factory=dict)


def load_peer(name: str) -> Peer:
    """Import a peer's module."""
    peer: Peer = importlib.import_module(f"benchmarks.peers.{name}").PEER
    return peer


def missing(*distributions: str) -> list[str]:
    """Return those distributions that are not installed."""
    absent: list[str] = []
    for distribution in distributions:
        try:
            version(distribution)
        except PackageNotFoundError:
            absent.append(distribution)
    return absent


def present(names: Sequence[str], say: Callable[[str], None]) -> list[str]:
    """Return those peers whose libraries are installed, and say which are not."""
    found: list[str] = []
    for name in names:
        absent = missing(*DISTRIBUTIONS[name])
        if absent:
            say(f"{name} is left out: {not_installed(absent)}")
        else:
            found.append(name)
    return found


def not_installed(distributions: Sequence[str]) -> str:
    """Return that distributions are not installed, and what installs them."""
    one = len(distributions) == 1
    verb, them = ("is", "it") if one else ("are", "them")
    return f"{', '.join(distributions)} {verb} not installed (the extra dev brings {them})"
