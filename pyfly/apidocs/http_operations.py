"""Operations of the OpenAPI document: one HTTP or SSE endpoint each."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast, final

from pyfly.apidocs.adapters.starlette import response_facts
from pyfly.apidocs.error_texts import told_briefly
from pyfly.apidocs.errors import DocumentationError
from pyfly.apidocs.examples import example_faults, written
from pyfly.apidocs.parameters import Parameters
from pyfly.apidocs.responses import (
    WITHOUT_CONTENT,
    capitalized,
    phrase_of,
    raised_statuses,
    split_returned,
    together,
)
from pyfly.apidocs.sse_events import EventContent
from pyfly.apidocs.wrong_examples import wrong_examples
from pyfly.web.annotations import type_name, union_members
from pyfly.web.problems import PROBLEM_MEDIA_TYPE
from pyfly.web.responses import JSONWriter
from pyfly.web.type_adapters import TypeAdapterError, new_adapter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pyfly.apidocs.described import DescribedEndpoint
    from pyfly.apidocs.parameter_documents import ParameterDocument
    from pyfly.apidocs.paths import DocumentedPath
    from pyfly.apidocs.ports import ServerTypes
    from pyfly.apidocs.problems import ProblemResponses
    from pyfly.apidocs.requirements import Requirements
    from pyfly.apidocs.schemas import SchemaTable, SchemaUse
    from pyfly.web.descriptors import HttpMapping
    from pyfly.web.operations import ApiResponse
    from pyfly.web.sse import SseMapping

__all__ = ["EventOperation", "HttpOperation", "OperationFacts"]

_JSON: Final = "application/json"
_HTML: Final = "text/html"
_CONVERTED: Final = frozenset({"int", "float", "uuid"})


class OperationFacts(NamedTuple):
    """What an operation must know of its document to be written.

    Attributes:
        operation_id: Its identifier there.
        path: Its path there.
        requirements: Writes the ways to be let in.
        problems: Writes problem responses.
    """

    operation_id: str
    path: DocumentedPath
    requirements: Requirements
    problems: ProblemResponses


class _Operation(ABC):
    """What HTTP and SSE endpoints have in common."""

    __slots__ = ("_parameters", "_responses", "_table", "described")

    def __init__(
        self, described: DescribedEndpoint[Any], table: SchemaTable, types: ServerTypes, *, body: bool
    ) -> None:
        self.described: Final = described
        self._table: Final = table
        told = described.told
        for option, given in (("close_codes", told.close_codes), ("subprotocols", told.subprotocols)):
            if given:
                raise self._fault(f"is told {option}, which only a WebSocket endpoint has", f"remove {option}")
        self._parameters = Parameters(described, table, leading=1, natives=types.requests, body=body)
        self._responses = {
            status: (response, self._use_of(status, response)) for status, response in described.responses.items()
        }

    def _use_of(self, status: int, response: ApiResponse) -> SchemaUse | None:
        if response.model is None:
            return None
        use = self._table.use(response.model, "serialization")
        if use is None:
            try:
                new_adapter(response.model)
            except TypeAdapterError as error:
                if not error.is_unknown:
                    name = type_name(response.model)
                    problem = f'answers {status} with "{name}", which pydantic cannot validate: {error.problem}'
                    raise self._fault(problem, error.mend) from error
        return use

    def faults(self) -> Iterator[DocumentationError]:
        """Yield what the endpoint's signature tells wrongly; schemas must have been generated."""
        yield from self._parameters.faults()
        if self._table.has_wrong_examples:
            yield from wrong_examples(self.described.endpoint, self._sent(), "of its answer")
            for status, (_, use) in self._responses.items():
                yield from wrong_examples(self.described.endpoint, use, f"of its answer {status}")

    def write(self, facts: OperationFacts) -> dict[str, Any]:
        """Return the operation object.

        Raises:
            DocumentationError: An example does not fit.
        """
        described = self.described
        operation: dict[str, Any] = {"tags": list(described.tags), "summary": described.summary}
        if description := described.description:
            operation["description"] = description
        operation["operationId"] = facts.operation_id
        if described.is_deprecated:
            operation["deprecated"] = True
        parameters = [_parameter(each, facts.path) for each in self._parameters.documents()]
        if parameters:
            operation["parameters"] = parameters
        if body := self._body():
            operation["requestBody"] = body
        operation["responses"] = self._all_responses(facts)
        if (required := facts.requirements.of(described)) is not None:
            operation["security"] = facts.requirements.openapi(required)
        return operation

    def _body(self) -> dict[str, Any] | None:
        return None

    @abstractmethod
    def _sent(self) -> SchemaUse | None:
        """Return the type of what it answers; None for one without a schema."""

    @abstractmethod
    def _ordinary(self) -> dict[int, dict[str, Any]]:
        """Return the responses of an operation that does what it is for, by status."""

    def _all_responses(self, facts: OperationFacts) -> dict[str, Any]:
        responses = self._ordinary()
        own = self._own_problems()
        for status, text in raised_statuses(self.described.docstring).items():
            # What the server answers with at any fault of its own is no news.
            also = [(status, facts.problems.meaning(status))] if status in own and status != 500 else []
            responses[status] = facts.problems.particular(status, together([(status, text), *also])[status])
        for status, (response, use) in self._responses.items():
            responses[status] = self._told(status, response, use, facts, responses.get(status))
        for status in own:
            if status not in responses:
                responses[status] = cast("dict[str, Any]", facts.problems.common(status))
        return {str(status): responses[status] for status in sorted(responses)}

    def _own_problems(self) -> list[int]:
        """Return the statuses of problems that the framework answers with by itself."""
        converters = set(self.described.endpoint.template.variables.values())
        access = self.described.access
        found = {
            401: access is not None,
            403: access is not None and bool(access.scopes),
            404: bool(converters & _CONVERTED),
            422: self._parameters.can_fail,
            500: True,
        }
        return [status for status, answers in found.items() if answers]

    def _told(
        self,
        status: int,
        response: ApiResponse,
        use: SchemaUse | None,
        facts: OperationFacts,
        before: dict[str, Any] | None,
    ) -> dict[str, Any]:
        """Return the response that the author tells of; what is not told is kept from what is known."""
        media_type = response.media_type if "media_type" in response.model_fields_set else None
        is_problem = response.model is None and status >= 400 and media_type in (None, PROBLEM_MEDIA_TYPE)
        if is_problem:
            told: dict[str, Any] = facts.problems.particular(status, response.description)
            use = facts.problems.use
        else:
            told = {**(before or {}), "description": response.description or phrase_of(status)}
            if response.model is not None:
                told["content"] = {response.media_type: {"schema": {} if use is None else use.schema()}}
            elif media_type is not None and media_type not in told.get("content", ()):
                schema = {"type": "string"} if media_type.startswith("text/") else {}
                told["content"] = {media_type: {"schema": schema}}
        if response.headers:
            told["headers"] = {
                name: {"description": text, "schema": {"type": "string"}} for name, text in response.headers.items()
            }
        if response.examples and told.get("content"):
            media: dict[str, Any] = next(iter(told["content"].values()))
            media.pop("example", None)
            media["examples"] = self._examples(response.examples, use)
        return told

    def _fault(self, problem: str, mend: str) -> DocumentationError:
        return DocumentationError(
            self.described.told_source, f"{self.described.endpoint.qualified_name} {problem}", mend
        )

    def _examples(self, examples: Mapping[str, Any], use: SchemaUse | None) -> dict[str, Any]:
        written_examples: dict[str, Any] = {}
        for name, value in examples.items():
            if use is not None and (faults := example_faults(use, value)):
                way = "send" if use.mode == "validation" else "receive"
                raise self._fault(
                    f'has the example "{name}", which does not fit its type: {told_briefly(faults)}',
                    f"write the JSON that clients {way}",
                )
            written_examples[name] = {"value": written(use, value)}
        return written_examples


@final
class HttpOperation(_Operation):
    """The operation of an HTTP endpoint.

    Args:
        described: The endpoint.
        table: Where to note its types.
        types: The framework's own types.
        html: Whether text is answered as HTML.

    Raises:
        DeclarationErrors: The endpoint can never work.
    """

    __slots__ = ("_html", "_reads_json", "_returned", "_status", "_value")

    def __init__(
        self, described: DescribedEndpoint[HttpMapping], table: SchemaTable, types: ServerTypes, *, html: bool
    ) -> None:
        mapping = described.endpoint.mapping
        super().__init__(described, table, types, body=mapping.method != "GET")
        self._status = mapping.status_code
        self._html = html
        body = self._parameters.body
        self._reads_json = body is not None and not all(
            member in (bytes, type(None), None) for member in union_members(body.annotation)
        )
        endpoint = described.endpoint
        writer = JSONWriter.of(endpoint.function, owner=endpoint.controller, natives=(types.response,))
        self._returned = split_returned(writer.annotation, types.response)
        self._value = None
        if not html and self._returned.has_value and self._status not in WITHOUT_CONTENT:
            self._value = table.use(self._returned.value, "serialization", writer.adapter)
        has_content = self._returned.has_value and self._status not in WITHOUT_CONTENT
        if described.told.examples and not self._reads_json and (self._parameters.body or not has_content):
            raise self._fault(
                "has examples, and neither a JSON body nor an answer of its own to show them",
                "give them to a response, as responses={200: ApiResponse(examples=...)}",
            )

    def _body(self) -> dict[str, Any] | None:
        parameter = self._parameters.body
        if parameter is None:
            return None
        body: dict[str, Any] = {}
        if description := self._parameters.description_of(parameter):
            body["description"] = description
        if not self._reads_json:
            body["content"] = {"*/*": {"schema": {}}}
        else:
            use = self._parameters.use_of(parameter)
            media: dict[str, Any] = {"schema": {} if use is None else use.schema()}
            if examples := self.described.told.examples:
                media["examples"] = self._examples(examples, use)
            body["content"] = {_JSON: media}
        body["required"] = parameter.required
        return body

    def _sent(self) -> SchemaUse | None:
        return self._value

    def _own_problems(self) -> list[int]:
        return [*super()._own_problems(), *([415] if self._reads_json else [])]

    def _ordinary(self) -> dict[int, dict[str, Any]]:
        description = capitalized(self.described.docstring.returns)
        responses: dict[int, dict[str, Any]] = {}
        for cls in self._returned.responses:
            facts = response_facts(cls)
            response = responses.setdefault(facts.status, {"description": description or phrase_of(facts.status)})
            if not 300 <= facts.status < 400:
                media_type = facts.media_type or "*/*"
                schema = {"type": "string"} if media_type.startswith("text/") else {}
                response.setdefault("content", {})[media_type] = {"schema": schema}
        if self._returned.has_value:
            response = responses.setdefault(self._status, {"description": ""})
            response["description"] = description or phrase_of(self._status)
            if self._status not in WITHOUT_CONTENT:
                response["content"] = {**self._content(), **response.get("content", {})}
        return responses

    def _content(self) -> dict[str, Any]:
        if self._html:
            media_type, media = _HTML, {"schema": {"type": "string"}}
        else:
            media_type, media = _JSON, {"schema": {} if self._value is None else self._value.schema()}
        if self.described.told.examples and self._parameters.body is None:
            media["examples"] = self._examples(self.described.told.examples, self._value)
        return {media_type: media}


@final
class EventOperation(_Operation):
    """The operation of an event stream.

    Args:
        described: The endpoint.
        table: Where to note its types.
        types: The framework's own types.

    Raises:
        DeclarationErrors: The endpoint can never work.
    """

    __slots__ = ("_content",)

    def __init__(self, described: DescribedEndpoint[SseMapping], table: SchemaTable, types: ServerTypes) -> None:
        super().__init__(described, table, types, body=False)
        self._content = EventContent(described, table)

    def _sent(self) -> SchemaUse | None:
        return self._content.data

    def _ordinary(self) -> dict[int, dict[str, Any]]:
        docstring = self.described.docstring
        description = capitalized(docstring.yields or docstring.returns) or "A stream of server-sent events."
        return {200: {"description": description, "content": {"text/event-stream": self._content.write()}}}


def _parameter(document: ParameterDocument, path: DocumentedPath) -> dict[str, Any]:
    parameter: dict[str, Any] = {
        "name": path.names.get(document.name, document.name) if document.where == "path" else document.name,
        "in": str(document.where),
    }
    if document.description:
        parameter["description"] = document.description
    if document.required:
        parameter["required"] = True
    if document.deprecated:
        parameter["deprecated"] = True
    parameter["schema"] = document.schema
    return parameter
