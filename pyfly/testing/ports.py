"""What a test client speaks through: an application in this process, or a server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from contextlib import AbstractAsyncContextManager

    from pyfly.testing.messages import Call, Closing, Frame, Opened, Options, Situation

__all__ = ["Dialer", "Transport"]


class Transport(Protocol):
    """One WebSocket connection, seen from its client."""

    @property
    def opened(self) -> Opened:
        """The answer that accepted the handshake."""
        ...

    @property
    def closing(self) -> Closing | None:
        """How the session ended, whoever ended it, though messages may wait to be read; None while it is open."""
        ...

    def tell_failure(self) -> BaseException | None:
        """Return what the handler or its cleanup raised, as far as it can be known, for the test to see."""
        ...

    def situation(self) -> Situation:
        """Return what the session is about, for a message that tells what did not come."""
        ...

    def receive(self) -> Awaitable[Frame | Closing]:
        """Wait for the next frame; once all are read, it is the ending, again and again. Cancelling loses none."""
        ...

    def send(self, frame: Frame, /) -> Awaitable[None]:
        """Send a frame; after the session's end it is dropped."""
        ...

    def close(self, closing: Closing, /) -> Awaitable[None]:
        """Send a close frame, unless the session has ended."""
        ...

    def vanish(self) -> Awaitable[None]:
        """Go without a close frame."""
        ...

    def wait_ended(self) -> Awaitable[None]:
        """Wait until the other side is done with the session, as far as it can be known."""
        ...


class Dialer(Protocol):
    """Opens connections to one handler with one set of arguments."""

    def prepare(self, options: Options, /) -> Call:
        """Return the connection to open.

        Raises:
            EndpointError: It leads nowhere.
        """
        ...

    def open(self, call: Call, options: Options, /) -> AbstractAsyncContextManager[Transport]:
        """Return a context manager of an open connection, which ends with it.

        Raises:
            HandshakeDenied: It was refused.
            ClientTimeout: It was not answered.
        """
        ...
