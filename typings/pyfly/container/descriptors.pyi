# Generated from pyfly/container/descriptors.py; edit that, then run: python -m tools.stubs
"""What the container's decorators record."""

from typing import Any, ClassVar, Final, Literal, Self, final

from pyfly.container.scopes import Scope
from pyfly.metadata import Descriptor, SourceLocation

__all__ = ["BeanFactory", "PostConstruct", "PreDestroy", "Primary", "Qualifier", "Stereotype", "StereotypeKind"]

StereotypeKind = Literal["component", "service", "repository", "controller", "rest_controller", "configuration"]
"""The part a class plays in an application."""

@final
class Stereotype(Descriptor):
    """A class that the container makes beans of.

    Attributes:
        kind: The decorator's name.
        name: The bean's name; None for the class's name in snake case.
        scope: How long a bean lives.
        primary: Whether it is preferred where several beans fit.
    """

    rule: ClassVar[str]
    attribute: ClassVar[str | None]
    kind: StereotypeKind
    name: str | None = None
    scope: Scope = Scope.SINGLETON
    primary: bool = False
    def to_attribute(self) -> object:
        """Return the kind, which carries the options along to copies of the class."""
    @classmethod
    def from_attribute(cls, value: Any, source: SourceLocation | None) -> Self:
        """Build a stereotype from its kind; what another decorator wrote there has default options.

        Raises:
            DeclarationError: The value names no stereotype.
        """

@final
class BeanFactory(Descriptor):
    """A method of a configuration that makes a bean of its return type.

    Attributes:
        name: The bean's name; None for the method's.
        scope: How long a bean lives.
        primary: Whether it is preferred where several beans fit.
    """

    rule: ClassVar[str]
    name: str | None = None
    scope: Scope = Scope.SINGLETON
    primary: bool = False

@final
class Primary(Descriptor):
    """A class or bean method that is preferred where several beans fit."""

    rule: ClassVar[str]
    attribute: ClassVar[str | None]
    def to_attribute(self) -> object:
        """Return True."""
    @classmethod
    def from_attribute(cls, value: Any, source: SourceLocation | None) -> Self:
        """Build the descriptor again, as on the copy that ``@dataclass(slots=True)`` makes of a class."""

@final
class PostConstruct(Descriptor):
    """A method that is called when the bean has been made and injected."""

    rule: ClassVar[str]

@final
class PreDestroy(Descriptor):
    """A method that is called when the bean's scope ends."""

    rule: ClassVar[str]

@final
class Qualifier:
    """Chooses a bean by name: ``Annotated[Engine, Qualifier("replica")]``.

    Attributes:
        name: The bean's name.
    """

    name: Final[str]
    def __init__(self, name: str) -> None: ...
    def __eq__(self, other: object) -> bool: ...
    def __hash__(self) -> int: ...
