"""What pyfly's server tells its sessions beyond ASGI."""

from __future__ import annotations

from typing import Final

__all__ = ["SERVER_STOPS"]

SERVER_STOPS: Final = "pyfly.server_stops"
"""Key of a ``websocket.disconnect`` that comes of a stop of the server: its handler has the graceful timeout to end."""
