"""Runs a handler from handshake to end: every ending gets its close code, and cleanup runs once."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import logging
import time
from typing import TYPE_CHECKING, Any, Final, cast, final

from pyfly.errors import is_own_failure
from pyfly.web.problems import PROBLEM_MEDIA_TYPE, ProblemError
from pyfly.websocket.cleanup import carry_out
from pyfly.websocket.close_codes import CloseCode
from pyfly.websocket.errors import CloseSession, InvalidMessage, UnexpectedFrame, WebSocketDisconnect
from pyfly.websocket.events import SessionClosed, SessionDenied
from pyfly.websocket.failures import report_failure
from pyfly.websocket.log_fields import fields_of
from pyfly.websocket.open_sessions import OpenSessions
from pyfly.websocket.security.denials import AdmissionDenied
from pyfly.websocket.session import WebSocketSession
from pyfly.websocket.session_core import current_session
from pyfly.websocket.session_making import SessionMaker, SessionOptions

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from pyfly.events import EventPublisher
    from pyfly.web.controllers import ControllerBean
    from pyfly.web.endpoints import Endpoint
    from pyfly.web.security.access import Access
    from pyfly.websocket.additions import AddedBeans
    from pyfly.websocket.attention import Attention
    from pyfly.websocket.descriptors import WebSocketMapping
    from pyfly.websocket.events import SessionEvent
    from pyfly.websocket.metering import MeteredSession
    from pyfly.websocket.ports import Connection, Receive, Scope, Send
    from pyfly.websocket.security.admission import Admission
    from pyfly.websocket.security.beans import AdmissionBean
    from pyfly.websocket.security.denials import DenialReason
    from pyfly.websocket.signatures import HandlerPlan

__all__ = ["SessionLifecycle"]

logger: logging.Logger = logging.getLogger("pyfly.websocket")

session_logger: logging.Logger = logging.getLogger("pyfly.sessions")
"""Gets one record for each session that was accepted, at its end."""

CLOSE_FRAME_SECONDS: Final = 0.5
"""How long a cancelled handler's client is given to take its close frame."""


@final
class SessionLifecycle:
    """All sessions of one endpoint.

    Args:
        endpoint: The handler and its path.
        controller: Gives the bean whose method is called.
        plan: What is known of the handler's parameters and messages.
        admission: Gives what decides about handshakes.
        connect: Makes a connection of what ASGI gives.
        session_type: The session class of the adapter, which makes its connection itself where it is given none.
        metered_type: The same for sessions that are measured, which are given one.
        access: What the handler requires of its user; None for nothing.
        events: Where sessions are announced; None for nowhere.
        sessions: Where sessions are kept while there are any; nowhere else by default.
        additions: Where what beans add to sessions is found; None where nothing is added.
        disconnects: What a handler may raise to say that the client has left, besides pyfly's own error.
        translate: Turns errors of the adapter's framework into pyfly's own, and returns all others as they are.
    """

    __slots__ = (
        "_access",
        "_additions",
        "_admission",
        "_arguments",
        "_bean",
        "_controller",
        "_disconnects",
        "_events",
        "_known_at",
        "_maker",
        "_name",
        "_options",
        "_path",
        "_qualified_name",
        "_revision",
        "_sessions",
        "_translate",
    )

    def __init__(
        self,
        endpoint: Endpoint[WebSocketMapping],
        controller: ControllerBean,
        plan: HandlerPlan,
        *,
        admission: AdmissionBean,
        connect: Callable[[Scope, Receive, Send], Connection],
        session_type: type[WebSocketSession],
        metered_type: type[MeteredSession],
        access: Access | None = None,
        events: EventPublisher | None = None,
        sessions: OpenSessions | None = None,
        additions: AddedBeans | None = None,
        disconnects: tuple[type[Exception], ...] = (),
        translate: Callable[[BaseException], BaseException] = lambda error: error,
    ) -> None:
        self._name = endpoint.name
        self._qualified_name = endpoint.qualified_name
        self._path = endpoint.path
        self._controller = controller
        self._admission = admission
        self._access = access
        self._arguments = plan.arguments
        self._events = events
        self._sessions = OpenSessions() if sessions is None else sessions
        self._additions = additions
        self._options = SessionOptions(
            endpoint=endpoint.qualified_name,
            path=endpoint.path,
            codec=plan.codec,
            outbox=endpoint.mapping.outbox,
            events=events,
            connect=connect,
            plain=session_type,
            metered=metered_type,
        )
        # The beans that sessions take, as they were at a revision of the container.
        self._revision = controller.revision
        self._known_at = -1
        self._maker: SessionMaker
        self._bean: Any = None
        self._disconnects: tuple[type[Exception], ...] = (WebSocketDisconnect, *disconnects)
        self._translate = translate

    async def run(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection until its handler has ended and its cleanup has run.

        Cancelling cancels the handler; the client gets 1012, and cleanup is still carried out before this returns.
        """
        revision = self._revision.number
        if revision != self._known_at and not await self._look_up(scope, receive, send, revision):
            return
        maker, bean = self._maker, self._bean
        admission, session = maker.admission, maker.make(scope, receive, send)
        attention = self._sessions.add(session)
        try:
            place = admission.enter(session, scope, attention)
            try:
                if admission.has_interceptors:
                    await self._ask_interceptors(admission, session)
                if self._access is not None or admission.has_interceptors or scope.get("user") is not None:
                    admission.check_user(session, place, self._access)
                if bean is None:
                    await self._serve(session, attention)
                else:
                    await self._converse(session, bean, attention)
            finally:
                admission.leave(session, place)
        except AdmissionDenied as denied:
            session.denied_for = denied.reason
            if denied.problem is not None:
                await self._fail(session, denied.problem, denied.reason)
        finally:
            self._sessions.discard(session)
        if session.denied_with is not None:
            await self._tell_denial(session, session.denied_for or "handler", session.denied_with)

    async def _look_up(self, scope: Scope, receive: Receive, send: Send, revision: int) -> SessionMaker | None:
        """Find the beans anew, and keep them until they may be others; the controller only where it is made already.

        Returns:
            What makes sessions; None where it cannot be had, and the handshake has been denied.
        """
        try:
            admission = await self._admission.get()
            additions = None if self._additions is None else await self._additions.find()
        except Exception as error:
            session = self._options.plain(self._options.connect(scope, receive, send), managed=True)
            message, name = "%s: what its sessions need could not be had", self._qualified_name
            report_failure(error, message, name, extra=fields_of(session))
            await self._fail(session, ProblemError(500), "error")
            return None
        self._bean = self._controller.singleton
        if self._revision.number == revision and (self._bean is not None or not self._controller.is_shared):
            self._known_at = revision
        maker = self._maker = SessionMaker(self._options, admission, additions)
        return maker

    async def _ask_interceptors(self, admission: Admission, session: WebSocketSession) -> None:
        try:
            await admission.ask(session)
        except AdmissionDenied:
            raise
        except BaseException as error:
            await self._leave(session, error)
            raise

    async def _serve(self, session: WebSocketSession, attention: Attention | None) -> None:
        try:
            async with self._controller.open({WebSocketSession: session}) as bean:
                await self._converse(session, bean, attention)
        except Exception as error:
            # Only the bean's making and unmaking end up here: _converse deals with all the handler raises.
            name = self._qualified_name
            report_failure(error, "%s: its controller could not be had", name, extra=fields_of(session))
            await self._fail(session, ProblemError(500), "error")

    async def _converse(self, session: WebSocketSession, bean: Any, attention: Attention | None) -> None:
        arguments: Mapping[str, Any] | None = None
        if not self._arguments.is_empty:
            try:
                arguments = self._arguments.bind(session)
            except Exception as error:
                session.denied_for = "arguments"
                await self._end(session, error)
                return
        token = current_session.set(session)
        try:
            handler = getattr(bean, self._name)
            departed = False
            try:
                session.attend(attention)
                try:
                    await (handler(session) if arguments is None else handler(session, **arguments))
                    if session.close_code is None:
                        await session.conclude()
                finally:
                    departed = session.dismiss()
            except BaseException as error:
                if not is_own_failure(error):
                    await self._leave(session, error)
                    raise
                told = departed and isinstance(error, asyncio.CancelledError)
                await self._end(session, WebSocketDisconnect() if told else error)
            if session.has_ending_to_learn():
                await session.learn_ending()
        finally:
            has_endings = session.release()
            current_session.reset(token)
            hook = getattr(bean, "on_disconnect", None)
            events = self._events
            if hook is not None or has_endings or (events is not None and events.has_listeners(SessionClosed)):
                await self._clean_up(session, hook, has_endings=has_endings)
            elif session_logger.isEnabledFor(logging.INFO):
                self._log_end(session)

    async def _leave(self, session: WebSocketSession, error: BaseException) -> None:
        """Close the session of a handler that is being cancelled; one whose event loop is gone can no more."""
        if isinstance(error, asyncio.CancelledError):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_FRAME_SECONDS):
                    await session.close(CloseCode.SERVICE_RESTART)

    async def _end(self, session: WebSocketSession, raised: BaseException) -> None:
        """Turn what a handler raised into the session's end."""
        error = self._translate(_one_of(_leaves(raised, self._disconnects), raised))
        if isinstance(error, self._disconnects):
            await session.close()
        elif isinstance(error, CloseSession):
            await session.close(error.code, error.reason)
        elif isinstance(error, UnexpectedFrame | InvalidMessage):
            kind = type(error).__name__
            logger.info("%s: session %s: %s", self._qualified_name, session.id, kind, extra=fields_of(session))
            await session.close(CloseCode.INVALID_DATA, "the message is not valid")
        else:
            refusal = error if isinstance(error, ProblemError) and not session.accepted else None
            if refusal is None or refusal.status >= 500:
                report_failure(
                    error,
                    "%s: the handler failed in session %s",
                    self._qualified_name,
                    session.id,
                    extra=fields_of(session),
                )
            await self._fail(session, refusal or ProblemError(500), "error" if refusal is None else None)

    async def _fail(self, session: WebSocketSession, problem: ProblemError, reason: DenialReason | None) -> None:
        if session.accepted:
            await session.close(CloseCode.INTERNAL_ERROR, "the handler failed")
        elif session.close_code is None:
            session.denied_for = reason or session.denied_for
            body = problem.problem.to_json()
            try:
                await session.deny(problem.status, body, media_type=PROBLEM_MEDIA_TYPE, headers=problem.headers)
            except ValueError:
                message, fields = "%s: headers of a problem cannot be sent", fields_of(session)
                logger.warning(message, self._qualified_name, exc_info=True, extra=fields)
                await session.deny(problem.status, body, media_type=PROBLEM_MEDIA_TYPE)

    async def _clean_up(
        self, session: WebSocketSession, hook: Callable[[WebSocketSession], object] | None, *, has_endings: bool
    ) -> None:
        """Run the controller's hook and tell the listeners, whether or not the task is being cancelled."""
        interruption: asyncio.CancelledError | None = None
        if has_endings:
            interruption = await self._carry_out(session.carry_out_endings(), session, "the session's cleanup")
        if hook is not None:
            interruption = await self._run_hook(hook, session) or interruption
        self._log_end(session)
        if session.opened_at is not None and self._events is not None and self._announces(SessionClosed):
            closed = SessionClosed(
                session=session,
                endpoint=self._qualified_name,
                path=self._path,
                code=session.close_code or CloseCode.ABNORMAL,
                reason=session.close_reason,
                duration=time.monotonic() - session.opened_at,
                received=session.received,
                sent=session.sent,
            )
            telling = self._events.publish(closed)
            interruption = await self._carry_out(telling, session, "a listener of its end") or interruption
        if interruption is not None:
            raise interruption

    def _announces(self, event_type: type[SessionEvent]) -> bool:
        return self._events is not None and self._events.has_listeners(event_type)

    def _log_end(self, session: WebSocketSession) -> None:
        if session.opened_at is None or not session_logger.isEnabledFor(logging.INFO):
            return
        fields = fields_of(session, endpoint=self._qualified_name, received=session.received, sent=session.sent)
        session_logger.info(
            "%s: session %s has closed with %s after %.1f s",
            self._qualified_name,
            session.id,
            session.close_code,
            fields["duration"],
            extra=fields,
        )

    async def _run_hook(
        self, hook: Callable[[WebSocketSession], object], session: WebSocketSession
    ) -> asyncio.CancelledError | None:
        try:
            result = hook(session)
        except (Exception, SystemExit, KeyboardInterrupt) as error:
            report_failure(error, "%s: on_disconnect failed", self._qualified_name, extra=fields_of(session))
            return None
        if not inspect.isawaitable(result):
            return None
        return await self._carry_out(result, session, "on_disconnect")

    async def _carry_out(
        self, awaitable: Awaitable[Any], session: WebSocketSession, what: str
    ) -> asyncio.CancelledError | None:
        seconds = self._maker.admission.disconnect_timeout
        told = f"{self._qualified_name}: {what}"
        return await carry_out(awaitable, told, session_id=session.id, seconds=seconds, fields=fields_of(session))

    async def _tell_denial(self, session: WebSocketSession, reason: DenialReason, status: int) -> None:
        fields = fields_of(session, reason=reason)
        logger.info("%s: a handshake was denied (%s)", self._qualified_name, reason, extra=fields)
        if self._events is not None and self._announces(SessionDenied):
            denied = SessionDenied(
                session=session, endpoint=self._qualified_name, path=self._path, reason=reason, status=status
            )
            await self._events.publish(denied)


def _leaves(error: BaseException, disconnects: tuple[type[Exception], ...]) -> list[BaseException]:
    """Return the single errors in a group, departures of the client left out."""
    if isinstance(error, BaseExceptionGroup):
        parts = cast("BaseExceptionGroup[BaseException]", error).exceptions
        return [leaf for part in parts for leaf in _leaves(part, disconnects)]
    return [] if isinstance(error, disconnects) else [error]


def _one_of(leaves: list[BaseException], raised: BaseException) -> BaseException:
    """Return the one error that tells how a session ends: the only one there is, else all that was raised."""
    if not leaves:
        return WebSocketDisconnect()
    if len(leaves) == 1 or all(isinstance(leaf, UnexpectedFrame | InvalidMessage) for leaf in leaves):
        return leaves[0]
    return raised
