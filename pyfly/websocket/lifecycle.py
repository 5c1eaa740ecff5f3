"""Runs a handler from handshake to end: every ending gets its close code, and cleanup runs once."""

from __future__ import annotations

import asyncio
import inspect
import logging
import time
from typing import TYPE_CHECKING, Any, Final, cast, final

from pyfly.web.problems import PROBLEM_MEDIA_TYPE, ProblemError
from pyfly.websocket.close_codes import CloseCode
from pyfly.websocket.errors import InvalidMessage, UnexpectedFrame, WebSocketDisconnect
from pyfly.websocket.events import SessionClosed, SessionOpened
from pyfly.websocket.session import WebSocketSession, current_session

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pyfly.events import EventPublisher
    from pyfly.web.arguments import ArgumentPlan
    from pyfly.web.controllers import ControllerBean
    from pyfly.web.endpoints import Endpoint
    from pyfly.websocket.descriptors import WebSocketMapping
    from pyfly.websocket.ports import Connection

__all__ = ["SessionLifecycle"]

logger = logging.getLogger("pyfly.websocket")

_FAREWELL_SECONDS: Final = 1.0
"""How long a cancelled handler's client is given to take its close frame."""


@final
class SessionLifecycle:
    """All sessions of one endpoint.

    Args:
        endpoint: The handler and its path.
        controller: Gives the bean whose method is called.
        plan: Binds the handler's parameters after the session.
        events: Where sessions are announced; None for nowhere.
        session_type: The session class of the adapter.
        disconnects: What a handler may raise to say that the client has left, besides pyfly's own error.
        as_problem: Turns an adapter's own refusals into problems; None for any other error.
    """

    __slots__ = (
        "_as_problem",
        "_controller",
        "_disconnects",
        "_events",
        "_name",
        "_path",
        "_plan",
        "_qualified_name",
        "_session_type",
    )

    def __init__(
        self,
        endpoint: Endpoint[WebSocketMapping],
        controller: ControllerBean,
        plan: ArgumentPlan,
        *,
        events: EventPublisher | None = None,
        session_type: type[WebSocketSession] = WebSocketSession,
        disconnects: tuple[type[Exception], ...] = (),
        as_problem: Callable[[Exception], ProblemError | None] = lambda error: None,
    ) -> None:
        self._name = endpoint.name
        self._qualified_name = endpoint.qualified_name
        self._path = endpoint.path
        self._controller = controller
        self._plan = plan
        self._events = events
        self._session_type = session_type
        self._disconnects: tuple[type[Exception], ...] = (WebSocketDisconnect, *disconnects)
        self._as_problem = as_problem

    async def run(self, connection: Connection) -> None:
        """Serve one connection until its handler has ended and its cleanup has run.

        Cancelling cancels the handler; the client gets 1001, and cleanup is still carried out before this returns.
        """
        announced = self._events is not None and self._events.has_listeners(SessionOpened)
        session = self._session_type(connection, managed=True, on_accept=self._announce if announced else None)
        bean = self._controller.singleton
        if bean is not None:
            await self._converse(session, bean)
            return
        try:
            async with self._controller.open({WebSocketSession: session}) as bean:
                await self._converse(session, bean)
        except Exception:
            # Only the bean's making and unmaking end up here: _converse deals with all the handler raises.
            logger.warning("%s: its controller could not be had", self._qualified_name, exc_info=True)
            await self._fail(session, ProblemError(500))

    async def _converse(self, session: WebSocketSession, bean: Any) -> None:
        try:
            arguments = {} if self._plan.is_empty else self._plan.bind(session)
        except Exception as error:
            await self._end(session, error)
            return
        token = current_session.set(session)
        try:
            await getattr(bean, self._name)(session, **arguments)
            await session.close()
        except asyncio.CancelledError:
            await _uncancelled(asyncio.wait_for(session.close(CloseCode.GOING_AWAY), _FAREWELL_SECONDS))
            raise
        except Exception as error:
            await self._end(session, error)
        finally:
            await self._clean_up(session, bean)
            current_session.reset(token)

    async def _end(self, session: WebSocketSession, error: Exception) -> None:
        """Turn what a handler raised into the session's end."""
        serious = self._serious(error)
        if serious is None:
            await session.close()
        elif isinstance(serious, UnexpectedFrame | InvalidMessage):
            logger.info("%s: session %s: %s", self._qualified_name, session.id, type(serious).__name__)
            await session.close(CloseCode.INVALID_DATA, "the message is not valid")
        else:
            problem = None if session.accepted else self._problem(serious)
            if problem is None or problem.status >= 500:
                logger.warning(
                    "%s: the handler failed in session %s", self._qualified_name, session.id, exc_info=serious
                )
            await self._fail(session, problem or ProblemError(500))

    def _serious(self, error: Exception) -> Exception | None:
        """Return what is left of an error when departures of the client are taken away."""
        if isinstance(error, self._disconnects):
            return None
        if isinstance(error, ExceptionGroup):
            rest = cast("ExceptionGroup[Exception]", error).split(self._disconnects)[1]
            return rest.exceptions[0] if rest is not None and len(rest.exceptions) == 1 else rest
        return error

    def _problem(self, error: Exception) -> ProblemError | None:
        return error if isinstance(error, ProblemError) else self._as_problem(error)

    async def _fail(self, session: WebSocketSession, problem: ProblemError) -> None:
        if session.accepted:
            await session.close(CloseCode.INTERNAL_ERROR, "the handler failed")
        elif session.close_code is None:
            body = problem.problem.to_json()
            await session.deny(problem.status, body, media_type=PROBLEM_MEDIA_TYPE, headers=problem.headers)

    async def _clean_up(self, session: WebSocketSession, bean: Any) -> None:
        """Run the controller's hook and tell the listeners, whether or not the task is being cancelled."""
        interruption = await self._run_hook(session, bean)
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
            interruption = await _uncancelled(self._events.publish(closed)) or interruption
        if interruption is not None:
            raise interruption

    async def _run_hook(self, session: WebSocketSession, bean: Any) -> asyncio.CancelledError | None:
        hook = getattr(bean, "on_disconnect", None)
        if hook is None:
            return None
        try:
            result = hook(session)
        except Exception:
            logger.warning("%s: on_disconnect failed", self._qualified_name, exc_info=True)
            return None
        return (
            await _uncancelled(result, f"{self._qualified_name}: on_disconnect failed")
            if inspect.isawaitable(result)
            else None
        )

    async def _announce(self, session: WebSocketSession) -> None:
        if self._events is not None:
            await self._events.publish(SessionOpened(session=session, endpoint=self._qualified_name, path=self._path))


async def _uncancelled(
    awaitable: Awaitable[Any], failure: str = "a session's cleanup failed"
) -> asyncio.CancelledError | None:
    """Wait for something to its end, also while being cancelled; return the last cancellation, to be raised later."""
    task = asyncio.ensure_future(awaitable)
    interruption: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            interruption = error
    failed = None if task.cancelled() else task.exception()
    if failed is not None:
        logger.warning(failure, exc_info=failed)
    return interruption
