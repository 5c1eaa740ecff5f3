"""Channels of the AsyncAPI document: one WebSocket handler each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, final

from pyfly.apidocs.common_endings import REFERENCE
from pyfly.apidocs.draft7 import as_draft7
from pyfly.apidocs.endings import Endings, check_endings
from pyfly.apidocs.handler_code import HandlerCode
from pyfly.apidocs.handshakes import handshake_markdown
from pyfly.apidocs.messages import Messages, check_examples
from pyfly.apidocs.parameters import Parameters
from pyfly.apidocs.wrong_examples import wrong_examples
from pyfly.web.parameters import ParameterSource
from pyfly.websocket.signatures import plan_handler

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyfly.apidocs.described import DescribedEndpoint
    from pyfly.apidocs.documented_messages import DocumentedMessages
    from pyfly.apidocs.errors import DocumentationError
    from pyfly.apidocs.parameter_documents import ParameterDocument
    from pyfly.apidocs.paths import DocumentedPath
    from pyfly.apidocs.schemas import SchemaTable
    from pyfly.websocket import WebSocketMapping

__all__ = ["Channel"]

_SUBPROTOCOL: Final = "sec-websocket-protocol"


@final
class Channel:
    """One WebSocket handler.

    Args:
        described: The endpoint.
        table: Where to note its types.
        types: Where to note its messages.

    Attributes:
        incoming: The messages that clients send.
        outgoing: The messages that clients receive.

    Raises:
        DeclarationError: The handler can never work.
        DeclarationErrors: There are several such faults.
    """

    __slots__ = ("_endings", "_parameters", "_table", "described", "incoming", "outgoing")

    def __init__(
        self, described: DescribedEndpoint[WebSocketMapping], table: SchemaTable, types: DocumentedMessages
    ) -> None:
        plan = plan_handler(described.endpoint)
        code = HandlerCode.of(described.endpoint.function)
        frames = described.endpoint.mapping.frames
        self.described: Final = described
        self._table = table
        self._parameters = Parameters(described, table, leading=2)
        self.incoming: Final = Messages(
            types.untyped(code.receives) if plan.incoming is Any else types.of(plan.incoming, "validation", frames)
        )
        self.outgoing: Final = Messages(
            types.untyped(code.sends) if plan.outgoing is Any else types.of(plan.outgoing, "serialization", frames)
        )
        checked = any(message.use is not None for message in self.incoming.types)
        self._endings = Endings(described, plan, code, checked=checked, values_can_fail=self._parameters.can_fail)

    def faults(self) -> Iterator[DocumentationError]:
        """Yield what the author has told wrongly; schemas must have been generated."""
        yield from check_endings(self.described)
        yield from self._parameters.faults()
        if self._table.has_wrong_examples:
            for messages, what in ((self.incoming, "of what clients send"), (self.outgoing, "of what clients receive")):
                for message in messages.types:
                    yield from wrong_examples(self.described.endpoint, message.use, what)
        yield from check_examples(self.described, (self.incoming, self.outgoing))

    def write(self, path: DocumentedPath, messages: Iterable[str]) -> dict[str, Any]:
        """Return the channel object.

        Args:
            path: Its path in the document.
            messages: The names of all its messages among the components.
        """
        described = self.described
        documents = list(self._parameters.documents())
        channel: dict[str, Any] = {"address": path.text, "title": described.summary}
        if about := described.description.partition("\n\n")[0]:
            channel["summary"] = " ".join(about.split())
        channel["description"] = self._description(documents)
        channel["tags"] = [{"name": tag} for tag in described.tags]
        parameters = {
            path.names[each.name]: self._parameter(each) for each in documents if each.where is ParameterSource.PATH
        }
        if parameters:
            channel["parameters"] = parameters
        channel["messages"] = {name: {"$ref": f"#/components/messages/{name}"} for name in messages}
        channel["bindings"] = {"ws": self._bindings(documents)}
        if described.is_deprecated:
            channel["x-deprecated"] = True
        if described.told.subprotocols:
            channel["x-pyfly-subprotocols"] = list(described.told.subprotocols)
        channel["x-pyfly-close-codes"] = {str(code): text for code, text in self._endings.close_codes.items()}
        channel["x-pyfly-refusals"] = {str(status): text for status, text in self._endings.refusals.items()}
        channel["x-pyfly-endings"] = {"$ref": REFERENCE}
        return channel

    def _description(self, documents: list[ParameterDocument]) -> str:
        told = self.described
        handshake = [each for each in documents if each.where is not ParameterSource.PATH]
        parts = [told.description, handshake_markdown(handshake, self._table)]
        if told.told.subprotocols:
            names = ", ".join(f"`{name}`" for name in told.told.subprotocols)
            parts.append(f"**Subprotocols:** {names}")
        parts.append(self._endings.markdown())
        return "\n\n".join(part for part in parts if part)

    def _parameter(self, document: ParameterDocument) -> dict[str, Any]:
        """Return a path variable as AsyncAPI has it: always text, so that its schema stands in an extension."""
        schema = self._table.resolved(document.schema)
        parameter: dict[str, Any] = {}
        if description := document.description or schema.get("description"):
            parameter["description"] = description
        for keyword, name in (("enum", "enum"), ("examples", "examples")):
            if schema.get(keyword):
                parameter[name] = [str(value) for value in schema[keyword]]
        parameter["x-pyfly-schema"] = as_draft7(document.schema)
        return parameter

    def _bindings(self, documents: list[ParameterDocument]) -> dict[str, Any]:
        query = [each for each in documents if each.where is ParameterSource.QUERY]
        headers = [each for each in documents if each.where is ParameterSource.HEADER]
        cookies = [each for each in documents if each.where is ParameterSource.COOKIE]
        binding: dict[str, Any] = {"method": "GET"}
        if query:
            binding["query"] = _object(query)
        header_schema = _object(headers)
        if cookies:
            names = ", ".join(f"`{each.name}`" for each in cookies)
            header_schema["properties"]["cookie"] = {
                "type": "string",
                "description": f"Cookies: {names}.",
                "x-pyfly-cookies": _object(cookies),
            }
            if any(each.required for each in cookies):
                header_schema.setdefault("required", []).append("cookie")
        if subprotocols := self.described.told.subprotocols:
            header_schema["properties"][_SUBPROTOCOL] = {
                "type": "string",
                "enum": list(subprotocols),
                "description": "The subprotocols that the client offers.",
            }
        if header_schema["properties"]:
            binding["headers"] = header_schema
        binding["bindingVersion"] = "0.1.0"
        return binding


def _object(documents: list[ParameterDocument]) -> dict[str, Any]:
    """Return the schema of an object that holds values by name."""
    schema: dict[str, Any] = {"type": "object", "properties": {each.name: _property(each) for each in documents}}
    if required := [each.name for each in documents if each.required]:
        schema["required"] = required
    return schema


def _property(document: ParameterDocument) -> dict[str, Any]:
    schema = dict(document.schema)
    if document.description:
        schema["description"] = document.description
    if document.deprecated:
        schema["deprecated"] = True
    converted: dict[str, Any] = as_draft7(schema)
    return converted
