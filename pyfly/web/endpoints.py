"""From controllers and their mappings to endpoints: one method at one full path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar, final

from pyfly.metadata import DeclarationError, DeclarationErrors, PathTemplate, PathTemplateError, SourceLocation
from pyfly.web.descriptors import MethodMapping, RequestMapping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pyfly.metadata import Member, MetadataRegistry

__all__ = ["Endpoint", "check_conflicts", "collect_endpoints", "gather_endpoints"]

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
        return self.template.text

    @property
    def qualified_name(self) -> str:
        """``Controller.method``."""
        return f"{self.controller.__name__}.{self.name}"

    @property
    def source(self) -> SourceLocation | None:
        """Where the mapping was written."""
        return self.mapping.source


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
    faults: list[DeclarationError] = []
    endpoints = gather_endpoints(controllers, kind, registry, faults)
    if faults:
        raise DeclarationErrors(faults)
    return endpoints


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
    endpoints: list[Endpoint[AnyMapping]] = []
    for controller in controllers:
        base = registry.find(controller, RequestMapping)
        for member in registry.members(controller, kind):
            try:
                endpoints.append(_endpoint(controller, base, member))
            except DeclarationError as fault:
                faults.append(fault)
    faults.extend(_conflicts(endpoints))
    return sorted(endpoints, key=lambda endpoint: endpoint.template.specificity)


def check_conflicts(endpoints: Iterable[Endpoint[MethodMapping]]) -> None:
    """Check that no two endpoints match the same paths and HTTP method.

    Args:
        endpoints: HTTP and SSE endpoints, or WebSocket endpoints; the two never compete.

    Raises:
        DeclarationErrors: Some do; each error names both places.
    """
    if faults := list(_conflicts(endpoints)):
        raise DeclarationErrors(faults)


def _endpoint(controller: type, base: RequestMapping | None, member: Member[AnyMapping]) -> Endpoint[AnyMapping]:
    mapping = member.descriptor
    try:
        template = PathTemplate.parse(base.path if base else "").join(PathTemplate.parse(mapping.path))
    except PathTemplateError as error:
        raise DeclarationError(mapping.source, f"{controller.__name__}.{member.name}: {error}") from None
    if isinstance(member.value, staticmethod | classmethod):
        raise DeclarationError(
            mapping.source,
            f"{controller.__name__}.{member.name} is mapped, and a static or class method overrides it",
            "take self as the first parameter",
        )
    return Endpoint(controller, member.name, member.value, mapping, template)


def _conflicts(endpoints: Iterable[Endpoint[Any]]) -> Iterator[DeclarationError]:
    first: dict[tuple[str, str], Endpoint[Any]] = {}
    for endpoint in endpoints:
        other = first.setdefault((endpoint.mapping.request_method, endpoint.template.shape), endpoint)
        if other is not endpoint:
            yield DeclarationError(
                endpoint.source,
                f'{endpoint.mapping.kind} route "{endpoint.path}" of {endpoint.qualified_name} '
                f'matches the same paths as "{other.path}" of {other.qualified_name} at {other.source}',
                "give one of them another path",
            )
