"""Leads a session's messages through interceptors."""

from __future__ import annotations

import logging
from collections import deque
from typing import TYPE_CHECKING, Any, Final, TypeAlias, final

from pyfly.errors import is_own_failure
from pyfly.websocket.close_codes import CloseCode, legal_reason
from pyfly.websocket.errors import CloseSession
from pyfly.websocket.interceptors import SessionInterceptor
from pyfly.websocket.log_fields import fields_of
from pyfly.websocket.wire import WireConnection

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from pyfly.websocket.interceptors import Frame
    from pyfly.websocket.ports import Connection, Message
    from pyfly.websocket.session import WebSocketSession

    Step: TypeAlias = Callable[[WebSocketSession, Frame], Awaitable[Frame | None]]

__all__ = ["InterceptedConnection", "InterceptorChain"]

logger: logging.Logger = logging.getLogger("pyfly.websocket")


@final
class InterceptorChain:
    """The interceptors of one handler, in their order.

    Args:
        interceptors: All of them.
        path_template: The handler's path.

    Attributes:
        receiving: What a message of the client goes through.
        sending: What a message to the client goes through.
    """

    __slots__ = ("receiving", "sending")

    def __init__(self, interceptors: Iterable[SessionInterceptor], path_template: str) -> None:
        ordered = sorted(interceptors, key=lambda interceptor: interceptor.order)
        chosen = [interceptor for interceptor in ordered if interceptor.intercepts(path_template)]
        self.receiving: Final[tuple[Step, ...]] = tuple(
            interceptor.on_receive for interceptor in chosen if _overrides(interceptor, "on_receive")
        )
        self.sending: Final[tuple[Step, ...]] = tuple(
            interceptor.on_send for interceptor in reversed(chosen) if _overrides(interceptor, "on_send")
        )

    def __bool__(self) -> bool:
        return bool(self.receiving or self.sending)


@final
class InterceptedConnection(WireConnection):
    """A connection whose messages go through interceptors; everything else passes as it is.

    It stands below the session, so that what is read ahead and what waits in an outbox goes through them as well, each
    message once, in order.

    Args:
        connection: The connection itself.
        chain: The interceptors.

    Attributes:
        session: The session that speaks through it; to be set before it does.
    """

    __slots__ = ("_interrupted", "_receiving", "_sending", "session")

    session: WebSocketSession

    def __init__(self, connection: Connection, chain: InterceptorChain) -> None:
        super().__init__(connection)
        self._receiving = chain.receiving
        self._sending = chain.sending
        # Messages that a cancelled call had taken already, with the interceptor that is to see them again.
        self._interrupted: deque[tuple[Message, int]] = deque()

    async def receive(self) -> Message:
        """Return the next message that interceptors pass on, or that the client has gone. Cancelling loses none."""
        while True:
            message, place = self._interrupted.popleft() if self._interrupted else (await self._receive(), 0)
            if message["type"] != "websocket.receive":
                return message
            passed = await self._let_in(message, place)
            if passed is not None:
                return passed

    async def send(self, message: Message) -> None:
        """Send a message, or what interceptors make of it.

        Raises:
            BrokenPipeError: It was refused, and the session has been closed.
        """
        if message["type"] == "websocket.send" and self._sending:
            passed = await self._let_out(message)
            if passed is None:
                self.session.sent -= 1  # which is about to be counted
                return
            message = passed
        await self._send(message)

    async def _let_in(self, message: Message, place: int) -> Message | None:
        frame = original = _frame_of(message)
        try:
            while place < len(self._receiving):
                step = self._receiving[place]
                passed = await step(self.session, frame)
                if passed is None:
                    return None
                frame = _checked(passed, step)
                place += 1
        except BaseException as error:
            if not is_own_failure(error):
                self._interrupted.append((_message("websocket.receive", frame), place))
                raise
            code, reason = self._refuse(error)
            return {"type": "websocket.disconnect", "code": code, "reason": reason}
        return message if frame is original else _message("websocket.receive", frame)

    async def _let_out(self, message: Message) -> Message | None:
        frame = original = _frame_of(message)
        try:
            for step in self._sending:
                passed = await step(self.session, frame)
                if passed is None:
                    return None
                frame = _checked(passed, step)
        except BaseException as error:
            if not is_own_failure(error):
                raise
            self._refuse(error)
            raise BrokenPipeError from error
        # Never changed in place: a room gives the same message to all its members.
        return message if frame is original else _message("websocket.send", frame)

    def _refuse(self, error: BaseException) -> tuple[int, str]:
        """Close the session for what an interceptor raised; return the close code and the reason."""
        if isinstance(error, CloseSession):
            code, reason = error.code, legal_reason(error.reason)
        else:
            logger.error("%r: an interceptor failed", self.session, exc_info=error, extra=fields_of(self.session))
            code, reason = CloseCode.INTERNAL_ERROR, "an interceptor failed"
        self.session.end(code, reason)
        return code, reason


def _checked(passed: object, step: Step) -> Frame:
    """Return what an interceptor passes on.

    Raises:
        TypeError: It is no frame.
    """
    if isinstance(passed, str | bytes):
        return passed
    name = getattr(step, "__qualname__", type(step).__name__)
    raise TypeError(f"{name}() passes on str, bytes or None, got {type(passed).__name__}")


def _overrides(interceptor: SessionInterceptor, name: str) -> bool:
    return getattr(type(interceptor), name, None) is not getattr(SessionInterceptor, name)


def _frame_of(message: Message) -> Any:
    text = message.get("text")
    return message.get("bytes") if text is None else text


def _message(kind: str, frame: Frame) -> Message:
    return {"type": kind, "text" if isinstance(frame, str) else "bytes": frame}
