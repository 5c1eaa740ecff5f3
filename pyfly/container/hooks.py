"""Methods that the container calls after a bean is made and before it is given up."""

from __future__ import annotations

import inspect
import weakref
from typing import TYPE_CHECKING, NamedTuple, TypeVar, final

from pyfly.container.bean_types import describe_type
from pyfly.container.descriptors import PostConstruct, PreDestroy
from pyfly.container.errors import BeanDeclarationError
from pyfly.metadata import read_signature

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pyfly.metadata import Member, MetadataRegistry

__all__ = ["Hooks", "HooksByClass"]

AnyHook = TypeVar("AnyHook", PostConstruct, PreDestroy)


@final
class Hooks(NamedTuple):
    """A class's hooks by method name, in the order they are called.

    Attributes:
        post_construct: Base classes first.
        pre_destroy: Base classes last.
        asynchronous: Whether making a bean of the class has to be awaited for one of them.
        faults: Hooks that cannot be called.
    """

    post_construct: tuple[str, ...]
    pre_destroy: tuple[str, ...]
    asynchronous: bool
    faults: tuple[BeanDeclarationError, ...]


@final
class HooksByClass:
    """Looks hooks up in the registry, once a class."""

    __slots__ = ("_found", "_registry")

    def __init__(self, registry: MetadataRegistry) -> None:
        self._registry = registry
        self._found: weakref.WeakKeyDictionary[type, Hooks] = weakref.WeakKeyDictionary()

    def __getitem__(self, cls: type) -> Hooks:
        hooks = self._found.get(cls)
        if hooks is None:
            hooks = self._found[cls] = self._read(cls)
        return hooks

    def _read(self, cls: type) -> Hooks:
        after, before = self._registry.members(cls, PostConstruct), self._registry.members(cls, PreDestroy)
        return Hooks(
            post_construct=tuple(member.name for member in after),
            pre_destroy=tuple(member.name for member in reversed(before)),
            asynchronous=any(inspect.iscoroutinefunction(inspect.unwrap(member.value)) for member in after),
            faults=(*_faults(cls, after), *_faults(cls, before)),
        )


def _faults(cls: type, members: Sequence[Member[AnyHook]]) -> Iterator[BeanDeclarationError]:
    """Yield a fault for each method that cannot be called with nothing but its object."""
    for member in members:
        method = member.value
        function = getattr(method, "__func__", method)
        name = f"{describe_type(cls)}.{member.name}"
        if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
            yield BeanDeclarationError(
                member.descriptor.source, f"{name} is a generator, which nobody would run", "remove its yield"
            )
        parameters = list(read_signature(function).parameters.values())
        needed = [
            parameter.name
            for parameter in parameters[0 if isinstance(method, staticmethod) else 1 :]
            if parameter.default is parameter.empty
            and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        ]
        if needed:
            yield BeanDeclarationError(
                member.descriptor.source,
                f"{name} is called with nothing but self, and needs {', '.join(needed)}",
                "take beans in the constructor",
            )
