"""The AsyncAPI 3.0 document of WebSocket endpoints."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final, final

from pyfly.apidocs.channels import Channel
from pyfly.apidocs.common_endings import common_endings, common_endings_markdown
from pyfly.apidocs.described import EndpointReader
from pyfly.apidocs.documented_messages import DocumentedMessages
from pyfly.apidocs.draft7 import as_draft7
from pyfly.apidocs.info import ApiInfo
from pyfly.apidocs.message_components import MessageComponents
from pyfly.apidocs.names import distinct, identifier
from pyfly.apidocs.paths import documented_paths
from pyfly.apidocs.requirements import Requirements
from pyfly.apidocs.schemas import SchemaTable
from pyfly.websocket import WebSocketMapping

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyfly.container import BeanContext
    from pyfly.metadata import MetadataRegistry

__all__ = ["asyncapi_document"]

_PERSPECTIVE: Final = (
    "AsyncAPI describes operations as the server sees them: what it is to **receive** is what clients send, and what "
    "it is to **send** is what clients receive. The titles here say it from the client's side."
)
_SENT_BY_CLIENTS: Final = "What a client sends, and the server receives: AsyncAPI calls this `receive`."
_SENT_BY_SERVER: Final = "What a client receives, and the server sends: AsyncAPI calls this `send`."


def asyncapi_document(
    context: BeanContext,
    *,
    info: ApiInfo | None = None,
    registry: MetadataRegistry | None = None,
    controllers: Iterable[type] | None = None,
) -> dict[str, Any]:
    """Return the AsyncAPI 3.0 document of a context's WebSocket endpoints.

    It is the same for the same declarations, and shares nothing with another document.

    Args:
        context: An `ApplicationContext`, or any object with ``get_bean(cls)``; no bean is made.
        info: What the document says of the API as a whole.
        registry: Where the decorators recorded; the context's own or the process-wide registry by default.
        controllers: The controllers to document; by default all that the context serves.

    Raises:
        DeclarationErrors: Endpoints that can never work, and what is told of them wrongly; all in one.
    """
    return _AsyncApiWriter(context, info or ApiInfo(), registry, controllers).document()


@final
class _AsyncApiWriter:
    """Writes one document: reads every handler first, then generates all schemas, then writes."""

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
        self._types = DocumentedMessages(self._table)
        self._channels: list[Channel] = []
        self._messages: dict[str, dict[str, Any]] = {}

    def document(self) -> dict[str, Any]:
        self._read()
        self._table.generate()
        for fault in self._table.faults():
            self._reader.keep(fault)
        for channel in self._channels:
            for fault in channel.faults():
                self._reader.keep(fault)
        self._reader.check()
        channels, operations = self._written()
        document: dict[str, Any] = {
            "asyncapi": "3.0.0",
            "info": self._written_info(),
            "defaultContentType": "application/json",
        }
        if servers := self._info.websocket_servers():
            document["servers"] = servers
        document["channels"] = channels
        document["operations"] = operations
        if components := self._components():
            document["components"] = components
        return document

    def _read(self) -> None:
        for fault in self._requirements.faults(self._info.security, None, "ApiInfo"):
            self._reader.keep(fault)
        for described in self._reader.read(WebSocketMapping):
            subject = described.endpoint.qualified_name
            for fault in self._requirements.faults(described.security, described.told_source, subject):
                self._reader.keep(fault)
            channel = self._reader.gathering(partial(Channel, described, self._table, self._types))
            if channel is not None:
                self._channels.append(channel)

    def _written_info(self) -> dict[str, Any]:
        info = self._info.members()
        parts = [self._info.description, _PERSPECTIVE, common_endings_markdown() if self._channels else ""]
        info["description"] = "\n\n".join(part for part in parts if part)
        if tags := self._reader.tags([channel.described for channel in self._channels], self._info.tags):
            info["tags"] = tags
        if self._info.external_docs:
            info["externalDocs"] = {"url": self._info.external_docs}
        return info

    def _written(self) -> tuple[dict[str, Any], dict[str, Any]]:
        documented = documented_paths(channel.described.endpoint.template for channel in self._channels)
        identifiers = distinct([_identifiers(channel) for channel in self._channels])
        channels: dict[str, Any] = {}
        operations: dict[str, Any] = {}
        components = self._message_components()
        self._messages = components.written()
        for channel, name in zip(self._channels, identifiers, strict=True):
            received, sent = components.names_of(channel.incoming.types), components.names_of(channel.outgoing.types)
            path = documented[channel.described.endpoint.path]
            channels[name] = channel.write(path, [*received, *sent])
            # Viewers show operations, and of their channels the address alone.
            about = channels[name]["description"]
            summary = channel.described.summary
            if received:
                title = f"Client sends: {summary}"
                parts = [_SENT_BY_CLIENTS, about]
                operations[f"{name}_receive"] = self._operation(channel, name, "receive", title, parts, received)
                more = f"What the handshake takes, and how the session can end, stands at **{title}**."
                about = f"{channel.described.description}\n\n{more}".strip()
            if sent:
                title = f"Client receives: {summary}"
                parts = [_SENT_BY_SERVER, about]
                operations[f"{name}_send"] = self._operation(channel, name, "send", title, parts, sent)
        return channels, operations

    def _message_components(self) -> MessageComponents:
        directions = [(channel, each) for channel in self._channels for each in (channel.incoming, channel.outgoing)]
        types = (message for _, messages in directions for message in messages.types)
        examples = (example for channel, messages in directions for example in messages.examples(channel.described))
        return MessageComponents(types, examples)

    def _operation(
        self, channel: Channel, name: str, action: str, title: str, description: list[str], messages: list[str]
    ) -> dict[str, Any]:
        described = channel.described
        operation: dict[str, Any] = {
            "action": action,
            "channel": {"$ref": f"#/channels/{name}"},
            "title": title,
            "description": "\n\n".join(description),
            "tags": [{"name": tag} for tag in described.tags],
        }
        required = self._requirements.of(described)
        required = self._info.security if required is None else required
        if required:
            operation["security"] = self._requirements.asyncapi(required)
            if any(self._requirements.is_beyond_asyncapi(requirement) for requirement in required):
                operation["x-pyfly-security"] = self._requirements.openapi(required)
        operation["messages"] = [{"$ref": f"#/channels/{name}/messages/{message}"} for message in messages]
        if described.is_deprecated:
            operation["x-deprecated"] = True
        return operation

    def _components(self) -> dict[str, Any]:
        parts: dict[str, dict[str, Any]] = {
            "messages": self._messages,
            "schemas": {name: as_draft7(schema) for name, schema in self._table.components().items()},
            "securitySchemes": {name: scheme.asyncapi() for name, scheme in self._requirements.schemes.items()},
            "x-pyfly-endings": common_endings() if self._channels else {},
        }
        return {name: part for name, part in parts.items() if part}


def _identifiers(channel: Channel) -> list[str]:
    endpoint, told = channel.described.endpoint, channel.described.told.operation_id
    name = f"{endpoint.controller.__name__}_{endpoint.name}"
    return [*([told] if told else []), name, f"{identifier(endpoint.controller.__module__)}_{name}"]
