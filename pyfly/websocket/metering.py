"""Sessions whose traffic and handling times are measured."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Protocol, final

from typing_extensions import TypeVar

from pyfly.websocket.outbox import size_of
from pyfly.websocket.session import WebSocketSession
from pyfly.websocket.wire import WireConnection

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyfly.websocket.ports import Connection, Message

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
        ...


@final
class CountedConnection(WireConnection):
    """A connection that counts what passes.

    Attributes:
        messages_received: Messages that came from the client.
        messages_sent: Messages that went to the client.
        bytes_received: Their bytes; text counts as UTF-8.
        bytes_sent: Their bytes; text counts as UTF-8.
    """

    __slots__ = ("bytes_received", "bytes_sent", "messages_received", "messages_sent")

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.messages_received = self.messages_sent = 0
        self.bytes_received = self.bytes_sent = 0

    async def receive(self) -> Message:
        """Return the next ASGI message; waits for it."""
        message = await self._receive()
        if message["type"] == "websocket.receive":
            self.messages_received += 1
            self.bytes_received += size_of(message)
        return message

    async def send(self, message: Message, /) -> None:
        """Send an ASGI message; waits for as long as the server pushes back."""
        await self._send(message)
        if message["type"] == "websocket.send":
            self.messages_sent += 1
            self.bytes_sent += size_of(message)


class MeteredSession(WebSocketSession[In_co, Out_contra]):
    """A session that is measured.

    How long its handler takes over a message is the time from where `receive` returns it to where the next one is asked
    for, or to the handler's end.

    Attributes:
        traffic: What came from the client and went to it.
        observe: What is told how long the handler took over a message, in seconds.
    """

    __slots__ = ("_since", "observe", "traffic")

    traffic: CountedConnection
    observe: Callable[[float], object]
    _since: float | None

    def measure(self, traffic: CountedConnection, observe: Callable[[float], object]) -> None:
        """Begin to measure; called before anything is received."""
        self.traffic = traffic
        self.observe = observe
        self._since = None

    async def receive(self) -> In_co:
        """Wait for the next message, as any session does."""
        self._finish_message()
        message = await super().receive()
        self._since = time.perf_counter()
        return message

    async def receive_text(self) -> str:
        """Wait for the next message, as any session does."""
        self._finish_message()
        text = await super().receive_text()
        self._since = time.perf_counter()
        return text

    async def receive_bytes(self) -> bytes:
        """Wait for the next message, as any session does."""
        self._finish_message()
        data = await super().receive_bytes()
        self._since = time.perf_counter()
        return data

    def dismiss(self) -> bool:
        """Tell that the handler has ended, and so is done with its last message."""
        self._finish_message()
        return super().dismiss()

    def _finish_message(self) -> None:
        since, self._since = self._since, None
        if since is not None:
            self.observe(time.perf_counter() - since)
