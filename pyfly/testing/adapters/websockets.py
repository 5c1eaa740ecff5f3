"""Connections to live servers, through websockets."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, cast, final

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from pyfly.testing.errors import ClientError, ClientTimeout, HandshakeDenied
from pyfly.testing.messages import Closing, Opened, Situation

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from websockets.asyncio.client import ClientConnection
    from websockets.datastructures import Headers
    from websockets.typing import Subprotocol

    from pyfly.testing.messages import Call, Frame

__all__ = ["LiveTransport", "live_transport"]

_NO_STATUS = 1005
_ABNORMAL = 1006


@asynccontextmanager
async def live_transport(call: Call, *, seconds: float) -> AsyncGenerator[LiveTransport]:
    """Open a connection, and close it with the block.

    Args:
        call: What to open.
        seconds: How long until the handshake has to be answered, and until the server has to answer a close frame.

    Raises:
        HandshakeDenied: It was refused.
        ClientTimeout: It was not answered.
        ClientError: There is no server.
    """
    request = call.request
    url = f"{call.origin}{request.target}"
    try:
        connection = await connect(
            url,
            additional_headers=request.all_headers(),
            subprotocols=cast("Sequence[Subprotocol]", request.subprotocols) or None,
            proxy=None,
            open_timeout=seconds,
            close_timeout=seconds,
            ping_interval=None,
            max_size=None,
        )
    except InvalidStatus as error:
        response = error.response
        denied = HandshakeDenied(
            call.label, response.status_code, _pairs(response.headers), bytes(response.body or b"")
        )
        raise denied from None
    except TimeoutError:
        raise ClientTimeout(
            "the handshake to be answered",
            seconds=seconds,
            state=f"the server at {call.origin} has not answered",
            mend="see whether it is the right one, or give it longer with timeout=...",
        ) from None
    except OSError as error:
        raise ClientError(f"no server answers at {call.origin} ({error}); start it before the test connects") from error
    try:
        yield LiveTransport(connection, url)
    finally:
        await connection.close()


@final
class LiveTransport:
    """One connection to a server.

    Args:
        connection: The connection.
        url: Where it leads.
    """

    __slots__ = ("_connection", "_turn", "_url")

    def __init__(self, connection: ClientConnection, url: str) -> None:
        self._connection = connection
        self._turn = asyncio.Lock()
        self._url = url

    @property
    def opened(self) -> Opened:
        """The answer that accepted the handshake."""
        response = self._connection.response
        headers = () if response is None else _pairs(response.headers)
        return Opened(self._connection.subprotocol, tuple(headers))

    @property
    def closing(self) -> Closing | None:
        """How the session ended, whoever ended it; None while it is open."""
        code = self._connection.close_code
        return None if code is None else Closing(code, self._connection.close_reason or "")

    def tell_failure(self) -> BaseException | None:
        """Return None: what the handler raised stays with the server."""
        return None

    def situation(self) -> Situation:
        """Return what the session is about."""
        closing = self.closing
        told = "is open" if closing is None else f"has ended with {closing}"
        return Situation(
            f"the session at {self._url} {told}", "see the server's log, or give it longer with timeout=..."
        )

    async def receive(self) -> Frame | Closing:
        """Wait for the next frame; once all are read, it is the ending, again and again."""
        try:
            async with self._turn:  # who waits first receives first
                return await self._connection.recv()
        except ConnectionClosed:
            return self.closing or Closing(_ABNORMAL)

    async def send(self, frame: Frame) -> None:
        """Send a frame; after the session's end it is dropped."""
        with suppress(ConnectionClosed):
            await self._connection.send(frame)

    async def close(self, closing: Closing) -> None:
        """Send a close frame, unless the session has ended, and wait for the server's answer."""
        if closing.code == _NO_STATUS:
            # The protocol sends a close frame without a code for None; the method's type does not tell.
            await self._connection.close(cast("int", None))
        else:
            await self._connection.close(closing.code, closing.reason)

    async def vanish(self) -> None:
        """Go without a close frame."""
        self._connection.transport.abort()
        await self._connection.wait_closed()

    async def wait_ended(self) -> None:
        """Wait until the connection is closed."""
        await self._connection.wait_closed()


def _pairs(headers: Headers) -> list[tuple[str, str]]:
    return [(name.lower(), value) for name, value in headers.raw_items()]
