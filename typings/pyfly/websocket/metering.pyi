# Generated from pyfly/websocket/metering.py; edit that, then run: python -m tools.stubs
"""Sessions whose traffic and handling times are measured."""

from collections.abc import Callable
from typing import Any, Protocol, final

from typing_extensions import TypeVar

from pyfly.websocket.ports import Connection, Message
from pyfly.websocket.session import WebSocketSession
from pyfly.websocket.wire import WireConnection

__all__ = ["CountedConnection", "MeteredSession", "SessionMeter"]

In_co = TypeVar("In_co", covariant=True, default=Any)
Out_contra = TypeVar("Out_contra", contravariant=True, default=Any)

class SessionMeter(Protocol):
    """Measures sessions; where there is a bean that is one, every session of the application is a `MeteredSession`."""
    def handling(self, path_template: str) -> Callable[[float], object]:
        """Return what is called with the seconds that a handler takes over each of its messages.

        Args:
            path_template: The handler's path.
        """

@final
class CountedConnection(WireConnection):
    """A connection that counts what passes.

    Attributes:
        messages_received: Messages that came from the client.
        messages_sent: Messages that went to the client.
        bytes_received: Their bytes; text counts as UTF-8.
        bytes_sent: Their bytes; text counts as UTF-8.
    """

    messages_received: int
    messages_sent: int
    bytes_received: int
    bytes_sent: int
    def __init__(self, connection: Connection) -> None: ...
    async def receive(self) -> Message:
        """Return the next ASGI message; waits for it."""
    async def send(self, message: Message, /) -> None:
        """Send an ASGI message; waits for as long as the server pushes back."""

class MeteredSession(WebSocketSession[In_co, Out_contra]):
    """A session that is measured.

    How long its handler takes over a message is the time from where `receive` returns it to where the next one is asked
    for, or to the handler's end.

    Attributes:
        traffic: What came from the client and went to it.
        observe: What is told how long the handler took over a message, in seconds.
    """

    traffic: CountedConnection
    observe: Callable[[float], object]
    def measure(self, traffic: CountedConnection, observe: Callable[[float], object]) -> None:
        """Begin to measure; called before anything is received."""
    async def receive(self) -> In_co:
        """Wait for the next message, as any session does."""
    async def receive_text(self) -> str:
        """Wait for the next message, as any session does."""
    async def receive_bytes(self) -> bytes:
        """Wait for the next message, as any session does."""
    def dismiss(self) -> bool:
        """Tell that the handler has ended, and so is done with its last message."""
