# Generated from pyfly/container/definitions.py; edit that, then run: python -m tools.stubs
"""What a bean is made of: its types, its scope, and what its constructor or factory is injected with."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, final

from pyfly.container.scopes import Scope
from pyfly.metadata import DeclarationError, SourceLocation

__all__ = ["BeanDefinition", "BeanDescription", "FactoryStyle", "InjectionPoint"]

FactoryStyle = Literal["plain", "coroutine", "generator", "async_generator"]
"""How a factory hands over its bean: returned, awaited, or yielded once with its cleanup after the yield."""

@final
class BeanDescription(NamedTuple):
    """A bean as the container sees it.

    Attributes:
        name: Its name, unique in the container.
        type: The class, alias or ``NewType`` it was declared as.
        kind: Its stereotype, or ``"bean"``, ``"factory"``, ``"instance"``, ``"provided"``.
        scope: How long it lives.
        primary: Whether it is preferred where several beans fit.
        source: Where it was declared; None when that cannot be told.
        dependencies: Names of the beans it is injected with, in the order of its parameters, each once.
    """

    name: str
    type: Any
    kind: str
    scope: Scope
    primary: bool
    source: SourceLocation | None
    dependencies: tuple[str, ...]

@final
class InjectionPoint(NamedTuple):
    """A parameter that is filled with a bean.

    Attributes:
        parameter: The parameter's name.
        place: The parameter as messages name it: ``Chat.__init__(rooms)``.
        source: Where the function stands.
        wanted: The type of the bean, or of each bean of a list.
        qualifier: The bean's name, where the author chose one.
        many: Whether all beans of the type are wanted, as a list.
        required: Whether a missing bean is a fault.
        has_default: Whether the parameter has a default of its own.
        default: What it is given when there is no bean.
        positional: Whether the parameter cannot be given by name.
    """

    parameter: str
    place: str
    source: SourceLocation | None
    wanted: Any
    qualifier: str | None
    many: bool
    required: bool
    has_default: bool
    default: Any
    positional: bool

@final
@dataclass(slots=True, eq=False, repr=False)
class BeanDefinition:
    """Everything needed to make a bean.

    Attributes:
        name: Its name.
        type: What it was declared as.
        provides: Every type it can be asked for by.
        kind: Its stereotype, or ``"bean"``, ``"factory"``, ``"instance"``, ``"provided"``.
        scope: How long it lives.
        primary: Whether it is preferred where several beans fit.
        source: Where it was declared.
        factory: What makes it; None for what is handed in when a scope opens.
        style: How the factory hands over the bean.
        asynchronous: Whether making it has to be awaited.
        owner: The configuration whose method makes it.
        injections: What the factory is called with.
        faults: What is wrong with the declaration by itself.
        origin: The class, function or object it was made of: what is registered twice is one bean.
    """

    name: str
    type: Any
    provides: tuple[Any, ...]
    kind: str
    scope: Scope
    primary: bool
    source: SourceLocation | None
    origin: object
    factory: Callable[..., Any] | None = None
    style: FactoryStyle = "plain"
    asynchronous: bool = False
    owner: BeanDefinition | None = None
    injections: tuple[InjectionPoint, ...] = ()
    faults: tuple[DeclarationError, ...] = ()
    @property
    def label(self) -> str:
        """The bean as messages and paths write it: its type, after its name where that says more."""
    def repeats(self, other: BeanDefinition) -> bool:
        """Whether this is another declaration's word-for-word repetition, as when a module is scanned twice."""
    def note_on(self, error: BaseException) -> None:
        """Note on what failed that this bean was being made, once for an error that is raised again and again."""
