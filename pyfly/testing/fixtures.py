"""What the fixtures of the pytest plugin give."""

from __future__ import annotations

from contextlib import ExitStack
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, Self, TypeVar, final

from pyfly.application import create_app
from pyfly.server.targets import AppTarget
from pyfly.testing.connecting import connect, connect_path
from pyfly.testing.lifespans import running
from pyfly.testing.overrides import replace_beans
from pyfly.testing.sync import connect_path_sync, connect_sync

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from types import TracebackType

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

    __slots__ = ("app",)

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    def __call__(self, handler: Handler[In, Out, P], /, *args: P.args, **kwargs: P.kwargs) -> Connecting[In, Out]:
        """Connect to a handler, as `pyfly.testing.connect` does."""
        return connect(self.app, handler, *args, **kwargs)

    def path(self, path: str, /) -> Connecting[Any, Any]:
        """Connect to a path, as `pyfly.testing.connect_path` does."""
        return connect_path(self.app, path)

    def around(self, test: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        """Return a test that runs while the application does."""

        @wraps(test)
        async def around(*args: Any, **kwargs: Any) -> None:
            async with running(self.app):
                await test(*args, **kwargs)

        return around


@final
class ConnectSync:
    """The fixture ``connect_sync``: `pyfly.testing.connect_sync` and `connect_path_sync` for one application.

    Args:
        app: The application.

    Attributes:
        app: The application.
    """

    __slots__ = ("app",)

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    def __call__(self, handler: Handler[In, Out, P], /, *args: P.args, **kwargs: P.kwargs) -> SyncConnecting[In, Out]:
        """Connect to a handler, as `pyfly.testing.connect_sync` does."""
        return connect_sync(self.app, handler, *args, **kwargs)

    def path(self, path: str, /) -> SyncConnecting[Any, Any]:
        """Connect to a path, as `pyfly.testing.connect_path_sync` does."""
        return connect_path_sync(self.app, path)


@final
class ReplaceBeans:
    """The fixture ``replace_beans``: `pyfly.testing.replace_beans` until the test is over.

    Args:
        app: The application.
    """

    __slots__ = ("_app", "_stack")

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._stack = ExitStack()

    def __call__(self, replacements: Mapping[type[Any], object], /) -> None:
        """Let objects stand in for beans, by the type that they are asked for by."""
        self._stack.enter_context(replace_beans(self._app, replacements))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stack.close()


def configured_app(text: str) -> ASGIApp:
    """Return the application that the option ``pyfly_app`` names.

    Args:
        text: A package or module, whose controllers make a new application; ``module:app``; or ``module:make_app()``.

    Raises:
        PyflyError: There is no such thing, or it has faults.
    """
    if ":" not in text:
        return create_app(text)
    return AppTarget(text.removesuffix("()"), factory=text.endswith("()")).load()
