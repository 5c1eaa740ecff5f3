# Generated from pyfly/metadata/registry.py; edit that, then run: python -m tools.stubs
"""Keeps what decorators declared, and answers every question about it."""

from typing import Any, Generic, NamedTuple, TypeVar, final

from pyfly.metadata.descriptors import Descriptor

__all__ = ["Declaration", "Member", "MetadataRegistry", "default_registry"]

AnyDescriptor = TypeVar("AnyDescriptor", bound=Descriptor)

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
    def __init__(self) -> None: ...
    def record(self, target: Any, descriptor: Descriptor) -> None:
        """Keep a descriptor for a target, and mirror it there where its kind says so.

        Args:
            target: A class or function.
            descriptor: What was declared.

        Raises:
            DeclarationError: The target is neither a class nor a function.
        """
    def find(self, target: Any, kind: type[AnyDescriptor]) -> AnyDescriptor | None:
        """Return the outermost descriptor of a kind on a target, or None.

        Kinds that are ``inherited`` are looked up along a class's MRO as well.
        """
    def find_all(self, target: Any, kind: type[AnyDescriptor]) -> tuple[AnyDescriptor, ...]:
        """Return all descriptors of a kind on a target, in the order they are written, top down."""
    def members(self, cls: type, kind: type[AnyDescriptor]) -> tuple[Member[AnyDescriptor], ...]:
        """Return the declarations of a kind on a class's members.

        Base classes come first, each in declaration order. An override keeps its base's place; without a declaration
        of its own it has its base's.

        Args:
            cls: The class to look at, with its whole MRO.
            kind: The descriptor class.
        """
    def member(self, cls: type, name: str, kind: type[AnyDescriptor]) -> tuple[Member[AnyDescriptor], ...]:
        """Return the declarations of a kind on one member of a class, which may have none.

        Args:
            cls: The class to look at, with its whole MRO.
            name: The member's name.
            kind: The descriptor class.
        """
    def declarations(self, kind: type[AnyDescriptor]) -> tuple[Declaration[AnyDescriptor], ...]:
        """Return every recorded declaration of a kind whose target is still alive, oldest first."""

default_registry: MetadataRegistry
"""The registry decorators write to unless they are given another."""
