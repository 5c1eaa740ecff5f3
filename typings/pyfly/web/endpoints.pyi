# Generated from pyfly/web/endpoints.py; edit that, then run: python -m tools.stubs
"""From controllers and their mappings to endpoints: one method at one full path."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, final

from pyfly.metadata import DeclarationError, MetadataRegistry, PathTemplate, SourceLocation
from pyfly.web.descriptors import MethodMapping

__all__ = ["Endpoint", "check_conflicts", "collect_endpoints", "gather_endpoints", "pathless_endpoints"]

AnyMapping = TypeVar("AnyMapping", bound=MethodMapping)
Mapping_co = TypeVar("Mapping_co", bound=MethodMapping, covariant=True)

@final
@dataclass(frozen=True, slots=True)
class Endpoint(Generic[Mapping_co]):
    """A controller method at its full path.

    Attributes:
        controller: The class whose bean answers.
        name: The method's name.
        function: The method as the class holds it, unbound.
        mapping: What the author declared.
        template: Base path and mapping path joined.
    """

    controller: type
    name: str
    function: Callable[..., Any]
    mapping: Mapping_co
    template: PathTemplate
    @property
    def path(self) -> str:
        """The full path template as text."""
    @property
    def qualified_name(self) -> str:
        """``Controller.method``."""
    @property
    def written_name(self) -> str:
        """``Base.method``, as it is written, whatever controller inherits it."""
    @property
    def source(self) -> SourceLocation | None:
        """Where the mapping was written."""

def collect_endpoints(
    controllers: Iterable[type], kind: type[AnyMapping], registry: MetadataRegistry
) -> list[Endpoint[AnyMapping]]:
    """Return the endpoints of one kind, the most specific path first.

    Args:
        controllers: Controller classes, in the order they were registered.
        kind: The mapping descriptor to look for.
        registry: Where the decorators recorded.

    Raises:
        DeclarationErrors: Paths that cannot be joined, and endpoints that no path can tell apart.
    """

def gather_endpoints(
    controllers: Iterable[type], kind: type[AnyMapping], registry: MetadataRegistry, faults: list[DeclarationError]
) -> list[Endpoint[AnyMapping]]:
    """Do what `collect_endpoints` does, and keep the faults instead of raising them.

    Args:
        controllers: Controller classes, in the order they were registered.
        kind: The mapping descriptor to look for.
        registry: Where the decorators recorded.
        faults: Where to keep what is wrong.
    """

def pathless_endpoints(
    controllers: Iterable[type], kind: type[AnyMapping], registry: MetadataRegistry
) -> Iterator[Endpoint[AnyMapping]]:
    """Yield an endpoint for each mapping whose path breaks a rule, so that its handler can be checked all the same.

    Args:
        controllers: Controller classes.
        kind: The mapping descriptor to look for.
        registry: Where the decorators recorded.
    """

def check_conflicts(endpoints: Iterable[Endpoint[MethodMapping]]) -> None:
    """Check that no two endpoints match the same paths and HTTP method.

    Args:
        endpoints: HTTP and SSE endpoints, or WebSocket endpoints; the two never compete.

    Raises:
        DeclarationErrors: Some do; each error names both places.
    """
