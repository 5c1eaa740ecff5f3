# Generated from pyfly/testing/fixtures.py; edit that, then run: python -m tools.stubs
"""What the fixtures of the pytest plugin give."""

from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar, final

from pyfly.server.ports import ASGIApp
from pyfly.testing.connecting import Connecting, Handler
from pyfly.testing.sync import SyncConnecting

__all__ = ["Connect", "ConnectSync", "ReplaceBeans", "configured_app"]

In = TypeVar("In")
Out = TypeVar("Out")
P = ParamSpec("P")

@final
class Connect:
    """The fixture ``connect``: `pyfly.testing.connect` and `connect_path` for one application.

    Args:
        app: The application.

    Attributes:
        app: The application.
    """

    app: ASGIApp
    def __init__(self, app: ASGIApp) -> None: ...
    def __call__(self, handler: Handler[In, Out, P], /, *args: P.args, **kwargs: P.kwargs) -> Connecting[In, Out]:
        """Connect to a handler, as `pyfly.testing.connect` does."""
    def path(self, path: str, /) -> Connecting[Any, Any]:
        """Connect to a path, as `pyfly.testing.connect_path` does."""
    def around(self, test: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        """Return a test that runs while the application does."""

@final
class ConnectSync:
    """The fixture ``connect_sync``: `pyfly.testing.connect_sync` and `connect_path_sync` for one application.

    Args:
        app: The application.

    Attributes:
        app: The application.
    """

    app: ASGIApp
    def __init__(self, app: ASGIApp) -> None: ...
    def __call__(self, handler: Handler[In, Out, P], /, *args: P.args, **kwargs: P.kwargs) -> SyncConnecting[In, Out]:
        """Connect to a handler, as `pyfly.testing.connect_sync` does."""
    def path(self, path: str, /) -> SyncConnecting[Any, Any]:
        """Connect to a path, as `pyfly.testing.connect_path_sync` does."""

@final
class ReplaceBeans:
    """The fixture ``replace_beans``: `pyfly.testing.replace_beans` until the test is over.

    Args:
        app: The application.
    """
    def __init__(self, app: ASGIApp) -> None: ...
    def __call__(self, replacements: Mapping[type[Any], object], /) -> None:
        """Let objects stand in for beans, by the type that they are asked for by."""
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...

def configured_app(text: str) -> ASGIApp:
    """Return the application that the option ``pyfly_app`` names.

    Args:
        text: A package or module, whose controllers make a new application; ``module:app``; or ``module:make_app()``.

    Raises:
        PyflyError: There is no such thing, or it has faults.
    """
