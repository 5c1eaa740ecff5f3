# Generated from pyfly/websocket/handler.py; edit that, then run: python -m tools.stubs
"""The lifecycle hooks a WebSocket controller may have."""

from collections.abc import Awaitable
from typing import Protocol, runtime_checkable

from typing_extensions import TypeVar

from pyfly.websocket.session import WebSocketSession

__all__ = ["ConnectHook", "DisconnectHook", "MessageHook", "WebSocketHandler"]

Data_contra = TypeVar("Data_contra", contravariant=True, default=str)

@runtime_checkable
class WebSocketHandler(Protocol):
    """Optional hooks of a controller; of the three only `on_disconnect` is called by pyfly itself.

    See "The WebSocketHandler Protocol" in the WebSocket guide. `ConnectHook`, `MessageHook` and `DisconnectHook` are
    its hooks one by one, for controllers that have not all of them.
    """
    async def on_connect(self, session: WebSocketSession) -> None:
        """Called by the handler when a client initiates a connection, not yet accepted."""
    async def on_message(self, session: WebSocketSession, data: str) -> None:
        """Called by the handler when a text message was received from the client."""
    async def on_disconnect(self, session: WebSocketSession) -> None:
        """Called by pyfly, once, after the handler has ended in whatever way."""

@runtime_checkable
class ConnectHook(Protocol):
    """A controller with `on_connect`. Derive from it to have the hook's signature checked."""
    def on_connect(self, session: WebSocketSession, /) -> Awaitable[None]:
        """Called by the handler when a client initiates a connection, not yet accepted."""

@runtime_checkable
class MessageHook(Protocol[Data_contra]):
    """A controller with `on_message`. Derive from it to have the hook's signature checked.

    The type parameter is the message; left out, it is ``str``.
    """
    def on_message(self, session: WebSocketSession, data: Data_contra, /) -> Awaitable[None]:
        """Called by the handler when a message was received from the client."""

@runtime_checkable
class DisconnectHook(Protocol):
    """A controller with `on_disconnect`. Derive from it to have the hook's signature checked.

    The hook may be sync or async; pyfly finds it also where a class does not derive from this one.
    """
    def on_disconnect(self, session: WebSocketSession, /) -> Awaitable[None] | None:
        """Called by pyfly, once, after the handler has ended in whatever way."""
