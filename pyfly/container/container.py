"""The container: takes registrations, checks them as a whole, and answers with beans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar, final

from pyfly.container.bean_scope import BeanScope
from pyfly.container.bean_types import describe_type
from pyfly.container.checks import GraphCheck
from pyfly.container.declarations import DeclarationReader
from pyfly.container.definitions import BeanDescription
from pyfly.container.errors import AmbiguousBeanError, MissingBeanError, ScopeError
from pyfly.container.graph import BeanGraph
from pyfly.container.hooks import HooksByClass
from pyfly.container.overrides import overridden
from pyfly.container.resolution import Resolver
from pyfly.container.revision import Revision
from pyfly.container.scopes import OPENED_SCOPES, Scope, ScopeName, parse_scope
from pyfly.container.store import BeanStore
from pyfly.metadata import (
    DeclarationError,
    DeclarationErrors,
    MetadataRegistry,
    SourceLocation,
    default_registry,
    did_you_mean,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from pyfly.container.definitions import BeanDefinition

__all__ = ["Container"]

T = TypeVar("T")


@final
class Container:
    """Makes beans of registered classes and factories, and injects them into each other by type.

    Beans are made at their first use. Late beans may be registered at any time: they are checked and wired when first
    asked for. All methods may be called from any thread and any event loop.

    Args:
        registry: What decorators recorded; the process-wide registry by default.

    Attributes:
        admit: Called with the beans of each registration before they are added; what it raises refuses them.
        registry: What decorators recorded.
        revision: Changes whenever what `ready_bean` has returned may not be its answer any more.
    """

    __slots__ = (
        "_graph",
        "_provided",
        "_reader",
        "_resolver",
        "_singletons",
        "_stores",
        "admit",
        "registry",
        "revision",
    )

    def __init__(self, registry: MetadataRegistry | None = None) -> None:
        self.registry: Final[MetadataRegistry] = default_registry if registry is None else registry
        hooks = HooksByClass(self.registry)
        self.admit: Callable[[Sequence[BeanDefinition]], None] | None = None
        self._graph: Final = BeanGraph(self.registry)
        self._reader: Final = DeclarationReader(self.registry, hooks)
        self.revision: Final[Revision] = Revision()
        self._resolver: Final = Resolver(self._graph, hooks, self.revision)
        self._singletons: Final = BeanStore("the container", revision=self.revision)
        self._stores: Final = {Scope.SINGLETON: self._singletons}
        self._provided: Final[dict[tuple[type[Any], Scope], BeanDefinition]] = {}

    def register(
        self,
        cls: type[Any],
        *,
        scope: Scope | ScopeName | None = None,
        name: str | None = None,
        primary: bool | None = None,
    ) -> None:
        """Make a class a bean, and the ``@bean`` methods of a configuration with it.

        Registering a class again with the same options changes nothing.

        Args:
            cls: The class; it needs no stereotype.
            scope: How long the bean lives; as its stereotype says by default, else a singleton.
            name: Its name; as its stereotype says by default, else the class's name in snake case.
            primary: Whether to prefer it where several fit; as its decorators say by default.

        Raises:
            DeclarationError: It is no class, or there is no such scope.
        """
        self._add(self._reader.of_class(cls, scope=scope, name=name, primary=primary))

    def register_instance(
        self, instance: object, *, name: str | None = None, types: Sequence[type[Any]] | None = None
    ) -> None:
        """Make an object a singleton bean; its hooks are not called, since the container has not made it.

        Args:
            instance: The object.
            name: Its name; its class's in snake case by default.
            types: What it can be asked for by; its class and all base classes by default.

        Raises:
            DeclarationError: The object is not of these types.
        """
        self._add([self._reader.of_instance(instance, name=name, types=types)])

    def register_factory(
        self,
        function: Callable[..., Any],
        *,
        scope: Scope | ScopeName = Scope.SINGLETON,
        name: str | None = None,
        primary: bool = False,
    ) -> None:
        """Make what a function returns a bean of its return annotation; its parameters are injected.

        The function may be ``async``, and may ``yield`` the bean once instead of returning it: what follows the
        ``yield`` runs when the bean's scope ends.

        Args:
            function: The factory.
            scope: How long the bean lives.
            name: Its name; the function's by default.
            primary: Whether to prefer it where several fit.

        Raises:
            DeclarationError: It is no function, or there is no such scope.
        """
        self._add([self._reader.of_factory(function, scope=scope, name=name, primary=primary)])

    def register_provided(self, cls: type[Any], scope: Scope | ScopeName) -> None:
        """Tell that an object of a class is handed in whenever a scope opens.

        Args:
            cls: The class; it stands for each alias of it where it is generic.
            scope: The session or request scope.

        Raises:
            DeclarationError: There is no such scope, or it is not opened.
        """
        source = SourceLocation.of_caller()
        parsed = parse_scope(scope, source)
        if parsed not in OPENED_SCOPES:
            text = describe_type(cls)
            raise DeclarationError(
                source, f"{text} is handed into a {parsed} scope, which is not opened", "name one that is"
            )
        if (cls, parsed) not in self._provided:
            definition = self._reader.of_provided(cls, parsed)
            self._add([definition])
            self._provided[cls, parsed] = definition

    @property
    def definitions(self) -> tuple[BeanDescription, ...]:
        """All beans, in registration order."""
        return tuple(
            BeanDescription(
                name=definition.name,
                type=definition.type,
                kind=definition.kind,
                scope=definition.scope,
                primary=definition.primary,
                source=definition.source,
                dependencies=tuple(bean.name for bean in self._graph.dependencies(definition)),
            )
            for definition in self._graph.definitions
        )

    def check(self) -> None:
        """Check all beans as a whole, without making any.

        Raises:
            DeclarationErrors: Beans are missing, ambiguous, circular, or hold what does not live as long, or
                declarations are wrong by themselves: all of it in one report.
        """
        if faults := GraphCheck(self._graph).faults():
            raise DeclarationErrors(faults)

    def doubts(self) -> tuple[DeclarationError, ...]:
        """Return what a start passes over in silence, and is probably not meant.

        It is an optional parameter whose type is a Protocol, where no bean derives from that and some bean has all of
        its members.
        """
        return tuple(GraphCheck(self._graph).doubts())

    def scope_of(self, cls: type[Any], /) -> Scope | None:
        """Return the scope of the bean that `get_bean` answers with, or None when there is not exactly one."""
        try:
            return self._graph.find(cls).scope
        except (MissingBeanError, AmbiguousBeanError):
            return None

    def get_bean(self, cls: type[T], /) -> T:
        """Return the bean of a type: a singleton, or a new transient one.

        Args:
            cls: A class, a Protocol or abstract base, or a generic alias.

        Raises:
            DeclarationError: There is no such bean, or more than one.
            DeclarationErrors: Something that the bean needs is wrong.
            AsyncBeanError: The bean, or one that it needs, is not there yet and is created asynchronously.
            CircularBeanError: The bean is asked for inside its own creation, or in a task that this has started.
            ScopeError: The bean lives in a session or request.
            ContainerClosedError: The container is closing.
        """
        try:
            bean: T = self._singletons.beans[self._resolver.found[cls]]
        except KeyError:
            bean = self._resolver.get(self._resolver.find(cls), self._stores)
        return bean

    def ready_bean(self, cls: type[T], /) -> T | None:
        """Return a singleton that was asked for by this type before and is still there, else None."""
        definition = self._resolver.found.get(cls)
        return None if definition is None else self._singletons.beans.get(definition)

    async def get_bean_async(self, cls: type[T], /) -> T:
        """Return the bean of a type, awaiting its creation where it is asynchronous.

        Cancelling the caller leaves the creation of a singleton running for everybody else.

        Raises:
            DeclarationError: There is no such bean, or more than one.
            DeclarationErrors: Something that the bean needs is wrong.
            CircularBeanError: The bean is asked for inside its own creation, or in a task that this has started.
            ScopeError: The bean lives in a session or request.
            ContainerClosedError: The container is closing.
        """
        bean = self.ready_bean(cls)
        return await self._resolver.get_async(self._resolver.find(cls), self._stores) if bean is None else bean

    async def get_named_async(self, name: str, /) -> Any:
        """Return the bean of a name, awaiting its creation where it is asynchronous.

        Cancelling the caller leaves the creation of a singleton running for everybody else.

        Raises:
            MissingBeanError: There is no bean of that name.
            DeclarationErrors: Something that the bean needs is wrong.
            CircularBeanError: The bean is asked for inside its own creation, or in a task that this has started.
            ScopeError: The bean lives in a session or request.
            ContainerClosedError: The container is closing.
        """
        definition = self._graph.named(name)
        if definition is None:
            mend = did_you_mean(name, [bean.name for bean in self._graph.definitions])
            raise MissingBeanError(None, f'no bean is named "{name}"', mend)
        self._resolver.check(definition)
        return await self._resolver.get_async(definition, self._stores)

    def open_scope(
        self, scope: Scope | ScopeName, /, *, provided: Mapping[type[Any], object] | None = None
    ) -> BeanScope:
        """Return a session or request scope; enter it with ``async with``.

        Args:
            scope: ``Scope.SESSION`` or ``Scope.REQUEST``.
            provided: Objects for classes that `register_provided` told of.

        Raises:
            ScopeError: The scope is not one that is opened, or a class was not told of.
            DeclarationError: There is no such scope.
        """
        scope = parse_scope(scope, SourceLocation.of_caller())
        if scope not in OPENED_SCOPES:
            raise ScopeError(f"a {scope} scope is not opened; open Scope.SESSION or Scope.REQUEST")
        beans: dict[BeanDefinition, object] = {}
        for cls, instance in (provided or {}).items():
            definition = self._provided.get((cls, scope))
            if definition is None:
                text = describe_type(cls)
                raise ScopeError(
                    f"{text} is handed into a {scope} scope that knows nothing of it; "
                    f"call register_provided({text}, Scope.{scope.name}) before"
                )
            beans[definition] = instance
        return BeanScope(scope, self._resolver, self._singletons, beans)

    def overridden(self, cls: type[Any], instance: object, /) -> AbstractContextManager[None]:
        """Let an object stand in for a bean while a block lasts: for tests.

        It has the bean's name and types, whatever the object's own class is, and is the same for everybody, whatever
        the bean's scope. Singletons that hold the bean, directly or through others, are made anew at their next use; at
        the end of the block those made before are back. Session and request scopes that are open keep what they have.

        Args:
            cls: What the bean is asked for by.
            instance: What stands in for it; its hooks are not called.

        Raises:
            MissingBeanError: There is no such bean.
            AmbiguousBeanError: There are several.
            BeanDeclarationError: The bean is a configuration that makes others, or handed in when a scope opens; or a
                bean that holds it is being made at the moment.
        """
        return overridden(self._graph, self._singletons, self._resolver.forget, cls, instance)

    async def close(self) -> None:
        """Give up all singletons, the last one made first, with their ``pre_destroy`` methods and factories' cleanup.

        What fails is logged, and the others follow. Creations in progress are cancelled. Cancelling the caller does not
        stop any of it: the cancellation is raised when everything is done. Called by what is being given up, it returns
        at once. Afterwards the container can be used afresh: registrations stay, and beans are made anew when they are
        asked for.

        Raises:
            ContainerClosedError: It is called inside the creation of a singleton.
        """
        await self._singletons.close(reopen=True)

    def _add(self, definitions: Iterable[BeanDefinition]) -> None:
        added = [
            definition
            for definition in definitions
            if (twin := self._graph.named(definition.name)) is None or not definition.repeats(twin)
        ]
        if self.admit is not None:
            self.admit(added)
        for definition in added:
            self._graph.add(definition)
        self._resolver.forget()
