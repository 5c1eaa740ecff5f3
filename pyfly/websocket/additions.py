"""What an application's beans add to all its sessions; most add nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

from pyfly.websocket.interception import InterceptedConnection, InterceptorChain
from pyfly.websocket.interceptors import SessionInterceptor  # noqa: TC001  # the container reads it
from pyfly.websocket.metering import CountedConnection, MeteredSession, SessionMeter

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyfly.context import ApplicationContext
    from pyfly.websocket.ports import Connection
    from pyfly.websocket.session import WebSocketSession

__all__ = ["AddedBeans", "SessionAdditions", "register_additions"]


@final
class SessionAdditions:
    """The beans that sessions are made with.

    Args:
        interceptors: See every message.
        meter: Measures sessions.
    """

    __slots__ = ("_chains", "_interceptors", "_meter")

    def __init__(self, interceptors: list[SessionInterceptor], meter: SessionMeter | None = None) -> None:
        self._interceptors = interceptors
        self._meter = meter
        self._chains: dict[str, InterceptorChain] = {}

    def __bool__(self) -> bool:
        return bool(self._interceptors) or self._meter is not None

    def make_session(
        self,
        connection: Connection,
        path_template: str,
        *,
        plain: type[WebSocketSession],
        metered: type[MeteredSession],
        **options: Any,
    ) -> WebSocketSession:
        """Return a session with all that is added to it.

        Args:
            connection: What to speak through.
            path_template: The path of the handler that serves it.
            plain: The class of a session that is not measured.
            metered: The class of one that is.
            **options: Further arguments of the session.
        """
        traffic: CountedConnection | None = None
        if self._meter is not None:
            connection = traffic = CountedConnection(connection)
        chain = self._chain(path_template)
        intercepted: InterceptedConnection | None = None
        if chain:
            connection = intercepted = InterceptedConnection(connection, chain)
        session: WebSocketSession
        if self._meter is None or traffic is None:
            session = plain(connection, **options)
        else:
            session = measured = metered(connection, **options)
            measured.measure(traffic, self._meter.handling(path_template))
        if intercepted is not None:
            intercepted.session = session
        return session

    def _chain(self, path_template: str) -> InterceptorChain:
        chain = self._chains.get(path_template)
        if chain is None:
            chain = self._chains[path_template] = InterceptorChain(self._interceptors, path_template)
        return chain


@final
class AddedBeans:
    """Where a lifecycle finds the additions.

    Args:
        context: Holds them.
    """

    __slots__ = ("_context", "_ready")

    def __init__(self, context: ApplicationContext) -> None:
        self._context = context
        self._ready: Callable[[Any], Any] = context.container.ready_bean

    @property
    def ready(self) -> SessionAdditions | None:
        """The additions where they are made already, else None: then `find` makes them."""
        additions: SessionAdditions | None = self._ready(SessionAdditions)
        return additions

    async def find(self) -> SessionAdditions:
        """Return the additions, which are made at the first session where no start has made them."""
        additions = self.ready
        if additions is None:
            await self._context.ensure_started()
            additions = await self._context.get_bean_async(SessionAdditions)
        return additions


def register_additions(context: ApplicationContext) -> None:
    """Make the additions a bean."""
    context.register(SessionAdditions, name="pyfly_session_additions")
