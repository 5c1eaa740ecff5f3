# Generated from pyfly/testing/sync.py; edit that, then run: python -m tools.stubs
"""The test client for tests that are ordinary functions; the application runs in a thread of its own."""

from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import AbstractContextManager, contextmanager
from types import TracebackType
from typing import Any, Generic, ParamSpec, Self, TypeVar, final, overload

from anyio.from_thread import BlockingPortal
from starlette.testclient import TestClient

from pyfly.metadata import MetadataRegistry
from pyfly.server.ports import ASGIApp
from pyfly.testing.client import WebSocketClient
from pyfly.testing.connecting import Connecting, Handler, Pairs
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

def connect_path_sync(app: ASGIApp | TestClient, path: str, /) -> SyncConnecting[Any, Any]:
    """Connect as `connect_path` does, in a test that is an ordinary function."""

@overload
def connect_url_sync(url: str, /) -> SyncConnecting[Any, Any]:
    """Connect as `connect_url` does, in a test that is an ordinary function."""

@overload
def connect_url_sync(
    url: str, handler: Handler[In, Out, P], /, *args: P.args, **kwargs: P.kwargs
) -> SyncConnecting[In, Out]:
    """Connect as `connect_url` does, in a test that is an ordinary function."""

@contextmanager
def running_sync(app: ASGIApp) -> Generator[BlockingPortal]:
    """Run an application's lifespan as `running` does, in a thread of its own, for as long as the block lasts.

    Returns:
        A context manager that gives a portal to the application's event loop, to call coroutine functions there.
    """

@final
class SyncConnecting(Generic[In, Out]):
    """A connection before it is open, as `Connecting` is: enter it with ``with``.

    Args:
        connecting: The connection.
        portal: Gives a portal to the event loop that it lives in.
    """
    def __init__(
        self, connecting: Connecting[In, Out], portal: Callable[[], AbstractContextManager[BlockingPortal]]
    ) -> None: ...
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
    def denied(self) -> HandshakeDenied:
        """Connect, and return the denial that is expected, as `Connecting.denied` does."""
    def __enter__(self) -> SyncWebSocketClient[In, Out]: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool | None: ...

@final
class SyncWebSocketClient(Generic[In_contra, Out_co]):
    """A client that talks to one handler, as `WebSocketClient` does, without ``await``.

    Args:
        client: The client.
        portal: The way to the event loop that it lives in.
    """
    def __init__(self, client: WebSocketClient[In_contra, Out_co], portal: BlockingPortal) -> None: ...
    @property
    def timeout(self) -> float:
        """Seconds to wait for anything, unless a call is given its own."""
    @property
    def url(self) -> str:
        """Path and query of the handshake as they were sent."""
    @property
    def state(self) -> SessionState:
        """Whether the session is open or closed, from whichever side."""
    @property
    def closing(self) -> Closing | None:
        """How the session ended; None while it is open. Messages sent before that may still wait to be received."""
    @property
    def subprotocol(self) -> str | None:
        """The subprotocol agreed on."""
    @property
    def headers(self) -> Mapping[str, str]:
        """Headers of the answer to the handshake, by name in lower case; of repeated ones the last."""
    @property
    def cookies(self) -> Mapping[str, str]:
        """Cookies that the answer to the handshake sets."""
    def receive(self, *, timeout: float | None = None) -> Out_co:
        """Wait for the next message, as `WebSocketClient.receive` does."""
    def receive_text(self, *, timeout: float | None = None) -> str:
        """Wait for the next message, which must be text."""
    def receive_bytes(self, *, timeout: float | None = None) -> bytes:
        """Wait for the next message, which must be binary."""
    def receive_json(self, *, timeout: float | None = None) -> Any:
        """Wait for the next message, and decode it as JSON."""
    def send(self, message: In_contra, /) -> None:
        """Send a message of the type that the handler receives."""
    def send_text(self, data: str) -> None:
        """Send a text frame, whatever the handler receives."""
    def send_bytes(self, data: bytes) -> None:
        """Send a binary frame, whatever the handler receives."""
    def send_json(self, data: Any, mode: JsonMode = "text") -> None:
        """Send an object as JSON, whatever the handler receives."""
    def close(self, code: int | None = 1000, reason: str = "") -> None:
        """Close the session from this side, as `WebSocketClient.close` does."""
    def vanish(self) -> None:
        """Go without a close frame, as when a cable is pulled: the handler sees 1006."""
    def closed(self, *, timeout: float | None = None) -> Closing:
        """Wait until the session and its handler have ended, as `WebSocketClient.closed` does."""
    def __iter__(self) -> Self:
        """Iterate over the messages until the session ends; a handler that failed is raised as `SessionEnded`."""
    def __next__(self) -> Out_co:
        """Return the next message, as `receive` does."""
