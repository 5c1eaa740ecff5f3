"""Chooses uvicorn's WebSocket connection by what is installed and asked for."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from pyfly.errors import MissingExtraError
from pyfly.server.adapters.uvicorn_websocket import WebSocketProtocol
from pyfly.server.errors import ServerError

if TYPE_CHECKING:
    from pyfly.server.settings import ServerSettings

__all__ = ["choose_protocol"]

PICOWS = "2.3"
"""The series of picows that is known: its protocol for frames is none of its public names."""


def choose_protocol(settings: ServerSettings) -> type[WebSocketProtocol]:
    """Find the WebSocket connection that `settings.ws` asks for.

    Raises:
        MissingExtraError: picows was asked for and is not installed.
        ServerError: It is, but in a version that is not known.
    """
    if settings.ws == "websockets" or (settings.ws == "auto" and settings.compression):
        return WebSocketProtocol
    try:
        installed = version("picows")
    except PackageNotFoundError:
        if settings.ws == "auto":
            return WebSocketProtocol
        raise MissingExtraError("picows", extra="fast", purpose="ws='picows'") from None
    if not installed.startswith(f"{PICOWS}."):
        if settings.ws == "auto":
            return WebSocketProtocol
        raise ServerError(f"ws='picows' needs picows {PICOWS}, not {installed}; run: pip install 'pyfly[fast]'")
    from pyfly.server.adapters.uvicorn_picows import PicowsProtocol

    return PicowsProtocol
