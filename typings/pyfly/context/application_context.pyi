# Generated from pyfly/context/application_context.py; edit that, then run: python -m tools.stubs
"""The application context: one place for settings, beans and events, with one start and one stop."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from types import ModuleType, TracebackType
from typing import Any, Final, Self, TypeVar, final

from pydantic import BaseModel

from pyfly.container import AsyncBeanContext, Container, Scope, ScopeName
from pyfly.context.lifecycle import LifecycleState
from pyfly.context.settings import Settings
from pyfly.events import EventPublisher
from pyfly.metadata import MetadataRegistry

__all__ = ["ApplicationContext"]

T = TypeVar("T")

@final
class ApplicationContext:
    """Settings, container and events of one application, started and stopped together.

    The context, its container, its event publisher and its settings are beans themselves. Beans may be asked for before
    the start, and registered after it: late ones are wired at their first use.

    Starting checks all declarations, subscribes the listener methods of beans, publishes `ContextStarting`, makes every
    singleton that is no controller in the order of their dependencies, and publishes `ContextStarted`. Controllers
    are made at their first request. Stopping publishes `ContextStopping`, destroys the beans, the last one made first,
    and publishes `ContextStopped`. A stopped context can be started again, with new beans.

    Args:
        settings: The settings, or any other pydantic model that is to be a bean; the framework's own settings are read
            from ``PYFLY_*`` variables and ``.env`` unless they are given.
        registry: What decorators recorded; the container's, or the process-wide one, by default.
        container: A container that holds beans already; a new one by default.

    Raises:
        SettingsError: The settings given, or those in the environment, are wrong.
        ValueError: The container belongs to another registry.

    Attributes:
        settings: The framework's settings.
        container: The container of all beans.
        events: The publisher of events.
    """

    container: Final[Container]
    settings: Final[Settings]
    events: Final[EventPublisher]
    def __init__(
        self,
        *,
        settings: BaseModel | None = None,
        registry: MetadataRegistry | None = None,
        container: Container | None = None,
    ) -> None: ...
    @property
    def registry(self) -> MetadataRegistry:
        """What decorators recorded."""
    @property
    def state(self) -> LifecycleState:
        """Where the context stands between start and stop."""
    def scan(self, *packages_or_modules: str | ModuleType) -> None:
        """Import packages with all their modules, and register every class in them that has a stereotype.

        Args:
            *packages_or_modules: Dotted names or modules.

        Raises:
            DeclarationErrors: Modules that cannot be imported; or, after the start, listeners that are wrong.
        """
    def register(
        self,
        cls: type[Any],
        *,
        scope: Scope | ScopeName | None = None,
        name: str | None = None,
        primary: bool | None = None,
    ) -> None:
        """Make a class a bean, as `Container.register` does; its listeners are subscribed also after the start.

        Raises:
            DeclarationError: It is no class, or there is no such scope.
            DeclarationErrors: After the start: its listeners are wrong; then it is not registered.
        """
    def register_instance(
        self, instance: object, *, name: str | None = None, types: Sequence[type[Any]] | None = None
    ) -> None:
        """Make an object a singleton bean, as `Container.register_instance` does.

        Raises:
            DeclarationError: The object is not of these types.
            DeclarationErrors: After the start: its listeners are wrong; then it is not registered.
        """
    def register_factory(
        self,
        function: Callable[..., Any],
        *,
        scope: Scope | ScopeName = Scope.SINGLETON,
        name: str | None = None,
        primary: bool = False,
    ) -> None:
        """Make what a function returns a bean, as `Container.register_factory` does.

        Raises:
            DeclarationError: It is no function, or there is no such scope.
            DeclarationErrors: After the start: its listeners are wrong; then it is not registered.
        """
    def controllers(self) -> tuple[type[Any], ...]:
        """Return the classes of the registered controllers, in registration order."""
    def get_bean(self, cls: type[T], /) -> T:
        """Return the bean of a type, as `Container.get_bean` does."""
    async def get_bean_async(self, cls: type[T], /) -> T:
        """Return the bean of a type, awaiting its creation, as `Container.get_bean_async` does."""
    def scope_of(self, cls: type[Any], /) -> Scope | None:
        """Return the scope of the bean that `get_bean` answers with, or None when there is not exactly one."""
    def open_scope(
        self, scope: Scope, /, *, provided: Mapping[type[Any], object] | None = None
    ) -> AbstractAsyncContextManager[AsyncBeanContext]:
        """Return a session or request scope, as `Container.open_scope` does."""
    def check(self) -> None:
        """Check all declarations of beans and listeners, without making any bean.

        Raises:
            DeclarationErrors: Everything that a start would refuse.
        """
    async def start(self) -> None:
        """Start the context, or wait for the start in progress; once started, nothing happens.

        A start that fails destroys what it has made, and the next one tries again. Called by what is being started, it
        returns at once. Cancelling the caller that starts abandons the start; whoever else waits then starts anew.

        Raises:
            DeclarationErrors: Declarations are wrong, all of them in one report.
            ContextStateError: It is called by what is being stopped.
            Exception: What the creation of a bean raised.
        """
    async def ensure_started(self) -> None:
        """Start the context unless it was started or stopped before: for requests, where no lifespan has run.

        Raises:
            ContextStateError: The context was stopped, and only `start` starts it again.
            Exception: What `start` raises.
        """
    async def stop(self) -> None:
        """Stop the context, also after a failed start or none; once stopped, nothing happens.

        Cancelling the caller leaves no bean behind: the cancellation is raised when all are destroyed.

        Raises:
            ContextStateError: It is called by what is being started.
        """
    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...
