"""What the container's decorators record."""

from __future__ import annotations

from typing import Any, ClassVar, Final, Literal, Self, final, get_args

from pyfly.container.scopes import Scope
from pyfly.metadata import DeclarationError, Descriptor, SourceLocation, did_you_mean

__all__ = ["BeanFactory", "PostConstruct", "PreDestroy", "Primary", "Qualifier", "Stereotype", "StereotypeKind"]

StereotypeKind = Literal["component", "service", "repository", "controller", "rest_controller", "configuration"]
"""The part a class plays in an application."""

STEREOTYPE_KINDS: Final[tuple[StereotypeKind, ...]] = get_args(StereotypeKind)


@final
class Stereotype(Descriptor):
    """A class that the container makes beans of.

    Attributes:
        kind: The decorator's name.
        name: The bean's name; None for the class's name in snake case.
        scope: How long a bean lives.
        primary: Whether it is preferred where several beans fit.
    """

    rule: ClassVar[str] = "pyfly-bean"

    attribute: ClassVar[str | None] = "__pyfly_stereotype__"

    kind: StereotypeKind
    name: str | None = None
    scope: Scope = Scope.SINGLETON
    primary: bool = False

    def to_attribute(self) -> object:
        """Return the kind, which carries the options along to copies of the class."""
        return _MirroredKind(self)

    @classmethod
    def from_attribute(cls, value: Any, source: SourceLocation | None) -> Self:
        """Build a stereotype from its kind; what another decorator wrote there has default options.

        Raises:
            DeclarationError: The value names no stereotype.
        """
        if isinstance(value, _MirroredKind):
            return cls.model_validate(value.stereotype)
        if value in STEREOTYPE_KINDS:
            return cls(kind=value, source=source)
        hint = did_you_mean(value, STEREOTYPE_KINDS, otherwise=f"known are {', '.join(STEREOTYPE_KINDS)}")
        raise DeclarationError(source, f"{cls.attribute} is {value!r}, which is no stereotype", hint, "pyfly-bean")


@final
class _MirroredKind(str):
    """A kind that keeps its stereotype, since ``@dataclass(slots=True)`` above one copies the class it decorates."""

    __slots__ = ("stereotype",)

    stereotype: Stereotype

    def __new__(cls, stereotype: Stereotype) -> Self:
        mirrored = super().__new__(cls, stereotype.kind)
        mirrored.stereotype = stereotype
        return mirrored


@final
class BeanFactory(Descriptor):
    """A method of a configuration that makes a bean of its return type.

    Attributes:
        name: The bean's name; None for the method's.
        scope: How long a bean lives.
        primary: Whether it is preferred where several beans fit.
    """

    rule: ClassVar[str] = "pyfly-bean"

    name: str | None = None
    scope: Scope = Scope.SINGLETON
    primary: bool = False


@final
class Primary(Descriptor):
    """A class or bean method that is preferred where several beans fit."""

    rule: ClassVar[str] = "pyfly-bean"

    attribute: ClassVar[str | None] = "__pyfly_primary__"

    def to_attribute(self) -> object:
        """Return True."""
        return True

    @classmethod
    def from_attribute(cls, value: Any, source: SourceLocation | None) -> Self:
        """Build the descriptor again, as on the copy that ``@dataclass(slots=True)`` makes of a class."""
        return cls(source=source)


@final
class PostConstruct(Descriptor):
    """A method that is called when the bean has been made and injected."""

    rule: ClassVar[str] = "pyfly-hook"


@final
class PreDestroy(Descriptor):
    """A method that is called when the bean's scope ends."""

    rule: ClassVar[str] = "pyfly-hook"


@final
class Qualifier:
    """Chooses a bean by name: ``Annotated[Engine, Qualifier("replica")]``.

    Attributes:
        name: The bean's name.
    """

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        if str(name) != name or not name:  # authors may give something else than a text
            raise TypeError(f"Qualifier takes the name of a bean, got {name!r}")
        self.name: Final = name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Qualifier) and other.name == self.name

    def __hash__(self) -> int:
        return hash((Qualifier, self.name))

    def __repr__(self) -> str:
        return f"Qualifier({self.name!r})"
