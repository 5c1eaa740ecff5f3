"""The frames of one accepted WebSocket, read and written by picows."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Final, Protocol, cast, final

from picows import WSListener, WSMsgType
from websockets.exceptions import InvalidState, PayloadTooBig, ProtocolError
from websockets.frames import Close, Frame, Opcode
from websockets.protocol import State

from pyfly.server.adapters.picows_parser import make_parser
from pyfly.server.adapters.turns import TURN_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from picows import WSCloseCode, WSFrame, WSTransport
    from picows.picows import WSCloseHandshake
    from websockets.http11 import Response

__all__ = ["FrameListener", "Frames"]

OPEN: Final = State.OPEN
"""On Python 3.11, to look it up in its class takes as long as ten comparisons."""

NORMAL_CLOSURE: Final = 1000
PROTOCOL_ERROR: Final = 1002
INVALID_DATA: Final = 1007
MESSAGE_TOO_BIG: Final = 1009

READ_SIZE: Final = 64 * 1024
"""How much is read at once, at most: all of it becomes messages before anything can pause reading."""

SMALL_READ_SIZE: Final = 4 * 1024
"""The same where that takes long, as with many small frames, and once a close frame was sent."""

UNREAD_SIZE: Final = 64 * 1024
"""How much may wait for the application before reading pauses, in bytes of frames."""

UNREAD_COUNT: Final = 64
"""The same in messages: many small ones take more memory than their bytes."""

COPIED_SIZE: Final = 8 * 1024
"""Up to which size picows copies what it sends."""

HEADER_SIZE: Final = 14
"""The most that the header of a frame takes."""

MESSAGES: Final = (WSMsgType.TEXT, WSMsgType.BINARY)
CONTINUATION: Final = WSMsgType.CONTINUATION
TEXT: Final = WSMsgType.TEXT
BINARY: Final = WSMsgType.BINARY
PING: Final = WSMsgType.PING
PONG: Final = WSMsgType.PONG
CLOSE: Final = WSMsgType.CLOSE


class FrameListener(Protocol):
    """What hears of the frames: uvicorn's connection."""

    read_paused: bool

    @property
    def handle_message(self) -> Callable[[Any], None]:
        """What takes in a whole message, as ASGI has it."""
        ...

    @property
    def count_unread(self) -> Callable[[], int]:
        """What counts the messages that wait for the application."""
        ...

    def handle_pong(self, event: Frame) -> None:
        """Take in an answer to a ping."""
        ...

    def handle_close(self, event: Frame) -> None:
        """Take in a close frame; it is answered already."""
        ...

    def handle_parser_exception(self) -> None:
        """Take in that the connection was failed for what the client has sent."""
        ...

    def connection_lost(self, exc: Exception | None) -> None:
        """Take in the end of the connection."""
        ...

    def eof_received(self) -> None:
        """Take in that the client sends nothing more."""
        ...

    def pause_writing(self) -> None:
        """Take in that the client does not keep up."""
        ...

    def resume_writing(self) -> None:
        """Take in that it does again."""
        ...


@final
class Frames(WSListener, asyncio.BufferedProtocol):
    """The protocol of a transport from the acceptance of its handshake on.

    To uvicorn it is what `websockets.server.ServerProtocol` is to it, save that what is sent needs no fetching. picows
    finds the frames in what comes, unmasks them, and checks opcodes, masks, lengths and the codes of close frames.
    Checked here are reserved bits, the order of fragments, the size of a message in fragments, the codes that picows
    lets through, and UTF-8. A frame that is too big ends the connection by its header, a message by the fragment with
    which it is.

    Args:
        transport: What carries the frames.
        listener: Hears of them.
        response: The answer to the handshake; it is sent at once.
        key: The client's `Sec-WebSocket-Key`.
        max_size: Largest message in bytes.

    Attributes:
        state: Open until a close frame was sent.
        close_sent: The close frame that was sent, as code and reason.
        close_rcvd: The close frame that came.
    """

    __slots__ = (
        "_count_unread",
        "_fragments",
        "_kind",
        "_listener",
        "_max_size",
        "_owed_pong",
        "_parser",
        "_parser_buffer",
        "_read_size",
        "_tell",
        "_transport",
        "_unread",
        "_wire",
        "_writable",
        "close_rcvd",
        "close_sent",
        "state",
    )

    def __init__(
        self, transport: asyncio.Transport, listener: FrameListener, response: Response, *, key: str, max_size: int
    ) -> None:
        self.state: State = OPEN
        self.close_sent: Close | None = None
        self.close_rcvd: Close | None = None
        self._transport = transport
        self._listener = listener
        self._tell = listener.handle_message
        self._count_unread = listener.count_unread
        self._max_size = max_size
        self._fragments = bytearray()
        self._kind: WSMsgType | None = None
        self._unread = 0
        self._read_size = READ_SIZE
        self._writable = True
        self._owed_pong: bytes | None = None
        self._parser = make_parser(transport, self, response, key=key, max_size=max_size, failed=self._take_failure)
        self._parser_buffer = self._parser.get_buffer

    def begin(self, early: bytes) -> None:
        """Read frames from now on.

        Args:
            early: What the client sent before it was answered.
        """
        self._transport.set_protocol(self)
        self._feed(early)

    def _feed(self, data: bytes) -> None:
        while data:
            buffer = self._parser_buffer(-1)
            part, data = data[: len(buffer)], data[len(buffer) :]
            buffer[: len(part)] = part
            self.buffer_updated(len(part))

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Keep what sends frames."""
        self._wire = transport

    # What the transport tells.

    def get_buffer(self, sizehint: int) -> memoryview:
        """Return where the next bytes go."""
        buffer = self._parser_buffer(sizehint)
        size = self._read_size if self.state is OPEN else SMALL_READ_SIZE
        return buffer if len(buffer) <= size else buffer[:size]

    def buffer_updated(self, nbytes: int) -> None:
        """Read the frames that are complete, and no more for a while when too much waits for the application."""
        count = self._count_unread
        self._unread = self._unread + nbytes if count() else nbytes
        begun = time.monotonic()
        self._parser.buffer_updated(nbytes)
        is_late = time.monotonic() - begun > TURN_SECONDS
        waiting = count()
        if waiting > UNREAD_COUNT or (waiting and self._unread > UNREAD_SIZE):
            self._pause_reading()
        # What fills all that was read may be followed by more.
        if is_late or nbytes >= self._read_size or self.state is not OPEN:
            self._read_size = SMALL_READ_SIZE if is_late else min(2 * self._read_size, READ_SIZE)
            self._go_on_later()

    def _go_on_later(self) -> None:
        """Read on bit by bit; uvloop would read nearly all there is before it turns to others."""
        if not self._transport.is_closing():
            self._transport.pause_reading()
            asyncio.get_running_loop().call_soon(self._go_on)

    def _go_on(self) -> None:
        if not self._transport.is_closing() and not (self.state is OPEN and self._listener.read_paused):
            self._transport.resume_reading()

    def _pause_reading(self) -> None:
        if self.state is OPEN and not self._listener.read_paused:
            self._listener.read_paused = True
            self._transport.pause_reading()

    def eof_received(self) -> None:
        """Tell that the client sends nothing more."""
        self._listener.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        """Have nothing sent any more: the file descriptor may soon be another connection's."""
        self._parser.connection_lost(exc)
        self.state = State.CLOSED
        self._listener.connection_lost(exc)
        # They refer to each other, and would all wait for the garbage collector.
        del self._listener, self._tell, self._count_unread, self._parser, self._parser_buffer

    def pause_writing(self) -> None:
        """Tell that the client does not keep up."""
        self._writable = False
        self._listener.pause_writing()

    def resume_writing(self) -> None:
        """Tell that it does again."""
        self._writable = True
        self._listener.resume_writing()
        owed, self._owed_pong = self._owed_pong, None
        if owed is not None and self.state is OPEN:
            self._wire.send_pong(owed)

    # What picows tells.

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Take in a frame."""
        kind = frame.msg_type
        if self.state is not OPEN and (kind != CLOSE or self.close_rcvd is not None):
            return
        try:
            if frame.rsv1 or frame.rsv2 or frame.rsv3:
                raise ProtocolError("reserved bits must be 0")
            if kind in MESSAGES:
                if self._kind is not None:
                    raise ProtocolError("expected a continuation frame")
                if not frame.fin:
                    self._kind = kind
                    self._add_fragment(frame)
                elif kind == TEXT:
                    self._tell({"type": "websocket.receive", "text": frame.get_payload_as_utf8_text()})
                else:
                    self._tell({"type": "websocket.receive", "bytes": frame.get_payload_as_bytes()})
            elif kind == CONTINUATION:
                if self._kind is None:
                    raise ProtocolError("unexpected continuation frame")
                self._add_fragment(frame)
                if frame.fin:
                    self._join_fragments(self._kind)
            elif kind == PING:
                if self._transport.is_closing():  # asyncio would log a warning for each
                    return
                if self._writable:
                    transport.send_pong(frame.get_payload_as_bytes())
                else:  # the last one is enough for who does not keep up (RFC 6455, section 5.5.3)
                    self._owed_pong = frame.get_payload_as_bytes()
            elif kind == PONG:
                self._listener.handle_pong(Frame(Opcode.PONG, frame.get_payload_as_bytes()))
            else:
                self._take_close(frame.get_payload_as_bytes())
        except ProtocolError as error:
            self._fail(PROTOCOL_ERROR, str(error))
        except UnicodeDecodeError as error:
            self._fail(INVALID_DATA, f"{error.reason} at position {error.start}")
        except PayloadTooBig as error:
            self._fail(MESSAGE_TOO_BIG, str(error))

    def _add_fragment(self, frame: WSFrame) -> None:
        room = self._max_size - len(self._fragments)
        if frame.payload_size > room:
            raise PayloadTooBig(frame.payload_size, room, len(self._fragments))
        self._fragments += frame.get_payload_as_memoryview()

    def _join_fragments(self, kind: WSMsgType) -> None:
        data, self._fragments, self._kind = self._fragments, bytearray(), None
        if kind == TEXT:
            self._tell({"type": "websocket.receive", "text": data.decode()})
        else:
            self._tell({"type": "websocket.receive", "bytes": bytes(data)})

    def _take_close(self, payload: bytes) -> None:
        """Answer a close frame, or take it for the answer."""
        self.close_rcvd = Close.parse(payload)
        if self.state is OPEN:
            self.state = State.CLOSING
            self.close_sent = self.close_rcvd
            if payload:
                self._wire.send_close(cast("WSCloseCode", self.close_rcvd.code), self.close_rcvd.reason)
            else:
                self._wire.send(CLOSE, b"")
        self._listener.handle_close(Frame(Opcode.CLOSE, payload))

    def _take_failure(self, code: int, reason: str) -> None:
        """Fail the connection for what picows has found, before it does so itself."""
        if self.state is not OPEN:
            # No answer to the close frame will come of this.
            self._transport.close()
            return
        handshake = cast("WSCloseHandshake | None", self._wire.close_handshake)
        if handshake is not None and (received := handshake.recv) is not None:
            # picows reads a frame ahead: what is wrong stands behind a close frame, and no longer matters.
            code = cast("int", received.code) or NORMAL_CLOSURE
            self._wire.send_close(cast("WSCloseCode", code), received.reason)
        else:
            self._fail(code, reason)

    def _fail(self, code: int, reason: str) -> None:
        self.fail(code, reason)
        self._listener.handle_parser_exception()

    # What uvicorn sends.

    def send_text(self, data: bytes) -> None:
        """Send a text, encoded already."""
        self._send(TEXT, data)

    def send_binary(self, data: bytes) -> None:
        """Send bytes."""
        self._send(BINARY, data)

    def _send(self, kind: WSMsgType, data: bytes) -> None:
        if self.state is not OPEN:
            raise InvalidState(f"connection is {self.state.name.lower()}")
        if len(data) <= COPIED_SIZE:
            self._wire.send(kind, data)
            return
        # For more, picows would have the transport keep a view of a header that its next frame overwrites.
        frame = bytearray(HEADER_SIZE)
        frame += data
        self._wire.send_reuse_external_bytearray(kind, frame, HEADER_SIZE)

    def send_ping(self, data: bytes) -> None:
        """Send a ping."""
        self._wire.send_ping(data)

    def send_close(self, code: int, reason: str = "") -> None:
        """Send a close frame.

        Raises:
            InvalidState: One was sent.
            websockets.exceptions.ProtocolError: There is no such code, or the reason is too long.
        """
        if self.state is not OPEN:
            raise InvalidState(f"connection is {self.state.name.lower()}")
        close = Close(code, reason)
        Frame(Opcode.CLOSE, close.serialize()).check()
        self._wire.send_close(cast("WSCloseCode", code), reason)
        self.close_sent = close
        self.state = State.CLOSING

    def fail(self, code: int, reason: str = "") -> None:
        """Send a close frame, unless one was sent; what the client sends after it is passed over."""
        if self.state is OPEN:
            self.send_close(code, reason)

    def data_to_send(self) -> list[bytes]:
        """Return nothing: it is sent already."""
        return []
