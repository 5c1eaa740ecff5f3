"""The states of a session: how it opens, how it ends, and what calls mean before and after."""

from __future__ import annotations

import asyncio
import logging
from abc import abstractmethod
from contextvars import ContextVar
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from pyfly.web.problems import PROBLEM_MEDIA_TYPE
from pyfly.web.security.access import expired
from pyfly.websocket.close_codes import CloseCode, checked_close_code, legal_reason
from pyfly.websocket.errors import SessionStateError, UnexpectedFrame, WebSocketDisconnect, tells_departure
from pyfly.websocket.handshake import Handshake
from pyfly.websocket.headers import encoded_headers
from pyfly.websocket.log_fields import fields_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    from pyfly.websocket.ports import Message

__all__ = ["SessionCore", "SessionState", "state_name"]

logger: logging.Logger = logging.getLogger("pyfly.websocket")

current_session: ContextVar[SessionCore | None] = ContextVar("current_session", default=None)
"""The session whose handler is running, also in the tasks it has started."""


class SessionState(StrEnum):
    """Where a session is in its life."""

    CONNECTING = "connecting"
    OPEN = "open"
    CLOSED = "closed"


class SessionCore(Handshake):
    """What every session does apart from carrying messages.

    Receiving and sending go through two plugged callables, the connection's own while open: before accept and after
    close there are none, and what is called then refuses. So no message pays for a check of the state.

    Attributes:
        accepted: Whether the handshake was ever completed.
        close_code: The close code, the client's or the server's, whoever closed first; None while nobody has.
        close_reason: The reason that came with it; may be empty.
        subprotocol: The subprotocol agreed on, or None.
        received: Messages received so far.
        sent: Messages sent so far.
        opened_at: When the handshake was accepted, in seconds of `time.monotonic`; None before that.
    """

    __slots__ = (
        "__weakref__",
        "_aware",
        "_ended_elsewhere",
        "_found_by_sending",
        "_handled",
        "_handler",
        "_idle_looks",
        "_managed",
        "_on_accept",
        "_receive",
        "_receive_raw",
        "_send",
        "_send_raw",
        "_source",
        "accepted",
        "close_code",
        "close_reason",
        "opened_at",
        "received",
        "sent",
        "subprotocol",
    )
    _internal: ClassVar[tuple[str, ...]] = ("disconnect_type", "learn_ending")

    disconnect_type: ClassVar[type[WebSocketDisconnect]] = WebSocketDisconnect
    """What a call raises when the client has left; an adapter may derive its own."""

    _aware: bool
    _ended_elsewhere: bool
    _found_by_sending: bool
    _handled: bool
    _handler: asyncio.Task[Any] | None
    _idle_looks: int
    _managed: bool
    _on_accept: Callable[[Any], Awaitable[None] | None] | None
    # None, not a method that refuses: a session that refers to itself is only freed by the garbage collector.
    _receive: Callable[[], Awaitable[Message]] | None
    _send: Callable[[Message], Awaitable[None]] | None
    _source: Callable[[], Awaitable[Message]]
    # The connection's own.
    _receive_raw: Callable[[], Awaitable[Message]]
    _send_raw: Callable[[Message], Awaitable[None]]
    accepted: bool
    close_code: int | None
    close_reason: str
    opened_at: float | None
    received: int
    sent: int
    subprotocol: str | None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id} {self.state}>"

    @property
    def state(self) -> SessionState:
        """Where the session is in its life."""
        if self.close_code is not None:
            return SessionState.CLOSED
        return SessionState.OPEN if self.accepted else SessionState.CONNECTING

    async def accept(
        self,
        subprotocol: str | None = None,
        *,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    ) -> None:
        """Complete the handshake (RFC 6455, section 4.2.2).

        Args:
            subprotocol: One of the `subprotocols` the client offers, or None.
            headers: Response headers to add, such as ``Set-Cookie``.

        Raises:
            SessionStateError: The session is not connecting any more.
            ValueError: The client does not offer this subprotocol, or a header cannot be sent.
            WebSocketDisconnect: The client left before the handshake was complete, or `expires_at` has passed, and the
                handshake was denied.
        """
        if self.accepted or self.close_code is not None:
            raise self._too_late("accept()", mend="accept it once, before anything else")
        if self._identity is not None and self.has_expired:
            await self._deny_expired()
            raise self._disconnect()
        if subprotocol is not None and subprotocol not in self.subprotocols:
            raise ValueError(f"accept(): {_not_offered(len(self.subprotocols))}")
        accept = {
            "type": "websocket.accept",
            "subprotocol": subprotocol,
            "headers": encoded_headers(headers) if headers else [],
        }
        if self._managed or state_name(self._connection, "client_state") != "CONNECTED":
            message = await self._source()
            if message["type"] != "websocket.connect":
                self._left(message)
                raise self._disconnect()
        try:
            await self._send_raw(accept)
        except Exception as error:
            if not tells_departure(error):
                raise
            self._left({"code": CloseCode.ABNORMAL})
            raise self._disconnect() from error
        self.subprotocol = subprotocol
        self._open()
        on_accept, self._on_accept = self._on_accept, None
        if on_accept is not None and (announced := on_accept(self)) is not None:
            await announced

    async def deny(
        self,
        status: int = 403,
        body: str | bytes = "",
        *,
        media_type: str = "text/plain; charset=utf-8",
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    ) -> None:
        """Refuse the handshake with an HTTP response.

        Where the server lacks the ASGI extension "WebSocket Denial Response", the client gets a plain 403.

        Args:
            status: HTTP status of the response, 300 or above.
            body: The response's body; text is sent as UTF-8.
            media_type: Its ``Content-Type``.
            headers: Further response headers.

        Raises:
            SessionStateError: The session is not connecting any more.
            TypeError: The body is neither text nor bytes.
            ValueError: The status would not refuse anything, or a header cannot be sent.
            WebSocketDisconnect: The client has left.
        """
        if self.state is not SessionState.CONNECTING:
            raise self._too_late("deny()", mend="an accepted session is ended with close()")
        if not 300 <= status <= 599:
            raise ValueError(f"deny(): status {status} does not refuse a handshake; use 300 to 599")
        if not isinstance(body, str | bytes):  # pyright: ignore[reportUnnecessaryIsInstance]  # not every caller is checked
            raise TypeError(f"deny(): expected a body of text or bytes, got {type(body).__name__}")
        content = body.encode() if isinstance(body, str) else body
        length = (b"content-length", str(len(content)).encode())
        raw_headers = [*encoded_headers({"content-type": media_type}), length, *encoded_headers(headers)]
        self._know_of_the_end()
        self._closed(CloseCode.ABNORMAL, "")
        self.denied_with = status
        if "websocket.http.response" not in (self._scope.get("extensions") or {}):
            await self._transmit_last({"type": "websocket.close", "code": CloseCode.NORMAL, "reason": ""})
            return
        start = {"type": "websocket.http.response.start", "status": status, "headers": raw_headers}
        await self._transmit_last(start, {"type": "websocket.http.response.body", "body": content})

    async def _deny_expired(self) -> None:
        """Refuse the handshake of a client whose identity nothing proves any more."""
        if self.state is SessionState.CONNECTING:
            self.denied_for = "unauthenticated"
            problem = expired(self.challenge)
            await self.deny(
                problem.status, problem.problem.to_json(), media_type=PROBLEM_MEDIA_TYPE, headers=problem.headers
            )

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        """End the session; before `accept` this refuses the handshake with a 403. Closing twice is harmless.

        The session counts as closed from the call on, also when the call is cancelled. Anybody may close a session: its
        own handler then ends as if the client had left.

        A client that does not read holds up its own handler for ten seconds at most, after what an outbox still holds
        for it, and anybody else for one second.

        Args:
            code: A close code that may be sent: see `CloseCode`, or 3000 to 4999 for your own.
            reason: A short explanation; cut to the 123 bytes of UTF-8 that a close frame holds.

        Raises:
            ValueError: The close code may not be sent (RFC 6455, section 7.4).
        """
        code = checked_close_code(code)
        if self.close_code is not None:
            return
        self._know_of_the_end()
        last = self._end_with(code, legal_reason(reason) if reason else "")
        await (self._part_from_handler(last) if self._ended_elsewhere else self._transmit_last(last))

    def _end_with(self, code: int, reason: str) -> Message:
        """Count as closed from here on, and return the message that tells the client."""
        if self.accepted:
            self._closed(code, reason)
        else:
            self._closed(CloseCode.ABNORMAL, "")
            self.denied_with = 403
        return {"type": "websocket.close", "code": code, "reason": reason}

    def _know_of_the_end(self) -> None:
        """Note whether the handler itself ends the session, or somebody else does."""
        self._aware = current_session.get() is self and self._is_handler_s_own_task()
        self._ended_elsewhere = self._managed and not self._aware

    @abstractmethod
    def _open(self) -> None:
        """Take in that the handshake is complete."""

    def _closed(self, code: int, reason: str) -> None:
        self.close_code = int(code)
        self.close_reason = reason
        self._idle_looks = 0
        self._receive = self._send = None

    async def _refuse_receive(self) -> NoReturn:
        if self._ended_elsewhere:
            raise self._disconnect()
        raise self._state_error("receive", mend=self._mend())

    async def _refuse_send(self, message: Message) -> NoReturn:
        if self.close_code is None:
            raise self._state_error("send", mend=self._mend())
        # As a server says it: what to make of it is decided in one place, _undelivered.
        raise BrokenPipeError

    async def _undelivered(self, error: Exception) -> None:
        """Tell a sender that its message cannot be delivered, unless it is somebody else's handler."""
        if not tells_departure(error):
            raise error
        if self.close_code is None:
            self._found_gone()
        if self._managed and not (self._handled and current_session.get() is self):
            logger.debug("%r: a message for a closed session was dropped", self, extra=fields_of(self))
            return
        if self._ended_elsewhere:
            await self.learn_ending()
            raise self._disconnect() from error
        raise self._state_error("send", mend=self._mend()) from None

    def _found_gone(self) -> None:
        """Take in that a message could not be sent, which does not tell yet how the session ended."""
        self._closed(CloseCode.ABNORMAL, "")
        self._ended_elsewhere = self._found_by_sending = True
        self._seek_ending()

    def _seek_ending(self) -> None:
        """Find out how a session ended, where a failed send has told only that it has."""

    async def learn_ending(self) -> None:
        """Wait for what is found out; not for long."""

    async def _reject(self, message: Message, *, expected: str) -> NoReturn:
        if message["type"] == "websocket.disconnect":
            self._left(message)
            raise self._disconnect()
        got = "binary" if expected == "text" else "text"
        await self.close(CloseCode.UNSUPPORTED_DATA, f"expected a {expected} frame")
        raise UnexpectedFrame(expected=expected, got=got)

    def _left(self, message: Mapping[str, Any]) -> None:
        """Take in that the session has ended elsewhere, and what is told of it; a failed send had told less."""
        if self.close_code is None or self._found_by_sending:
            self._found_by_sending = False
            if self.accepted:
                self._closed(message.get("code") or CloseCode.NO_STATUS, message.get("reason") or "")
            else:
                self._closed(CloseCode.ABNORMAL, "")
        self._ended_elsewhere = True

    def _disconnect(self) -> WebSocketDisconnect:
        """Return what tells a task of the handler that the session has ended."""
        if self._is_handler_s_own_task():
            self._aware = True
        return self.disconnect_type(self.close_code or CloseCode.NO_STATUS, self.close_reason)

    def _is_handler_s_own_task(self) -> bool:
        """Tell whether the handler itself runs just now, and not a task that it or somebody else has started."""
        return self._handler is None or asyncio.current_task() is self._handler

    @abstractmethod
    def _part_from_handler(self, last: Message) -> Awaitable[None]:
        """Send the close message of a session that somebody else than its handler has closed."""

    @abstractmethod
    async def _transmit_last(self, *messages: Message) -> None:
        """Send the last messages of a session, and give up a client that does not read."""

    def _too_late(self, call: str, *, mend: str) -> SessionStateError | WebSocketDisconnect:
        return self._disconnect() if self._ended_elsewhere else self._state_error(call, mend=mend)

    def _state_error(self, call: str, *, mend: str) -> SessionStateError:
        state = str(self.state)
        if self.state is SessionState.CLOSED:
            state = f"closed (code {self.close_code})" if self.accepted else "closed (the handshake was refused)"
        return SessionStateError(call, state=state, mend=mend)

    def _mend(self) -> str:
        if self.state is SessionState.CONNECTING:
            return "await session.accept() first"
        return "nothing can be sent or received any more"


def _not_offered(offers: int) -> str:
    """Tell of a subprotocol that is not among the offers; none is named: clients may send tokens in them."""
    if not offers:
        return "the client offers no subprotocol; accept without one"
    return (
        f"the client does not offer this subprotocol; choose one of session.subprotocols ({offers}), or accept without"
    )


def state_name(connection: object, attribute: str) -> str:
    """Return what Starlette's ``WebSocket`` calls its state; other connections have none."""
    return getattr(getattr(connection, attribute, None), "name", "")
