"""The OpenAPI 3.1 document of HTTP and SSE endpoints."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, final

from pyfly.apidocs.adapters.starlette import STARLETTE_TYPES
from pyfly.apidocs.described import EndpointReader
from pyfly.apidocs.errors import DocumentationError
from pyfly.apidocs.http_operations import EventOperation, HttpOperation, OperationFacts
from pyfly.apidocs.info import ApiInfo
from pyfly.apidocs.names import distinct, identifier
from pyfly.apidocs.paths import OPENAPI_METHODS, documented_paths
from pyfly.apidocs.problems import ProblemResponses
from pyfly.apidocs.requirements import Requirements
from pyfly.apidocs.schemas import SchemaTable
from pyfly.web.descriptors import HttpMapping
from pyfly.web.endpoints import check_conflicts
from pyfly.web.sse import SseMapping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pyfly.apidocs.described import DescribedEndpoint
    from pyfly.container import BeanContext
    from pyfly.metadata import MetadataRegistry

__all__ = ["openapi_document"]


def openapi_document(
    context: BeanContext,
    *,
    info: ApiInfo | None = None,
    registry: MetadataRegistry | None = None,
    controllers: Iterable[type] | None = None,
) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of a context's HTTP and SSE endpoints.

    It is the same for the same declarations, and shares nothing with another document.

    Args:
        context: An `ApplicationContext`, or any object with ``get_bean(cls)``; no bean is made.
        info: What the document says of the API as a whole.
        registry: Where the decorators recorded; the context's own or the process-wide registry by default.
        controllers: The controllers to document; by default all that the context serves.

    Raises:
        DeclarationErrors: Endpoints that can never work, and what is told of them wrongly; all in one.
    """
    return _OpenApiWriter(context, info or ApiInfo(), registry, controllers).document()


@final
class _OpenApiWriter:
    """Writes one document: reads every endpoint first, then generates all schemas, then writes."""

    def __init__(
        self,
        context: BeanContext,
        info: ApiInfo,
        registry: MetadataRegistry | None,
        controllers: Iterable[type] | None,
    ) -> None:
        self._info = info
        self._reader = EndpointReader(context, registry=registry, controllers=controllers)
        self._requirements = Requirements(info)
        self._table = SchemaTable()
        self._problems = ProblemResponses(self._table)
        self._operations: list[HttpOperation | EventOperation] = []

    def document(self) -> dict[str, Any]:
        self._read()
        self._table.generate()
        for faults in (self._table.faults(), *(operation.faults() for operation in self._operations)):
            for fault in faults:
                self._reader.keep(fault)
        paths = self._paths()
        self._reader.check()
        described = [operation.described for operation in self._operations]
        info = self._info.members()
        if self._info.summary:
            info["summary"] = self._info.summary
        document: dict[str, Any] = {"openapi": "3.1.0", "info": info}
        if servers := self._info.http_servers():
            document["servers"] = servers
        if self._info.security:
            document["security"] = self._requirements.openapi(self._info.security)
        if tags := self._reader.tags(described, self._info.tags):
            document["tags"] = tags
        if self._info.external_docs:
            document["externalDocs"] = {"url": self._info.external_docs}
        document["paths"] = paths
        if components := self._components():
            document["components"] = components
        return document

    def _read(self) -> None:
        for fault in self._requirements.faults(self._info.security, None, "ApiInfo"):
            self._reader.keep(fault)
        for described in self._reader.read(HttpMapping):
            html = self._reader.writes_html(described)
            self._keep(partial(HttpOperation, described, self._table, STARLETTE_TYPES, html=html))
        for streaming in self._reader.read(SseMapping):
            self._keep(partial(EventOperation, streaming, self._table, STARLETTE_TYPES))
        endpoints = [operation.described.endpoint for operation in self._operations]
        self._reader.gathering(partial(check_conflicts, endpoints))
        self._check_identifiers()
        self._operations.sort(key=lambda operation: operation.described.endpoint.path)

    def _check_identifiers(self) -> None:
        """Keep a fault for each identifier that is told of several methods; one that is inherited is told once."""
        first: dict[str, DescribedEndpoint[Any]] = {}
        for described in (operation.described for operation in self._operations):
            name = described.told.operation_id
            if not name:
                continue
            known = first.setdefault(name, described)
            if described.told is not known.told:
                problem = (
                    f'{described.endpoint.qualified_name} has the operation_id "{name}", which '
                    f"{known.endpoint.qualified_name} at {known.told_source} has too"
                )
                self._reader.keep(DocumentationError(described.told_source, problem, "give one of them another"))

    def _keep(self, read: Callable[[], HttpOperation | EventOperation]) -> None:
        operation = self._reader.gathering(read)
        if operation is None:
            return
        described = operation.described
        subject = described.endpoint.qualified_name
        for fault in self._requirements.faults(described.security, described.told_source, subject):
            self._reader.keep(fault)
        self._operations.append(operation)

    def _paths(self) -> dict[str, Any]:
        endpoints = [operation.described.endpoint for operation in self._operations]
        documented = documented_paths(endpoint.template for endpoint in endpoints)
        identifiers = distinct([_identifiers(operation) for operation in self._operations])
        paths: dict[str, dict[str, Any]] = {}
        for operation, operation_id in zip(self._operations, identifiers, strict=True):
            endpoint = operation.described.endpoint
            path = documented[endpoint.path]
            facts = OperationFacts(operation_id, path, self._requirements, self._problems)
            written = self._reader.gathering(partial(operation.write, facts))
            if written is None:
                continue
            item = paths.setdefault(path.text, {})
            method = endpoint.mapping.request_method
            if method.lower() in OPENAPI_METHODS:
                item[method.lower()] = written
            else:
                # OpenAPI 3.1 knows no other methods.
                item.setdefault("x-pyfly-operations", {})[method] = written
        return {
            path: {key: item[key] for key in (*OPENAPI_METHODS, "x-pyfly-operations") if key in item}
            for path, item in paths.items()
        }

    def _components(self) -> dict[str, Any]:
        responses = self._problems.components()
        parts: dict[str, dict[str, Any]] = {
            "schemas": self._table.components(),
            "responses": responses,
            "securitySchemes": {name: scheme.openapi() for name, scheme in self._requirements.schemes.items()},
        }
        return {name: part for name, part in parts.items() if part}


def _identifiers(operation: HttpOperation | EventOperation) -> list[str]:
    endpoint, told = operation.described.endpoint, operation.described.told.operation_id
    name = f"{endpoint.controller.__name__}_{endpoint.name}"
    method = endpoint.mapping.kind.lower()
    module = identifier(endpoint.controller.__module__)
    return [*([told] if told else []), name, f"{name}_{method}", f"{module}_{name}", f"{module}_{name}_{method}"]
