"""Connections to handlers: named by the handler itself, so that the type checker knows its arguments and messages."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypeAlias, TypeVar, cast, final, overload

from pyfly.testing.client import WebSocketClient
from pyfly.testing.dialing import ApplicationDialer
from pyfly.testing.errors import ClientError, HandshakeDenied
from pyfly.testing.live import LiveDialer
from pyfly.testing.messages import Options
from pyfly.websocket import WebSocketSession

if TYPE_CHECKING:
    from types import TracebackType

    from pyfly.metadata import MetadataRegistry
    from pyfly.server.ports import ASGIApp
    from pyfly.testing.ports import Dialer

__all__ = ["Connecting", "Handler", "Pairs", "connect", "connect_path", "connect_url"]

In = TypeVar("In")
Out = TypeVar("Out")
P = ParamSpec("P")

Handler: TypeAlias = Callable[Concatenate[Any, WebSocketSession[In, Out], P], Coroutine[Any, Any, None]]
"""A ``@websocket_mapping`` method as its class has it."""
Pairs: TypeAlias = Mapping[str, str] | Iterable[tuple[str, str]]
"""Names and values; pairs where a name comes several times."""


def connect(app: ASGIApp, handler: Handler[In, Out, P], /, *args: P.args, **kwargs: P.kwargs) -> Connecting[In, Out]:
    """Connect to a handler of an application in this process, without a server.

    The address follows from the handler's mapping in this application: class prefix, converters and mounts included.
    Its arguments go where they are bound from: into the path, the query, headers and cookies. The application runs as
    it would on a server, middleware and all, and is started and stopped with its clients; see `running`.

    Args:
        app: The ASGI application: Starlette, FastAPI, or middleware around one.
        handler: The method as its class has it: ``ChatController.chat``.
        *args: The handler's arguments after the session.
        **kwargs: The same, by name.

    Returns:
        What to enter with ``async with``; it gives a `WebSocketClient`.
    """
    return Connecting(ApplicationDialer(app, handler, args, kwargs))


def connect_path(app: ASGIApp, path: str, /) -> Connecting[Any, Any]:
    """Connect to a path of an application in this process: for addresses that no handler's arguments give.

    Args:
        app: The ASGI application.
        path: Path and query as in a URL: ``/ws/rooms/lobby?nickname=``.
    """
    return Connecting(ApplicationDialer(app, path))


@overload
def connect_url(url: str, /) -> Connecting[Any, Any]: ...
@overload
def connect_url(
    url: str, handler: Handler[In, Out, P], /, *args: P.args, **kwargs: P.kwargs
) -> Connecting[In, Out]: ...
def connect_url(url: str, handler: Any = None, /, *args: Any, **kwargs: Any) -> Connecting[Any, Any]:
    """Connect to a server that runs elsewhere; needs websockets, which ``pyfly[testing]`` brings.

    Args:
        url: The whole URL; or with a handler the one that its path follows, as ``ws://127.0.0.1:8000``.
        handler: The method as its class has it; the address follows from its mapping and its class's.
        *args: The handler's arguments after the session.
        **kwargs: The same, by name.

    Returns:
        What to enter with ``async with``; it gives a `WebSocketClient`.
    """
    return Connecting(LiveDialer(url, handler, args, kwargs))


@final
class Connecting(Generic[In, Out]):
    """A connection before it is open: enter it with ``async with``.

    At the end of the block the client leaves with 1000, and the handler has ended. A handler that failed without the
    test having noticed is raised there as `HandlerFailed`.

    Args:
        dialer: What opens it.
        options: What is sent besides the handler's arguments.
    """

    __slots__ = ("_dialer", "_options", "_stack")

    def __init__(self, dialer: Dialer, options: Options | None = None) -> None:
        self._dialer = dialer
        self._options = Options() if options is None else options
        self._stack: AsyncExitStack | None = None

    def using(
        self,
        *,
        headers: Pairs = (),
        cookies: Mapping[str, str] | None = None,
        query: Pairs = (),
        path_params: Mapping[str, object] | None = None,
        subprotocols: Iterable[str] = (),
        controller: type | None = None,
        registry: MetadataRegistry | None = None,
        timeout: float | None = None,
    ) -> Connecting[In, Out]:
        """Return the same connection with more to send, besides the handler's own arguments.

        Args:
            headers: Request headers.
            cookies: Cookies.
            query: Query parameters.
            path_params: Variables of the path that are no parameters of the handler.
            subprotocols: What the client offers, in its order of preference.
            controller: Which controller is meant, where several inherit the handler.
            registry: What decorators recorded, for `connect_url`; the process-wide registry by default.
            timeout: Seconds to wait for anything; 5 by default.
        """
        before = self._options
        options = replace(
            before,
            headers=(*before.headers, *((name.lower(), value) for name, value in _pairs(headers))),
            cookies=(*before.cookies, *_pairs(cookies or {})),
            query=(*before.query, *_pairs(query)),
            path_params={**before.path_params, **(path_params or {})},
            subprotocols=(*before.subprotocols, *subprotocols),
            controller=before.controller if controller is None else controller,
            registry=before.registry if registry is None else registry,
            timeout=before.timeout if timeout is None else timeout,
        )
        return Connecting(self._dialer, options)

    async def denied(self) -> HandshakeDenied:
        """Connect, and return the denial that is expected.

        Raises:
            ClientError: The handshake was accepted.
            ClientTimeout: It was not answered.
        """
        try:
            async with self as client:
                accepted = client.url
        except HandshakeDenied as denied:
            return denied
        raise ClientError(f"expected the handshake at {accepted} to be refused, and it was accepted")

    async def __aenter__(self) -> WebSocketClient[In, Out]:
        if self._stack is not None:
            raise ClientError("this connection is open already; make another with connect(...)")
        call = self._dialer.prepare(self._options)
        async with AsyncExitStack() as stack:
            transport = await stack.enter_async_context(self._dialer.open(call, self._options))
            self._stack = stack.pop_all()
        return WebSocketClient(transport, call, timeout=self._options.timeout)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool | None:
        stack, self._stack = self._stack, None
        return None if stack is None else await stack.__aexit__(kind, error, traceback)


def _pairs(values: Pairs) -> list[tuple[str, str]]:
    return [*cast("Mapping[str, str]", values).items()] if isinstance(values, Mapping) else [*values]
