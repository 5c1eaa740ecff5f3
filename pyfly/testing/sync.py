"""The test client for tests that are ordinary functions; the application runs in a thread of its own."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack, asynccontextmanager, contextmanager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Generic, ParamSpec, Self, TypeVar, final, overload

from anyio.from_thread import BlockingPortal, BlockingPortalProvider

from pyfly.testing.connecting import Connecting
from pyfly.testing.dialing import ApplicationDialer
from pyfly.testing.errors import ClientError
from pyfly.testing.lifespans import running
from pyfly.testing.live import LiveDialer

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Iterable, Mapping
    from types import TracebackType

    from starlette.testclient import TestClient

    from pyfly.metadata import MetadataRegistry
    from pyfly.server.ports import ASGIApp
    from pyfly.testing.client import WebSocketClient
    from pyfly.testing.connecting import Handler, Pairs
    from pyfly.testing.errors import HandshakeDenied
    from pyfly.testing.messages import Closing
    from pyfly.websocket import SessionState
    from pyfly.websocket.ports import JsonMode

__all__ = [
    "SyncConnecting",
    "SyncWebSocketClient",
    "connect_path_sync",
    "connect_sync",
    "connect_url_sync",
    "running_sync",
]

In = TypeVar("In")
Out = TypeVar("Out")
In_contra = TypeVar("In_contra", contravariant=True)
Out_co = TypeVar("Out_co", covariant=True)
P = ParamSpec("P")
T = TypeVar("T")

_portals: Final = BlockingPortalProvider("asyncio")
"""One event loop for all that is open at the same time, gone with the last of it."""


def connect_sync(
    app: ASGIApp | TestClient, handler: Handler[In, Out, P], /, *args: P.args, **kwargs: P.kwargs
) -> SyncConnecting[In, Out]:
    """Connect as `connect` does, in a test that is an ordinary function.

    Args:
        app: The application; or Starlette's ``TestClient`` of one, inside its ``with`` block, to use both in one test.
        handler: The method as its class has it: ``ChatController.chat``.
        *args: The handler's arguments after the session.
        **kwargs: The same, by name.

    Returns:
        What to enter with ``with``; it gives a `SyncWebSocketClient`.
    """
    return _connecting(app, handler, args, kwargs)


def connect_path_sync(app: ASGIApp | TestClient, path: str, /) -> SyncConnecting[Any, Any]:
    """Connect as `connect_path` does, in a test that is an ordinary function."""
    return _connecting(app, path, (), {})


@overload
def connect_url_sync(url: str, /) -> SyncConnecting[Any, Any]: ...
@overload
def connect_url_sync(
    url: str, handler: Handler[In, Out, P], /, *args: P.args, **kwargs: P.kwargs
) -> SyncConnecting[In, Out]: ...
def connect_url_sync(url: str, handler: Any = None, /, *args: Any, **kwargs: Any) -> SyncConnecting[Any, Any]:
    """Connect as `connect_url` does, in a test that is an ordinary function."""
    return SyncConnecting(Connecting(LiveDialer(url, handler, args, kwargs)), lambda: _portals)


@contextmanager
def running_sync(app: ASGIApp) -> Generator[BlockingPortal]:
    """Run an application's lifespan as `running` does, in a thread of its own, for as long as the block lasts.

    Returns:
        A context manager that gives a portal to the application's event loop, to call coroutine functions there.
    """
    with _portals as portal, portal.wrap_async_context_manager(running(app)):
        yield portal


@final
class SyncConnecting(Generic[In, Out]):
    """A connection before it is open, as `Connecting` is: enter it with ``with``.

    Args:
        connecting: The connection.
        portal: Gives a portal to the event loop that it lives in.
    """

    __slots__ = ("_connecting", "_portal", "_stack")

    def __init__(
        self, connecting: Connecting[In, Out], portal: Callable[[], AbstractContextManager[BlockingPortal]]
    ) -> None:
        self._connecting = connecting
        self._portal = portal
        self._stack: ExitStack | None = None

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
    ) -> SyncConnecting[In, Out]:
        """Return the same connection with more to send, as `Connecting.using` does."""
        connecting = self._connecting.using(
            headers=headers,
            cookies=cookies,
            query=query,
            path_params=path_params,
            subprotocols=subprotocols,
            controller=controller,
            registry=registry,
            timeout=timeout,
        )
        return SyncConnecting(connecting, self._portal)

    def denied(self) -> HandshakeDenied:
        """Connect, and return the denial that is expected, as `Connecting.denied` does."""
        with self._portal() as portal:
            return portal.call(self._connecting.denied)

    def __enter__(self) -> SyncWebSocketClient[In, Out]:
        if self._stack is not None:
            raise ClientError("this connection is open already; make another with connect_sync(...)")
        with ExitStack() as stack:
            portal = stack.enter_context(self._portal())
            client = stack.enter_context(portal.wrap_async_context_manager(self._connecting))
            self._stack = stack.pop_all()
        return SyncWebSocketClient(client, portal)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool | None:
        stack, self._stack = self._stack, None
        return None if stack is None else stack.__exit__(kind, error, traceback)


@final
class SyncWebSocketClient(Generic[In_contra, Out_co]):
    """A client that talks to one handler, as `WebSocketClient` does, without ``await``.

    Args:
        client: The client.
        portal: The way to the event loop that it lives in.
    """

    __slots__ = ("_client", "_portal")

    def __init__(self, client: WebSocketClient[In_contra, Out_co], portal: BlockingPortal) -> None:
        self._client = client
        self._portal = portal

    def __repr__(self) -> str:
        return repr(self._client).replace("WebSocketClient", type(self).__name__, 1)

    @property
    def timeout(self) -> float:
        """Seconds to wait for anything, unless a call is given its own."""
        return self._client.timeout

    @property
    def url(self) -> str:
        """Path and query of the handshake as they were sent."""
        return self._client.url

    @property
    def state(self) -> SessionState:
        """Whether the session is open or closed, from whichever side."""
        return self._client.state

    @property
    def closing(self) -> Closing | None:
        """How the session ended; None while it is open. Messages sent before that may still wait to be received."""
        return self._client.closing

    @property
    def subprotocol(self) -> str | None:
        """The subprotocol agreed on."""
        return self._client.subprotocol

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers of the answer to the handshake, by name in lower case; of repeated ones the last."""
        return self._client.headers

    @property
    def cookies(self) -> Mapping[str, str]:
        """Cookies that the answer to the handshake sets."""
        return self._client.cookies

    def receive(self, *, timeout: float | None = None) -> Out_co:
        """Wait for the next message, as `WebSocketClient.receive` does."""
        return self._call(partial(self._client.receive, timeout=timeout))

    def receive_text(self, *, timeout: float | None = None) -> str:
        """Wait for the next message, which must be text."""
        return self._call(partial(self._client.receive_text, timeout=timeout))

    def receive_bytes(self, *, timeout: float | None = None) -> bytes:
        """Wait for the next message, which must be binary."""
        return self._call(partial(self._client.receive_bytes, timeout=timeout))

    def receive_json(self, *, timeout: float | None = None) -> Any:
        """Wait for the next message, and decode it as JSON."""
        return self._call(partial(self._client.receive_json, timeout=timeout))

    def send(self, message: In_contra, /) -> None:
        """Send a message of the type that the handler receives."""
        self._call(partial(self._client.send, message))

    def send_text(self, data: str) -> None:
        """Send a text frame, whatever the handler receives."""
        self._call(partial(self._client.send_text, data))

    def send_bytes(self, data: bytes) -> None:
        """Send a binary frame, whatever the handler receives."""
        self._call(partial(self._client.send_bytes, data))

    def send_json(self, data: Any, mode: JsonMode = "text") -> None:
        """Send an object as JSON, whatever the handler receives."""
        self._call(partial(self._client.send_json, data, mode))

    def close(self, code: int | None = 1000, reason: str = "") -> None:
        """Close the session from this side, as `WebSocketClient.close` does."""
        self._call(partial(self._client.close, code, reason))

    def vanish(self) -> None:
        """Go without a close frame, as when a cable is pulled: the handler sees 1006."""
        self._call(self._client.vanish)

    def closed(self, *, timeout: float | None = None) -> Closing:
        """Wait until the session and its handler have ended, as `WebSocketClient.closed` does."""
        return self._call(partial(self._client.closed, timeout=timeout))

    def __iter__(self) -> Self:
        """Iterate over the messages until the session ends; a handler that failed is raised as `SessionEnded`."""
        return self

    def __next__(self) -> Out_co:
        """Return the next message, as `receive` does."""
        try:
            return self._call(self._client.__anext__)
        except StopAsyncIteration:
            raise StopIteration from None

    def _call(self, function: Callable[[], Awaitable[T]]) -> T:
        return self._portal.call(function)


def _connecting(
    app: ASGIApp | TestClient, target: object, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> SyncConnecting[Any, Any]:
    http: Any = app
    if not (hasattr(app, "app_state") and hasattr(app, "portal")):
        return SyncConnecting(Connecting(ApplicationDialer(http, target, args, kwargs)), lambda: _portals)

    @asynccontextmanager
    async def run(_: ASGIApp) -> AsyncGenerator[Mapping[str, Any]]:
        yield http.app_state

    def portal() -> AbstractContextManager[BlockingPortal]:
        if http.portal is None:
            raise ClientError("the TestClient does not run its application; enter it: with TestClient(app) as http")
        return nullcontext(http.portal)

    return SyncConnecting(Connecting(ApplicationDialer(http.app, target, args, kwargs, run=run)), portal)
