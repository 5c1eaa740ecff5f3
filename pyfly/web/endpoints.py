"""From controllers and their mappings to endpoints: one method at one full path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar, final

from pyfly.metadata import DeclarationError, DeclarationErrors, PathTemplate, SourceLocation
from pyfly.rules import Fault, RouteFacts, check_override, declaration_error, find_conflicts, join_paths
from pyfly.web.descriptors import MethodMapping, RequestMapping
from pyfly.web.signatures import defining_class

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pyfly.metadata import Member, MetadataRegistry

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
        return self.template.text

    @property
    def qualified_name(self) -> str:
        """``Controller.method``."""
        return f"{self.controller.__name__}.{self.name}"

    @property
    def written_name(self) -> str:
        """``Base.method``, as it is written, whatever controller inherits it."""
        return f"{defining_class(self.controller, self.function).__name__}.{self.name}"

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
            if _is_refused(base, member):
                continue
            try:
                endpoints.append(_endpoint(controller, base, member))
            except DeclarationError as fault:
                faults.append(fault)
    faults.extend(_conflicts(endpoints))
    return sorted(endpoints, key=lambda endpoint: endpoint.template.specificity)


def pathless_endpoints(
    controllers: Iterable[type], kind: type[AnyMapping], registry: MetadataRegistry
) -> Iterator[Endpoint[AnyMapping]]:
    """Yield an endpoint for each mapping whose path breaks a rule, so that its handler can be checked all the same.

    Args:
        controllers: Controller classes.
        kind: The mapping descriptor to look for.
        registry: Where the decorators recorded.
    """
    for controller in controllers:
        base = registry.find(controller, RequestMapping)
        for member in registry.members(controller, kind):
            template = _template(controller, base, member)
            is_wrong = isinstance(template, Fault) or _is_refused(base, member)
            if is_wrong and not isinstance(member.value, staticmethod | classmethod):
                yield Endpoint(controller, member.name, member.value, member.descriptor, PathTemplate.parse(""))


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
    template = _template(controller, base, member)
    if isinstance(template, Fault):
        raise declaration_error(template, mapping.source)
    if isinstance(member.value, staticmethod | classmethod):
        raise declaration_error(check_override(f"{controller.__name__}.{member.name}"), mapping.source)
    return Endpoint(controller, member.name, member.value, mapping, template)


def _template(controller: type, base: RequestMapping | None, member: Member[AnyMapping]) -> PathTemplate | Fault:
    name = f"{controller.__name__}.{member.name}"
    return join_paths(base.path if base else "", member.descriptor.path, handler=name)


def _is_refused(base: RequestMapping | None, member: Member[AnyMapping]) -> bool:
    """Whether a mapping has no path, since a decorator has refused it: the fault was told there."""
    return member.descriptor.refused or (base is not None and base.refused)


def _conflicts(endpoints: Iterable[Endpoint[Any]]) -> Iterator[DeclarationError]:
    every = tuple(endpoints)
    for position, _, fault in find_conflicts(map(_route_facts, every)):
        yield declaration_error(fault, every[position].source)


def _route_facts(endpoint: Endpoint[Any]) -> RouteFacts:
    mapping = endpoint.mapping
    return RouteFacts(
        mapping.kind, mapping.request_method, endpoint.template, endpoint.qualified_name, str(endpoint.source)
    )
