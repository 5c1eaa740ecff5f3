"""Endpoints with all that their authors tell of them: the start of every API document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar, final

from pyfly.apidocs.docstrings import Docstring, docstring_of, parse_docstring, prose_of
from pyfly.apidocs.names import distinct, tag_of, title_of
from pyfly.container import Stereotype
from pyfly.metadata import DeclarationError, DeclarationErrors
from pyfly.web.controllers import controllers_of, registry_of
from pyfly.web.descriptors import MethodMapping
from pyfly.web.endpoints import gather_endpoints
from pyfly.web.operations import Operation
from pyfly.web.security.access import ControllerAccess

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pyfly.container import BeanContext
    from pyfly.metadata import MetadataRegistry, SourceLocation
    from pyfly.web.endpoints import Endpoint
    from pyfly.web.operations import ApiResponse, SecurityRequirement
    from pyfly.web.security.access import Access

__all__ = ["DescribedEndpoint", "EndpointReader"]

AnyMapping = TypeVar("AnyMapping", bound=MethodMapping)
Result = TypeVar("Result")
Mapping_co = TypeVar("Mapping_co", bound=MethodMapping, covariant=True)

_NOTHING = Operation()


@final
@dataclass(frozen=True, slots=True)
class DescribedEndpoint(Generic[Mapping_co]):
    """An endpoint and what its author tells of it.

    Attributes:
        endpoint: The endpoint.
        docstring: The method's docstring.
        told: What ``@operation`` tells of the method.
        told_of_class: What it tells of the controller.
        tag: The controller's group.
        deprecation: What ``@deprecated`` says of the method or of its controller (PEP 702); None without it.
        access: What it requires of its user; None for nothing.
        permits_all: Whether it is marked ``@permit_all``.
    """

    endpoint: Endpoint[Mapping_co]
    docstring: Docstring
    told: Operation
    told_of_class: Operation
    tag: str
    deprecation: str | None
    access: Access | None = None
    permits_all: bool = False

    @property
    def summary(self) -> str:
        """One line."""
        return self.told.summary or self.docstring.summary or title_of(self.endpoint.name)

    @property
    def description(self) -> str:
        """Markdown; empty for none."""
        description = self.docstring.description if self.told.description is None else self.told.description
        if self.deprecation:
            return f"**Deprecated:** {self.deprecation}\n\n{description}".rstrip()
        return description

    @property
    def is_deprecated(self) -> bool:
        """Whether clients should stop using it."""
        for told in (self.told, self.told_of_class):
            if told.deprecated is not None:
                return told.deprecated
        return self.deprecation is not None

    @property
    def is_hidden(self) -> bool:
        """Whether the documents leave it out."""
        return bool(self.told_of_class.hidden if self.told.hidden is None else self.told.hidden)

    @property
    def tags(self) -> tuple[str, ...]:
        """Names of the groups it stands in."""
        for told in (self.told, self.told_of_class):
            if told.tags is not None:
                return told.tags
        return (self.tag,)

    @property
    def security(self) -> tuple[SecurityRequirement, ...] | None:
        """The ways to be let in that the author tells of; None where nothing is told."""
        return self.told_of_class.security if self.told.security is None else self.told.security

    @property
    def responses(self) -> Mapping[int, ApiResponse]:
        """Answers that the author tells of, by status."""
        return {**self.told_of_class.responses, **self.told.responses}

    @property
    def close_codes(self) -> Mapping[int, str]:
        """Close codes that the author tells of."""
        return {**self.told_of_class.close_codes, **self.told.close_codes}

    @property
    def told_source(self) -> SourceLocation | None:
        """Where ``@operation`` was written, or else the mapping."""
        return self.told.source or self.told_of_class.source or self.endpoint.source


@final
class EndpointReader:
    """Reads the endpoints of a context.

    Args:
        context: An `ApplicationContext`, or any object with ``get_bean(cls)``.
        registry: Where the decorators recorded; the context's own or the process-wide registry by default.
        controllers: The controllers to look at; by default all that the context serves.
    """

    __slots__ = ("_controllers", "_faults", "_of_classes", "_of_methods", "_registry", "_tags")

    def __init__(
        self, context: BeanContext, *, registry: MetadataRegistry | None, controllers: Iterable[type] | None
    ) -> None:
        self._registry = registry_of(context, registry)
        chosen = controllers_of(context, self._registry) if controllers is None else controllers
        self._controllers = tuple(dict.fromkeys(chosen))
        self._faults: list[DeclarationError] = []
        self._of_classes = {cls: self._registry.find(cls, Operation) or _NOTHING for cls in self._controllers}
        self._of_methods: dict[tuple[type, str], Operation] = {}
        for cls in self._controllers:
            for member in self._registry.members(cls, Operation):
                self._of_methods.setdefault((cls, member.name), member.descriptor)
        names = distinct([(tag_of(cls), f"{tag_of(cls)} ({cls.__module__})") for cls in self._controllers])
        self._tags = dict(zip(self._controllers, names, strict=True))

    def read(self, kind: type[AnyMapping]) -> list[DescribedEndpoint[AnyMapping]]:
        """Return the endpoints of one kind that are to be seen, ordered by path.

        Args:
            kind: The mapping descriptor to look for.
        """
        accesses = {cls: ControllerAccess(cls, self._registry) for cls in self._controllers}
        found = [
            DescribedEndpoint(
                endpoint=endpoint,
                docstring=docstring_of(endpoint.controller, endpoint.name),
                told=self._of_methods.get((endpoint.controller, endpoint.name), _NOTHING),
                told_of_class=self._of_classes[endpoint.controller],
                tag=self._tags[endpoint.controller],
                access=accesses[endpoint.controller].of(endpoint.name),
                permits_all=accesses[endpoint.controller].permits_all(endpoint.name),
                deprecation=_deprecation_of(endpoint),
            )
            for endpoint in gather_endpoints(self._controllers, kind, self._registry, self._faults)
        ]
        return sorted((each for each in found if not each.is_hidden), key=lambda each: each.endpoint.path)

    def writes_html(self, described: DescribedEndpoint[Any]) -> bool:
        """Tell whether an endpoint answers text as HTML."""
        stereotype = self._registry.find(described.endpoint.controller, Stereotype)
        return stereotype is not None and stereotype.kind == "controller"

    def gathering(self, work: Callable[[], Result]) -> Result | None:
        """Return what some work gives; keep what it finds wrong, and return None."""
        try:
            return work()
        except DeclarationErrors as errors:
            self._faults.extend(errors.faults)
        except DeclarationError as fault:
            self._faults.append(fault)
        return None

    def keep(self, fault: DeclarationError) -> None:
        """Keep something that is wrong, to be told with others."""
        self._faults.append(fault)

    def check(self) -> None:
        """Tell everything that is wrong.

        Raises:
            DeclarationErrors: Something is.
        """
        if self._faults:
            raise DeclarationErrors(list({str(fault): fault for fault in self._faults}.values()))

    def tags(self, endpoints: Iterable[DescribedEndpoint[Any]], described: Mapping[str, str]) -> list[dict[str, Any]]:
        """Return the tag objects of a document: those that are described, then the others, with their descriptions.

        Args:
            endpoints: The document's endpoints.
            described: Descriptions of tags by name.
        """
        used = {tag: None for endpoint in endpoints for tag in endpoint.tags}
        of_controllers = {tag: _class_description(cls) for cls, tag in self._tags.items()}
        names = [name for name in described if name in used] + sorted(name for name in used if name not in described)
        tags: list[dict[str, Any]] = []
        for name in names:
            description = described.get(name) or of_controllers.get(name, "")
            tags.append({"name": name, **({"description": description} if description else {})})
        return tags


def _deprecation_of(endpoint: Endpoint[Any]) -> str | None:
    for target in (endpoint.function, endpoint.controller):
        notice = getattr(target, "__deprecated__", None)
        if isinstance(notice, str):
            return notice
    return None


def _class_description(cls: type) -> str:
    text = cls.__doc__
    # A dataclass without a docstring is given its signature.
    if not text or text.startswith(f"{cls.__name__}("):
        return ""
    return prose_of(parse_docstring(text))
