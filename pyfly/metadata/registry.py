"""Keeps what decorators declared, and answers every question about it."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, TypeVar, final

from pyfly.metadata.descriptors import Descriptor
from pyfly.metadata.errors import DeclarationError
from pyfly.metadata.source import SourceLocation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Declaration", "Member", "MetadataRegistry", "default_registry"]

AnyDescriptor = TypeVar("AnyDescriptor", bound=Descriptor)

_RECORDERS: Final = "__pyfly_registries__"
"""On a target: registries other than the default one, by the name of the mark that each has written."""


@final
class Member(NamedTuple, Generic[AnyDescriptor]):
    """One declaration on a member of a class.

    Attributes:
        name: The member's name.
        value: The member as the class holds it: the nearest definition in the MRO.
        owner: The class that holds this value.
        descriptor: What was declared, here or on the definition this one overrides.
    """

    name: str
    value: Any
    owner: type
    descriptor: AnyDescriptor


@final
class Declaration(NamedTuple, Generic[AnyDescriptor]):
    """One declaration and the class or function that carries it."""

    target: Any
    descriptor: AnyDescriptor


@final
class MetadataRegistry:
    """Descriptors by the class or function they were declared on.

    Targets are held weakly: when a class goes away, its metadata goes with it. Decorators write to the process-wide
    `default_registry` unless they are given another. A registry also knows what the default one does, and the marks
    that look-alike decorators of other libraries wrote; what another one recorded is hidden from it.
    """

    __slots__ = ("_kinds", "_known", "_records")

    def __init__(self) -> None:
        self._kinds: set[type[Descriptor]] = set()
        self._known: dict[type[Descriptor], bool] = {}
        self._records: dict[int, tuple[weakref.ref[Any], list[Descriptor]]] = {}

    def record(self, target: Any, descriptor: Descriptor) -> None:
        """Keep a descriptor for a target, and mirror it there where its kind says so.

        Args:
            target: A class or function.
            descriptor: What was declared.

        Raises:
            DeclarationError: The target is neither a class nor a function.
        """
        key = id(target)
        try:
            reference = weakref.ref(target, self._forget(key))
            if descriptor.attribute is not None:
                setattr(target, descriptor.attribute, descriptor.to_attribute())
                self._sign(target, descriptor.attribute)
        except (TypeError, AttributeError):
            raise DeclarationError(
                descriptor.source,
                f"{type(descriptor).__name__} cannot be declared on {_described(target)}",
                "decorate a class or a function",
                descriptor.rule,
            ) from None
        self._records.setdefault(key, (reference, []))[1].append(descriptor)
        if type(descriptor) not in self._kinds:
            self._kinds.add(type(descriptor))
            self._known.clear()

    def find(self, target: Any, kind: type[AnyDescriptor]) -> AnyDescriptor | None:
        """Return the outermost descriptor of a kind on a target, or None.

        Kinds that are ``inherited`` are looked up along a class's MRO as well.
        """
        found = self.find_all(target, kind)
        return found[0] if found else None

    def find_all(self, target: Any, kind: type[AnyDescriptor]) -> tuple[AnyDescriptor, ...]:
        """Return all descriptors of a kind on a target, in the order they are written, top down."""
        if not self._may_know(kind):
            return ()
        holders = target.__mro__ if kind.inherited and isinstance(target, type) else (target,)
        for holder in holders:
            if found := self._recorded(holder, kind):
                return found
            for candidate in _hidden_in(holder):
                if found := self._recorded(candidate, kind):
                    return found
            if adopted := self._adopt(holder, kind):
                return (adopted,)
        return ()

    def members(self, cls: type, kind: type[AnyDescriptor]) -> tuple[Member[AnyDescriptor], ...]:
        """Return the declarations of a kind on a class's members.

        Base classes come first, each in declaration order. An override keeps its base's place; without a declaration
        of its own it has its base's.

        Args:
            cls: The class to look at, with its whole MRO.
            kind: The descriptor class.
        """
        if not self._may_know(kind):
            return ()
        lineage = _lineage(cls)
        names = dict.fromkeys(name for klass in reversed(lineage) for name in vars(klass))
        return tuple(member for name in names for member in self._member(lineage, name, kind))

    def member(self, cls: type, name: str, kind: type[AnyDescriptor]) -> tuple[Member[AnyDescriptor], ...]:
        """Return the declarations of a kind on one member of a class, which may have none.

        Args:
            cls: The class to look at, with its whole MRO.
            name: The member's name.
            kind: The descriptor class.
        """
        return tuple(self._member(_lineage(cls), name, kind))

    def declarations(self, kind: type[AnyDescriptor]) -> tuple[Declaration[AnyDescriptor], ...]:
        """Return every recorded declaration of a kind whose target is still alive, oldest first."""
        return tuple(
            Declaration(target, descriptor)
            for reference, descriptors in list(self._records.values())
            if (target := reference()) is not None
            for descriptor in reversed(descriptors)
            if isinstance(descriptor, kind)
        )

    def _may_know(self, kind: type[Descriptor]) -> bool:
        """Tell whether anything can have a descriptor of a kind; most applications never use some of the kinds."""
        known = self._known.get(kind)
        if known is None:
            # A mark may stand on a target that no registry has heard of.
            known = self._known[kind] = kind.attribute is not None or any(issubclass(had, kind) for had in self._kinds)
        return known or (self is not default_registry and default_registry._may_know(kind))

    def _sign(self, target: Any, attribute: str) -> None:
        """Note beside a mark that it is this registry's, so that copies of the target tell it too."""
        signed: dict[str, MetadataRegistry] = getattr(target, _RECORDERS) if _RECORDERS in vars(target) else {}
        if self is not default_registry or attribute in signed:
            setattr(target, _RECORDERS, {**signed, attribute: self})

    def _adopt(self, target: Any, kind: type[AnyDescriptor]) -> AnyDescriptor | None:
        own = getattr(target, "__dict__", {})
        if kind.attribute is None or kind.attribute not in own:
            return None
        if own.get(_RECORDERS, {}).get(kind.attribute, self) not in (self, default_registry):
            return None
        return kind.from_attribute(own[kind.attribute], SourceLocation.of(target))

    def _forget(self, key: int) -> Callable[[object], None]:
        records = self._records

        def forget(_: object) -> None:
            records.pop(key, None)

        return forget

    def _recorded(self, target: Any, kind: type[AnyDescriptor]) -> tuple[AnyDescriptor, ...]:
        entry = self._records.get(id(target))
        if entry is not None and entry[0]() is target:
            found = [descriptor for descriptor in reversed(entry[1]) if isinstance(descriptor, kind)]
            if found:
                return tuple(found)
        return () if self is default_registry else default_registry._recorded(target, kind)

    def _member(self, lineage: list[type], name: str, kind: type[AnyDescriptor]) -> Iterator[Member[AnyDescriptor]]:
        holders = [klass for klass in lineage if name in vars(klass)]
        if not holders:
            return
        value = vars(holders[0])[name]
        if not (callable(value) or isinstance(value, staticmethod | classmethod)):
            return
        for holder in holders:
            if found := self.find_all(vars(holder)[name], kind):
                for descriptor in found:
                    yield Member(name, value, holders[0], descriptor)
                return


def _described(target: Any) -> str:
    return getattr(target, "__qualname__", f"an object of type {type(target).__name__}")


def _lineage(cls: type) -> list[type]:
    return [klass for klass in cls.__mro__ if klass is not object]


def _hidden_in(target: Any) -> Iterator[Any]:
    """Yield what ``functools.wraps`` wrappers and static or class methods hide in a target, from outside in."""
    seen: set[int] = set()
    while not isinstance(target, type):
        seen.add(id(target))
        target = getattr(target, "__wrapped__", None) or getattr(target, "__func__", None)
        if target is None or id(target) in seen:
            return
        yield target


default_registry = MetadataRegistry()
"""The registry decorators write to unless they are given another."""
