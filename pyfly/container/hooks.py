"""Methods that the container calls after a bean is made and before it is given up."""

from __future__ import annotations

import inspect
import weakref
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, final

from pyfly.container.bean_types import describe_type
from pyfly.container.descriptors import PostConstruct, PreDestroy
from pyfly.container.errors import BeanDeclarationError
from pyfly.metadata import read_signature
from pyfly.rules import HookFacts, HookParameter, check_lifecycle_hook

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
            faults=(*_faults(after), *_faults(before)),
        )


def _faults(members: Sequence[Member[AnyHook]]) -> Iterator[BeanDeclarationError]:
    """Yield a fault for each method that cannot be called with nothing but its object."""
    for member in members:
        for fault in check_lifecycle_hook(_facts(f"{describe_type(member.owner)}.{member.name}", member.value)):
            yield BeanDeclarationError(member.descriptor.source, fault.problem, fault.mend, fault.code)


def _facts(name: str, method: Any) -> HookFacts:
    function = getattr(method, "__func__", method)
    parameters = list(read_signature(function).parameters.values())
    return HookFacts(
        name=name,
        parameters=[
            HookParameter(
                name=parameter.name,
                kind="keyword" if parameter.kind is parameter.KEYWORD_ONLY else "positional",
                required=parameter.default is parameter.empty,
            )
            for parameter in parameters[0 if isinstance(method, staticmethod) else 1 :]
            if parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        ],
        yields=inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function),
    )
