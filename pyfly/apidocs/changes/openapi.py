"""How the HTTP endpoints and event streams of an API have changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, final

from pyfly.apidocs.changes.parameters import Parameter, compare_parameters
from pyfly.apidocs.changes.paths import positions, same_endpoints
from pyfly.apidocs.changes.references import Json, mapping, resolve, sequence
from pyfly.apidocs.changes.report import Direction, Place, Report
from pyfly.apidocs.changes.schemas import SchemaComparison
from pyfly.apidocs.changes.security import compare_security, ways_of_requirements
from pyfly.apidocs.paths import OPENAPI_METHODS

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["compare_openapi"]

_API: Final = "API"


def compare_openapi(old: Json, new: Json, report: Report) -> None:
    """Report how an OpenAPI document has changed.

    Args:
        old: The document that was.
        new: The document that is.
        report: Takes note of changes.
    """
    schemas = SchemaComparison(old, new, report)
    for (method, path), one, other in same_endpoints(_operations(old), _operations(new)):
        endpoint = f"{method} {path}"
        if one is None:
            report("compatible", "endpoint-added", Place(endpoint, "the endpoint"), "is new")
        elif other is None:
            report("breaking", "endpoint-removed", Place(endpoint, "the endpoint"), "is gone")
        else:
            _OperationComparison(one, other, endpoint, schemas, report).compare()
    addresses = {str(mapping(server).get("url", "")) for server in sequence(new.get("servers"))}
    for server in sequence(old.get("servers")):
        address = str(mapping(server).get("url", ""))
        if address not in addresses:
            report("risky", "server-removed", Place(_API, f'server "{address}"'), "is gone")


@final
class _Operation:
    """One operation of a document, with what it inherits."""

    def __init__(self, document: Json, path: str, item: Json, operation: Json) -> None:
        self.document = document
        self.path = path
        self.operation = operation
        self.shared = item

    def parameters(self) -> Iterator[Parameter]:
        """Yield the parameters; those of the path come first, so that others may stand in their place."""
        numbers = positions(self.path)
        for each in (*sequence(self.shared.get("parameters")), *sequence(self.operation.get("parameters"))):
            found = resolve(self.document, each)
            where, name = str(found.get("in", "")), str(found.get("name", ""))
            content = mapping(found.get("content"))
            kind = next(iter(content), "")
            key = {"path": numbers.get(name, name), "header": name.lower()}.get(where, name)
            form = {"content": kind, "style": found.get("style"), "explode": found.get("explode")}
            schema = mapping(content[kind]).get("schema", True) if content else found.get("schema", True)
            required = bool(found.get("required"))
            yield Parameter(where, name, key, required, schema, form, bool(found.get("deprecated")))

    def body(self) -> Json:
        return resolve(self.document, self.operation.get("requestBody"))

    def responses(self) -> dict[str, Json]:
        responses = mapping(self.operation.get("responses"))
        return {str(status).upper(): resolve(self.document, each) for status, each in responses.items()}

    @property
    def ways(self) -> Any:
        required = self.operation.get("security", self.document.get("security"))
        return ways_of_requirements(self.document, required)


def _operations(document: Json) -> dict[tuple[str, str], _Operation]:
    found: dict[tuple[str, str], _Operation] = {}
    for path, value in mapping(document.get("paths")).items():
        item = resolve(document, value)
        named = {method.upper(): item[method] for method in OPENAPI_METHODS if method in item}
        for method, operation in {**named, **mapping(item.get("x-pyfly-operations"))}.items():
            found[method, path] = _Operation(document, path, item, mapping(operation))
    return found


@final
class _OperationComparison:
    def __init__(
        self, old: _Operation, new: _Operation, endpoint: str, schemas: SchemaComparison, report: Report
    ) -> None:
        self._old = old
        self._new = new
        self._endpoint = endpoint
        self._schemas = schemas
        self._report = report

    def compare(self) -> None:
        old, new = self._old, self._new
        if new.operation.get("deprecated") and not old.operation.get("deprecated"):
            self._report("compatible", "deprecated", self._place("the endpoint"), "is deprecated")
        compare_security(old.ways, new.ways, self._endpoint, self._report)
        compare_parameters(old.parameters(), new.parameters(), self._endpoint, self._schemas, self._report)
        self._compare_body(old.body(), new.body())
        self._compare_responses(old.responses(), new.responses())

    def _place(self, subject: str) -> Place:
        return Place(self._endpoint, subject)

    def _compare_body(self, old: Json, new: Json) -> None:
        place = self._place("the body")
        if old and not new:
            self._report("breaking", "body-removed", place, "is gone")
        elif new and not old:
            required = bool(new.get("required"))
            text = "is new, and required" if required else "is new"
            self._report("breaking" if required else "compatible", "body-added", place, text)
        elif old:
            if new.get("required") and not old.get("required"):
                self._report("breaking", "body-required", place, "is required now")
            elif old.get("required") and not new.get("required"):
                self._report("compatible", "body-optional", place, "can be missing now")
            self._compare_content(old, new, "the body", "sent")

    def _compare_responses(self, old: dict[str, Json], new: dict[str, Json]) -> None:
        for status, one in old.items():
            place = self._place(f"response {status}")
            if status in new:
                self._compare_content(one, new[status], f"response {status}", "received")
                self._compare_headers(one, new[status], status)
            else:
                is_error = status.startswith(("4", "5"))
                self._report("compatible" if is_error else "breaking", "response-removed", place, "is gone")
        for status in new:
            if status not in old:
                is_error = status.startswith(("4", "5"))
                place = self._place(f"response {status}")
                self._report("compatible" if is_error else "risky", "response-added", place, "is new")

    def _compare_content(self, old: Json, new: Json, subject: str, direction: Direction) -> None:
        before, after = mapping(old.get("content")), mapping(new.get("content"))
        for kind in before:
            if kind not in after:
                self._report(
                    "breaking",
                    "media-type-removed",
                    self._place(subject),
                    f"is no longer to be had as {kind}" if direction == "received" else f"can no longer be {kind}",
                )
                continue
            place = self._place(subject if len(before) == len(after) == 1 else f"{subject} as {kind}")
            one, other = mapping(before[kind]), mapping(after[kind])
            if kind == "text/event-stream":
                place = self._place("events")
            self._schemas.compare(one.get("schema", True), other.get("schema", True), place, direction)
        for kind in after:
            if kind not in before:
                self._report("compatible", "media-type-added", self._place(subject), f"can be {kind} now")

    def _compare_headers(self, old: Json, new: Json, status: str) -> None:
        before, after = (
            {name.lower(): (name, each) for name, each in mapping(part.get("headers")).items()} for part in (old, new)
        )
        for key, (name, header) in before.items():
            place = self._place(f'header "{name}" of response {status}')
            if key not in after:
                self._report("breaking", "header-removed", place, "is gone")
                continue
            one, other = resolve(self._old.document, header), resolve(self._new.document, after[key][1])
            self._schemas.compare(one.get("schema", True), other.get("schema", True), place, "received")
        for key, (name, _) in after.items():
            if key not in before:
                self._report(
                    "compatible", "header-added", self._place(f'header "{name}" of response {status}'), "is new"
                )
