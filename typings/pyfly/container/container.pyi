# Generated from pyfly/container/container.py; edit that, then run: python -m tools.stubs
"""The container: takes registrations, checks them as a whole, and answers with beans."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final, TypeVar, final

from pyfly.container.bean_scope import BeanScope
from pyfly.container.definitions import BeanDefinition, BeanDescription
from pyfly.container.revision import Revision
from pyfly.container.scopes import Scope, ScopeName
from pyfly.metadata import DeclarationError, MetadataRegistry

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

    registry: Final[MetadataRegistry]
    admit: Callable[[Sequence[BeanDefinition]], None] | None
    revision: Final[Revision]
    def __init__(self, registry: MetadataRegistry | None = None) -> None: ...
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
    def register_provided(self, cls: type[Any], scope: Scope | ScopeName) -> None:
        """Tell that an object of a class is handed in whenever a scope opens.

        Args:
            cls: The class; it stands for each alias of it where it is generic.
            scope: The session or request scope.

        Raises:
            DeclarationError: There is no such scope, or it is not opened.
        """
    @property
    def definitions(self) -> tuple[BeanDescription, ...]:
        """All beans, in registration order."""
    def check(self) -> None:
        """Check all beans as a whole, without making any.

        Raises:
            DeclarationErrors: Beans are missing, ambiguous, circular, or hold what does not live as long, or
                declarations are wrong by themselves: all of it in one report.
        """
    def doubts(self) -> tuple[DeclarationError, ...]:
        """Return what a start passes over in silence, and is probably not meant.

        It is an optional parameter whose type is a Protocol, where no bean derives from that and some bean has all of
        its members.
        """
    def scope_of(self, cls: type[Any], /) -> Scope | None:
        """Return the scope of the bean that `get_bean` answers with, or None when there is not exactly one."""
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
    def ready_bean(self, cls: type[T], /) -> T | None:
        """Return a singleton that was asked for by this type before and is still there, else None."""
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
    async def close(self) -> None:
        """Give up all singletons, the last one made first, with their ``pre_destroy`` methods and factories' cleanup.

        What fails is logged, and the others follow. Creations in progress are cancelled. Cancelling the caller does not
        stop any of it: the cancellation is raised when everything is done. Called by what is being given up, it returns
        at once. Afterwards the container can be used afresh: registrations stay, and beans are made anew when they are
        asked for.

        Raises:
            ContainerClosedError: It is called inside the creation of a singleton.
        """
