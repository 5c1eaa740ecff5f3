"""Makes bean definitions of what is registered: classes, factories, objects, and types handed in later."""

from __future__ import annotations

import inspect
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Final, Union, final, get_origin

from pyfly.container.bean_types import describe_type, provided_types, snake_case
from pyfly.container.definitions import BeanDefinition
from pyfly.container.descriptors import BeanFactory, Primary, Stereotype
from pyfly.container.errors import BeanDeclarationError
from pyfly.container.scopes import Scope, parse_scope
from pyfly.container.signatures import Signature
from pyfly.metadata import DeclarationError, Member, SourceLocation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pyfly.container.hooks import HooksByClass
    from pyfly.metadata import MetadataRegistry

__all__ = ["DeclarationReader"]


@final
class DeclarationReader:
    """Reads what authors declared; what is wrong with a declaration by itself is kept in its definition's faults."""

    __slots__ = ("_hooks", "_registry")

    def __init__(self, registry: MetadataRegistry, hooks: HooksByClass) -> None:
        self._registry: Final = registry
        self._hooks: Final = hooks

    def of_class(
        self, cls: type, *, scope: Scope | str | None, name: str | None, primary: bool | None
    ) -> list[BeanDefinition]:
        """Return the bean of a class and, for a configuration, those of its bean methods.

        Options left None are as the class's stereotype says.

        Raises:
            DeclarationError: It is no class, or there is no such scope.
        """
        caller = SourceLocation.of_caller()
        _check_class(cls, caller)
        stereotype = self._registry.find(cls, Stereotype)
        declared = stereotype or Stereotype(kind="component", source=SourceLocation.of(cls))
        bean_scope = declared.scope if scope is None else parse_scope(scope, caller)
        signature = Signature.of_class(cls, declared.source)
        methods = self._registry.members(cls, BeanFactory)
        is_configuration = declared.kind == "configuration"
        definition = BeanDefinition(
            name=name or declared.name or snake_case(cls.__name__),
            type=cls,
            provides=provided_types(cls),
            kind=declared.kind,
            scope=bean_scope,
            primary=self._is_primary(cls, declared.primary) if primary is None else primary,
            source=declared.source,
            origin=cls,
            factory=cls,
            asynchronous=self._hooks[cls].asynchronous,
            injections=tuple(signature.injections),
            faults=(
                *_uncreatable(cls, declared.source),
                *signature.faults,
                *self._hook_faults(cls, bean_scope, declared.source),
                *(_stray(cls, method) for method in methods if not is_configuration),
            ),
        )
        return [definition, *(self._of_method(definition, method) for method in methods if is_configuration)]

    def of_factory(
        self, function: Callable[..., Any], *, scope: Scope | str, name: str | None, primary: bool
    ) -> BeanDefinition:
        """Return the bean of a function.

        Raises:
            DeclarationError: It is no function, or there is no such scope.
        """
        caller = SourceLocation.of_caller()
        if not (inspect.isfunction(function) or inspect.ismethod(function)):
            raise BeanDeclarationError(
                caller,
                f"register_factory takes a function, got {describe_type(function)}",
                "use register for a class, register_instance for an object",
            )
        owner = type(function.__self__) if inspect.ismethod(function) else None
        return self._of_function(
            function,
            Signature(function, owner=owner, bound=False, source=None),
            kind="factory",
            origin=function,
            options=BeanFactory(
                name=name, scope=parse_scope(scope, caller), primary=primary, source=SourceLocation.of(function)
            ),
        )

    @staticmethod
    def of_instance(instance: object, *, name: str | None, types: Sequence[Any] | None) -> BeanDefinition:
        """Return the bean of an object that is there already.

        Raises:
            DeclarationError: The object is not of all the types.
        """
        caller = SourceLocation.of_caller()
        for wanted in types or ():
            if not _is_a(instance, wanted):
                raise BeanDeclarationError(
                    caller,
                    f"an object of {describe_type(type(instance))} is no {describe_type(wanted)}",
                    "name types the object has",
                )
        provides = provided_types(type(instance)) if types is None else tuple(types)
        return BeanDefinition(
            name=name or snake_case(type(instance).__name__),
            type=type(instance),
            provides=provides,
            kind="instance",
            scope=Scope.SINGLETON,
            primary=False,
            source=caller,
            origin=instance,
            factory=lambda: instance,
        )

    @staticmethod
    def of_provided(provided: type, scope: Scope) -> BeanDefinition:
        """Return the bean of a type whose object is handed in when a scope opens."""
        return BeanDefinition(
            name=f"provided_{snake_case(provided.__name__)}_in_{scope}_scope",
            type=provided,
            provides=provided_types(provided),
            kind="provided",
            scope=scope,
            primary=False,
            source=None,
            origin=provided,
        )

    def _of_method(self, owner: BeanDefinition, method: Member[BeanFactory]) -> BeanDefinition:
        static = isinstance(method.value, staticmethod | classmethod)
        function = getattr(owner.type, method.name)
        primary = self._is_primary(method.value, method.descriptor.primary)
        return self._of_function(
            function,
            Signature(
                function,
                owner=method.owner,
                bound=not static,
                source=method.descriptor.source,
                target=owner.type,
            ),
            kind="bean",
            origin=method.value,
            options=method.descriptor.model_copy(update={"primary": primary}),
            owner=None if static else owner,
        )

    def _of_function(
        self,
        function: Callable[..., Any],
        signature: Signature,
        *,
        kind: str,
        origin: object,
        options: BeanFactory,
        owner: BeanDefinition | None = None,
    ) -> BeanDefinition:
        bean_type = signature.bean_type
        made = get_origin(bean_type) or bean_type
        cleans_up = signature.style in ("generator", "async_generator")
        hooks = self._hooks[made] if isinstance(made, type) else None
        faults = [*signature.faults]
        unknowable = [] if faults else list(_unknowable(function, bean_type, options.source))
        faults += unknowable
        if cleans_up and options.scope is Scope.TRANSIENT:
            faults.append(_never_cleaned_up(f"{describe_type(function)} cleans up after its yield", options.source))
        elif isinstance(made, type):
            faults.extend(self._hook_faults(made, options.scope, options.source))
        return BeanDefinition(
            name=options.name or function.__name__,
            type=bean_type,
            provides=() if unknowable else provided_types(bean_type),
            kind=kind,
            scope=options.scope,
            primary=options.primary,
            source=options.source,
            origin=origin,
            factory=function,
            style=signature.style,
            asynchronous=signature.style in ("coroutine", "async_generator")
            or (hooks is not None and hooks.asynchronous),
            owner=owner,
            injections=tuple(signature.injections),
            faults=tuple(faults),
        )

    def _is_primary(self, target: Any, declared: bool) -> bool:
        return declared or self._registry.find(target, Primary) is not None

    def _hook_faults(self, cls: type, scope: Scope, source: SourceLocation | None) -> Iterator[DeclarationError]:
        hooks = self._hooks[cls]
        yield from hooks.faults
        if scope is Scope.TRANSIENT and hooks.pre_destroy:
            yield _never_cleaned_up(f"{describe_type(cls)} has a pre_destroy method, {hooks.pre_destroy[0]}", source)


def _check_class(target: object, source: SourceLocation) -> None:
    if not isinstance(target, type):
        raise BeanDeclarationError(
            source,
            f"register takes a class, got {describe_type(target)}",
            "use register_factory for a function, register_instance for an object",
        )


def _never_cleaned_up(problem: str, source: SourceLocation | None) -> BeanDeclarationError:
    return BeanDeclarationError(
        source,
        f"{problem}, which would never run: the container keeps no transient beans",
        "give it another scope, or clean up where the bean is used",
    )


def _uncreatable(cls: type, source: SourceLocation | None) -> Iterator[BeanDeclarationError]:
    text = describe_type(cls)
    if getattr(cls, "_is_protocol", False):
        yield BeanDeclarationError(source, f"{text} is a Protocol, of which no object can be made", "register a class")
    elif inspect.isabstract(cls):
        missing = ", ".join(sorted(getattr(cls, "__abstractmethods__", ())))
        yield BeanDeclarationError(
            source, f"{text} is abstract: {missing} not implemented", f"register a class that implements {text}"
        )


def _unknowable(
    function: Callable[..., Any], bean_type: Any, source: SourceLocation | None
) -> Iterator[BeanDeclarationError]:
    """Yield a fault when no bean can be asked for by a return type."""
    text = describe_type(function)
    if bean_type is None or bean_type is NoneType:
        yield BeanDeclarationError(source, f"{text} has no return type to ask for its bean by", "annotate it")
    elif bean_type in (Any, object) or get_origin(bean_type) in (list, Union, UnionType):
        yield BeanDeclarationError(
            source,
            f"{text} returns {describe_type(bean_type)}, and no bean is asked for by that",
            "return a class, an alias such as Repository[User], or a NewType",
        )


def _stray(cls: type, method: Member[BeanFactory]) -> BeanDeclarationError:
    text = describe_type(cls)
    return BeanDeclarationError(
        method.descriptor.source,
        f"@bean {text}.{method.name} makes no bean: {text} is not a @configuration",
        f"mark {text} with @configuration",
    )


def _is_a(instance: object, wanted: Any) -> bool:
    try:
        return isinstance(instance, get_origin(wanted) or wanted)
    except TypeError:  # a NewType, or a Protocol that is not runtime-checkable
        return True
