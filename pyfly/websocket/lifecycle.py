"""Runs a handler from handshake to end: every ending gets its close code, and cleanup runs once."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import logging
import time
from typing import TYPE_CHECKING, Any, Final, cast, final

from pyfly.errors import confined, is_own_failure
from pyfly.web.problems import PROBLEM_MEDIA_TYPE, ProblemError
from pyfly.websocket.close_codes import CloseCode
from pyfly.websocket.errors import CloseSession, InvalidMessage, UnexpectedFrame, WebSocketDisconnect
from pyfly.websocket.events import SessionClosed, SessionDenied, SessionOpened
from pyfly.websocket.failures import report_failure
from pyfly.websocket.log_fields import fields_of
from pyfly.websocket.metering import MeteredSession
from pyfly.websocket.open_sessions import OpenSessions
from pyfly.websocket.security.denials import AdmissionDenied
from pyfly.websocket.session import WebSocketSession
from pyfly.websocket.session_core import current_session

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from pyfly.events import EventPublisher
    from pyfly.web.controllers import ControllerBean
    from pyfly.web.endpoints import Endpoint
    from pyfly.web.security.access import Access
    from pyfly.websocket.additions import AddedBeans, SessionAdditions
    from pyfly.websocket.descriptors import WebSocketMapping
    from pyfly.websocket.ports import Connection
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
        access: What the handler requires of its user; None for nothing.
        events: Where sessions are announced; None for nowhere.
        sessions: Where sessions are kept while there are any; nowhere else by default.
        additions: Where what beans add to sessions is found; None where nothing is added.
        session_type: The session class of the adapter.
        metered_type: The same for sessions that are measured.
        disconnects: What a handler may raise to say that the client has left, besides pyfly's own error.
        translate: Turns errors of the adapter's framework into pyfly's own, and returns all others as they are.
    """

    __slots__ = (
        "_access",
        "_additions",
        "_admission",
        "_arguments",
        "_codec",
        "_controller",
        "_disconnects",
        "_events",
        "_metered_type",
        "_name",
        "_outbox",
        "_path",
        "_qualified_name",
        "_session_type",
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
        access: Access | None = None,
        events: EventPublisher | None = None,
        sessions: OpenSessions | None = None,
        additions: AddedBeans | None = None,
        session_type: type[WebSocketSession] = WebSocketSession,
        metered_type: type[MeteredSession] = MeteredSession,
        disconnects: tuple[type[Exception], ...] = (),
        translate: Callable[[BaseException], BaseException] = lambda error: error,
    ) -> None:
        self._name = endpoint.name
        self._qualified_name = endpoint.qualified_name
        self._path = endpoint.path
        self._outbox = endpoint.mapping.outbox
        self._controller = controller
        self._admission = admission
        self._access = access
        self._arguments = plan.arguments
        self._codec = plan.codec
        self._events = events
        self._sessions = OpenSessions() if sessions is None else sessions
        self._additions = additions
        self._session_type = session_type
        self._metered_type = metered_type
        self._disconnects: tuple[type[Exception], ...] = (WebSocketDisconnect, *disconnects)
        self._translate = translate

    async def run(self, connection: Connection) -> None:
        """Serve one connection until its handler has ended and its cleanup has run.

        Cancelling cancels the handler; the client gets 1012, and cleanup is still carried out before this returns.
        """
        try:
            admission = self._admission.ready
            if admission is None:
                admission = await self._admission.get()
            additions = None
            if self._additions is not None and (additions := self._additions.ready) is None:
                additions = await self._additions.find()
        except Exception as error:
            report_failure(error, "%s: what its sessions need could not be had", self._qualified_name)
            await self._fail(self._session_type(connection, managed=True), ProblemError(500), "error")
            return
        session = self._make_session(connection, admission, additions)
        self._sessions.add(session)
        try:
            await self._admit(session, admission, connection)
        finally:
            self._sessions.discard(session)
        if session.denied_with is not None:
            await self._tell_denial(session, session.denied_for or "handler", session.denied_with)

    def _make_session(
        self, connection: Connection, admission: Admission, additions: SessionAdditions | None
    ) -> WebSocketSession:
        limited = admission.metered(connection)
        if limited is not None:
            connection = cast("Connection", limited)
        on_accept = self._on_accept(admission)
        outbox = self._outbox or admission.outbox
        if additions:
            session = additions.make_session(
                connection,
                self._path,
                plain=self._session_type,
                metered=self._metered_type,
                managed=True,
                on_accept=on_accept,
                codec=self._codec,
                outbox_limits=outbox,
            )
        else:
            session = self._session_type(
                connection, managed=True, on_accept=on_accept, codec=self._codec, outbox_limits=outbox
            )
        session.path_template = self._path
        session.challenge = admission.challenge
        if limited is not None:
            limited.session = session
        return session

    async def _admit(self, session: WebSocketSession, admission: Admission, connection: Connection) -> None:
        try:
            place = await admission.admit(session, connection.scope, self._access)
        except AdmissionDenied as denied:
            session.denied_for = denied.reason
            if denied.problem is not None:
                await self._fail(session, denied.problem, denied.reason)
        except BaseException as error:
            await self._leave(session, error)
            raise
        else:
            try:
                bean = self._controller.singleton
                await (self._serve(session) if bean is None else self._converse(session, bean))
            finally:
                admission.leave(session, place)

    async def _serve(self, session: WebSocketSession) -> None:
        try:
            async with self._controller.open({WebSocketSession: session}) as bean:
                await self._converse(session, bean)
        except Exception as error:
            # Only the bean's making and unmaking end up here: _converse deals with all the handler raises.
            name = self._qualified_name
            report_failure(error, "%s: its controller could not be had", name, extra=fields_of(session))
            await self._fail(session, ProblemError(500), "error")

    async def _converse(self, session: WebSocketSession, bean: Any) -> None:
        try:
            arguments = {} if self._arguments.is_empty else self._arguments.bind(session)
        except Exception as error:
            session.denied_for = "arguments"
            await self._end(session, error)
            return
        token = current_session.set(session)
        try:
            await self._run_handler(getattr(bean, self._name), session, arguments)
        finally:
            session.release()
            current_session.reset(token)
            await self._clean_up(session, bean)

    async def _run_handler(
        self, handler: Callable[..., Awaitable[None]], session: WebSocketSession, arguments: Mapping[str, Any]
    ) -> None:
        departed = False
        try:
            session.attend()
            try:
                await handler(session, **arguments)
            finally:
                departed = session.dismiss()
            await session.close()
        except BaseException as error:
            if not is_own_failure(error):
                await self._leave(session, error)
                raise
            told = departed and isinstance(error, asyncio.CancelledError)
            await self._end(session, WebSocketDisconnect() if told else error)
        if session.has_ending_to_learn:
            await session.learn_ending()

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
                logger.warning("%s: headers of a problem cannot be sent", self._qualified_name, exc_info=True)
                await session.deny(problem.status, body, media_type=PROBLEM_MEDIA_TYPE)

    async def _clean_up(self, session: WebSocketSession, bean: Any) -> None:
        """Run the controller's hook and tell the listeners, whether or not the task is being cancelled."""
        interruption: asyncio.CancelledError | None = None
        if session.has_endings:
            interruption = await _uncancelled(session.carry_out_endings(), session)
        if (hook := getattr(bean, "on_disconnect", None)) is not None:
            interruption = await self._run_hook(hook, session) or interruption
        self._log_end(session)
        if session.opened_at is not None and self._events is not None and self._events.has_listeners(SessionClosed):
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
            interruption = await _uncancelled(self._events.publish(closed), session) or interruption
        if interruption is not None:
            raise interruption

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
        return await _uncancelled(result, session, f"{self._qualified_name}: on_disconnect failed")

    def _on_accept(self, admission: Admission) -> Callable[[WebSocketSession], Awaitable[None]]:
        async def opened(session: WebSocketSession) -> None:
            admission.open(session)
            if self._events is not None and self._events.has_listeners(SessionOpened):
                await self._events.publish(
                    SessionOpened(session=session, endpoint=self._qualified_name, path=self._path)
                )

        return opened

    async def _tell_denial(self, session: WebSocketSession, reason: DenialReason, status: int) -> None:
        fields = fields_of(session, reason=reason)
        logger.info("%s: a handshake was denied (%s)", self._qualified_name, reason, extra=fields)
        if self._events is not None and self._events.has_listeners(SessionDenied):
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


async def _uncancelled(
    awaitable: Awaitable[Any], session: WebSocketSession, failure: str = "a session's cleanup failed"
) -> asyncio.CancelledError | None:
    """Wait for something to its end, also while being cancelled; return the last cancellation, to be raised later."""
    task = asyncio.ensure_future(confined(awaitable, source="cleanup"))
    interruption: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            interruption = error
    failed = None if task.cancelled() else task.exception()
    if failed is not None:
        report_failure(failed, failure, extra=fields_of(session))
    return interruption
