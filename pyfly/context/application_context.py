"""The application context: one place for settings, beans and events, with one start and one stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Self, TypeVar, final

from pydantic import BaseModel

from pyfly.container import AsyncBeanContext, BeanContext, Container, Scope, ScopedBeanContext, StereotypeScanner
from pyfly.context.adapters.environment import load_settings
from pyfly.context.errors import SettingsError
from pyfly.context.events import ContextStarted, ContextStarting, ContextStopped, ContextStopping
from pyfly.context.lifecycle import Lifecycle, LifecycleState
from pyfly.context.listeners import BeanListeners
from pyfly.context.settings import Settings
from pyfly.events import EventPublisher
from pyfly.metadata import DeclarationError, DeclarationErrors

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager
    from types import ModuleType, TracebackType

    from pyfly.container import ScopeName
    from pyfly.container.definitions import BeanDefinition
    from pyfly.metadata import MetadataRegistry

__all__ = ["ApplicationContext"]

T = TypeVar("T")

_CONTROLLERS = ("controller", "rest_controller")


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

    __slots__ = ("__weakref__", "_lifecycle", "_listeners", "container", "events", "settings")

    def __init__(
        self,
        *,
        settings: BaseModel | None = None,
        registry: MetadataRegistry | None = None,
        container: Container | None = None,
    ) -> None:
        _check_settings(settings)
        if container is not None and registry is not None and container.registry is not registry:
            raise ValueError("the container belongs to another registry; give only one of the two")
        self.container: Final[Container] = Container(registry) if container is None else container
        self.settings: Final[Settings] = (
            settings if isinstance(settings, Settings) else load_settings(Settings, prefix="PYFLY_")
        )
        self.events: Final = EventPublisher()
        self._listeners: Final = BeanListeners(self.container, self.events)
        self._lifecycle: Final = Lifecycle(self._start, self._stop)
        self._register_own(settings)
        self.container.admit = self._subscribe_late

    @property
    def registry(self) -> MetadataRegistry:
        """What decorators recorded."""
        return self.container.registry

    @property
    def state(self) -> LifecycleState:
        """Where the context stands between start and stop."""
        return self._lifecycle.state

    def scan(self, *packages_or_modules: str | ModuleType) -> None:
        """Import packages with all their modules, and register every class in them that has a stereotype.

        Args:
            *packages_or_modules: Dotted names or modules.

        Raises:
            DeclarationErrors: Modules that cannot be imported; or, after the start, listeners that are wrong.
        """
        for cls in StereotypeScanner(self.registry).scan(*packages_or_modules):
            self.container.register(cls)

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
        self.container.register(cls, scope=scope, name=name, primary=primary)

    def register_instance(
        self, instance: object, *, name: str | None = None, types: Sequence[type[Any]] | None = None
    ) -> None:
        """Make an object a singleton bean, as `Container.register_instance` does.

        Raises:
            DeclarationError: The object is not of these types.
            DeclarationErrors: After the start: its listeners are wrong; then it is not registered.
        """
        self.container.register_instance(instance, name=name, types=types)

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
        self.container.register_factory(function, scope=scope, name=name, primary=primary)

    def controllers(self) -> tuple[type[Any], ...]:
        """Return the classes of the registered controllers, in registration order."""
        return tuple(bean.type for bean in self.container.definitions if bean.kind in _CONTROLLERS)

    def get_bean(self, cls: type[T], /) -> T:
        """Return the bean of a type, as `Container.get_bean` does."""
        return self.container.get_bean(cls)

    async def get_bean_async(self, cls: type[T], /) -> T:
        """Return the bean of a type, awaiting its creation, as `Container.get_bean_async` does."""
        return await self.container.get_bean_async(cls)

    def scope_of(self, cls: type[Any], /) -> Scope | None:
        """Return the scope of the bean that `get_bean` answers with, or None when there is not exactly one."""
        return self.container.scope_of(cls)

    def open_scope(
        self, scope: Scope, /, *, provided: Mapping[type[Any], object] | None = None
    ) -> AbstractAsyncContextManager[AsyncBeanContext]:
        """Return a session or request scope, as `Container.open_scope` does."""
        return self.container.open_scope(scope, provided=provided)

    def check(self) -> None:
        """Check all declarations of beans and listeners, without making any bean.

        Raises:
            DeclarationErrors: Everything that a start would refuse.
        """
        faults: list[DeclarationError] = []
        try:
            self.container.check()
        except DeclarationErrors as errors:
            faults.extend(errors.faults)
        faults.extend(self._listeners.faults())
        if faults:
            raise DeclarationErrors(faults)

    async def start(self) -> None:
        """Start the context, or wait for the start in progress; once started, nothing happens.

        A start that fails destroys what it has made, and the next one tries again. Called by what is being started, it
        returns at once. Cancelling the caller that starts abandons the start; whoever else waits then starts anew.

        Raises:
            DeclarationErrors: Declarations are wrong, all of them in one report.
            ContextStateError: It is called by what is being stopped.
            Exception: What the creation of a bean raised.
        """
        await self._lifecycle.start()

    async def ensure_started(self) -> None:
        """Start the context unless it was started or stopped before: for requests, where no lifespan has run.

        Raises:
            ContextStateError: The context was stopped, and only `start` starts it again.
            Exception: What `start` raises.
        """
        await self._lifecycle.ensure_started()

    async def stop(self) -> None:
        """Stop the context, also after a failed start or none; once stopped, nothing happens.

        Cancelling the caller leaves no bean behind: the cancellation is raised when all are destroyed.

        Raises:
            ContextStateError: It is called by what is being started.
        """
        await self._lifecycle.stop()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.stop()

    def _register_own(self, given: BaseModel | None) -> None:
        register = self.container.register_instance
        ports = [ApplicationContext, ScopedBeanContext, AsyncBeanContext, BeanContext]
        register(self, name="pyfly_context", types=ports)
        register(self.container, name="pyfly_container", types=[Container])
        register(self.events, name="pyfly_events", types=[EventPublisher])
        if given is not self.settings:
            register(self.settings, name="pyfly_settings", types=[Settings])
        if given is not None:
            models = [base for base in type(given).__mro__ if issubclass(base, BaseModel) and base is not BaseModel]
            register(given, types=models)

    def _subscribe_late(self, beans: Sequence[BeanDefinition]) -> None:
        if self.state is not LifecycleState.STOPPED:
            self._listeners.subscribe(beans)

    async def _start(self) -> None:
        self.check()
        self._listeners.subscribe(self.container.definitions)
        try:
            await self.events.publish(ContextStarting(self))
            for bean in self.container.definitions:
                if bean.scope is Scope.SINGLETON and bean.kind not in _CONTROLLERS:
                    self._listeners.subscribe_made(bean, await self.container.get_named_async(bean.name))
            await self.events.publish(ContextStarted(self))
        except BaseException:
            await self._destroy()
            raise

    async def _stop(self, started: bool) -> None:
        try:
            if started:
                await self.events.publish(ContextStopping(self))
        finally:
            await self._destroy()
        if started:
            await self.events.publish(ContextStopped(self))

    async def _destroy(self) -> None:
        self._listeners.unsubscribe()
        await self.container.close()


def _check_settings(given: object) -> None:
    if not (given is None or isinstance(given, BaseModel)):
        got = f"the class {given.__name__}" if isinstance(given, type) else repr(given)
        raise SettingsError([f"settings are an object of a pydantic model, got {got}; write Settings(debug=True)"])
