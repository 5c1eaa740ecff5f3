"""Runs a peer's server in a process of its own: ``python -m benchmarks.serving PEER KIND SUBJECT PORT``."""

from __future__ import annotations

import socket
import sys
from typing import TYPE_CHECKING, Any, Final

from benchmarks.peers import load_peer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["serve_with_uvicorn"]

SEND_BUFFER: Final = 64 * 1024


def serve_with_uvicorn(
    app: Any,
    port: int,
    *,
    ws: Any = "auto",
    send_buffer: int | None = None,
    configure: Callable[..., Any] | None = None,
) -> None:
    """Serve an application at a port of the loopback, until the process ends.

    Args:
        app: The application.
        port: Where.
        ws: The WebSocket protocol, by uvicorn's name for it or as a class.
        configure: Makes the configuration that the protocol asks for; uvicorn's own by default.
        send_buffer: The bytes that the kernel keeps of what a client has not taken; by default as many as it likes.
    """
    import uvicorn  # only where something is served

    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if send_buffer is not None:  # connections have it from the socket that accepts them
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)
        listener.bind(("127.0.0.1", port))
        # Clients that count bytes answer no pings, and a slow run outlasts the first.
        make = uvicorn.Config if configure is None else configure
        config = make(app, ws=ws, ws_ping_interval=None, log_level="error", access_log=False)
        uvicorn.Server(config).run(sockets=[listener])


def main(arguments: list[str]) -> None:
    """Serve what the command line says."""
    peer_name, kind, subject, port = arguments
    peer = load_peer(peer_name)
    if kind == "rooms":
        serve_with_uvicorn(peer.rooms[subject](), int(port), send_buffer=SEND_BUFFER)
        return
    servers: Mapping[str, Callable[[int], None]] = peer.servers
    servers[subject](int(port))


if __name__ == "__main__":
    main(sys.argv[1:])
