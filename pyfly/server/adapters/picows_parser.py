"""picows's protocol, told of a handshake that is accepted already.

picows has a server and a client, and makes no public name of what both are made of. What is used of that is here.
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, Protocol, cast

import picows.picows as extension
from multidict import CIMultiDict
from picows import WSAutoPingStrategy, WSListener, WSUpgradeResponse, WSUpgradeResponseWithListener

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from websockets.http11 import Response

__all__ = ["Parser", "make_parser"]

logger: logging.Logger = logging.getLogger("pyfly.server")

INTERNAL_ERROR: Final = 1011

REQUEST: Final = (
    "GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: {key}\r\n\r\n"
)


class Parser(Protocol):
    """Finds frames in what is put into its buffer, and tells its listener."""

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Take the transport for what is sent."""
        ...

    def connection_lost(self, exc: Exception | None) -> None:
        """Send nothing more."""
        ...

    def get_buffer(self, size_hint: int) -> memoryview:
        """Return where the next bytes go; never empty."""
        ...

    def buffer_updated(self, nbytes: int) -> None:
        """Take so many bytes that were put there."""
        ...


_new_parser = cast("Callable[..., Parser]", vars(extension)["WSProtocol"])


def make_parser(
    transport: asyncio.Transport,
    listener: WSListener,
    response: Response,
    *,
    key: str,
    max_size: int,
    failed: Callable[[int, str], None],
) -> Parser:
    """Make a parser that expects frames, and send the answer to the handshake.

    Args:
        transport: What carries the frames.
        listener: Is told of `on_ws_connected`, and of each frame.
        response: The answer, which is sent to the letter.
        key: The client's `Sec-WebSocket-Key`.
        max_size: Largest frame in bytes.
        failed: Told of the close code and reason with which picows is about to fail the connection.
    """

    def answer(request: object) -> WSUpgradeResponseWithListener:
        return WSUpgradeResponseWithListener(_Accepted(response), listener)

    parser = _new_parser(
        None,  # the host and
        None,  # the path, which clients need
        False,  # whether it is a client
        answer,
        _Log(failed),
        True,  # whether to disconnect on an exception of the listener
        None,  # seconds for the handshake
        False,  # whether to ping: uvicorn does
        0,
        0,
        WSAutoPingStrategy.PING_WHEN_IDLE,
        False,  # whether to answer pings, before their reserved bits are checked
        max_size,
        None,  # headers that clients add
        0,  # size of the buffer to begin with: the least
    )
    parser.connection_made(transport)
    # Not the client's own request: picows reads less into a `Connection` header than clients write.
    request = REQUEST.format(key=key).encode()
    parser.get_buffer(-1)[: len(request)] = request
    parser.buffer_updated(len(request))
    return parser


class _Accepted(WSUpgradeResponse):
    """The answer to a handshake, in the bytes that websockets makes of it."""

    __slots__ = ("_response",)

    def __init__(self, response: Response) -> None:
        self._response = response
        self.version = b"HTTP/1.1"
        self.status = HTTPStatus.SWITCHING_PROTOCOLS
        self.headers = CIMultiDict()
        self.body = None

    def to_bytes(self) -> bytearray:
        return bytearray(self._response.serialize())


class _Log:
    """What picows takes for its log; nothing else tells what it fails a connection for."""

    __slots__ = ("_failed",)

    def __init__(self, failed: Callable[[int, str], None]) -> None:
        self._failed = failed

    def isEnabledFor(self, level: int) -> bool:  # noqa: N802  # as logging has it
        return False

    def debug(self, message: str, *args: object) -> None:
        """Leave out what any client can have logged."""

    info = warning = debug

    def error(self, message: str, failure: tuple[int, str]) -> None:
        self._failed(*failure)

    def exception(self, message: str, *args: object) -> None:
        logger.exception(message, *args)
        self._failed(INTERNAL_ERROR, "")
