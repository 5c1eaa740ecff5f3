"""How the WebSocket endpoints of an API have changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, final

from pyfly.apidocs.changes.parameters import Parameter, compare_parameters
from pyfly.apidocs.changes.paths import positions, same_endpoints
from pyfly.apidocs.changes.references import Json, mapping, name_of_reference, resolve, sequence
from pyfly.apidocs.changes.report import Direction, Place, Report, Severity
from pyfly.apidocs.changes.schemas import SchemaComparison
from pyfly.apidocs.changes.security import Ways, compare_security, ways_of_references, ways_of_requirements

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["compare_asyncapi"]

_SUBPROTOCOL: Final = "sec-websocket-protocol"
_ACTIONS: Final[tuple[tuple[str, Direction, str], ...]] = (
    ("receive", "sent", "from clients"),
    ("send", "received", "to clients"),
)
_ENDINGS: Final = (("x-pyfly-close-codes", "close code"), ("x-pyfly-refusals", "refusal"))


def compare_asyncapi(old: Json, new: Json, report: Report) -> None:
    """Report how an AsyncAPI document has changed.

    Args:
        old: The document that was.
        new: The document that is.
        report: Takes note of changes.
    """
    schemas = SchemaComparison(old, new, report)
    for (kind, address), one, other in same_endpoints(_channels(old), _channels(new)):
        endpoint = f"{kind} {address}"
        if one is None:
            report("compatible", "endpoint-added", Place(endpoint, "the endpoint"), "is new")
        elif other is None:
            report("breaking", "endpoint-removed", Place(endpoint, "the endpoint"), "is gone")
        else:
            _ChannelComparison(one, other, endpoint, schemas, report).compare()
    addresses = set(_servers(new))
    for address in _servers(old):
        if address not in addresses:
            report("risky", "server-removed", Place("API", f'server "{address}"'), "is gone")


@final
class _Channel:
    """One channel of a document, with its operations."""

    def __init__(self, document: Json, channel: Json) -> None:
        self.document = document
        self.channel = channel
        self.address = str(channel.get("address") or "")
        operations = mapping(document.get("operations")).values()
        resolved = (resolve(document, each) for each in operations)
        self.operations = [each for each in resolved if resolve(document, each.get("channel")) == channel]

    def parameters(self) -> Iterator[Parameter]:
        numbers = positions(self.address)
        for name, each in mapping(self.channel.get("parameters")).items():
            found = resolve(self.document, each)
            own = {"type": "string", "enum": found["enum"]} if "enum" in found else {"type": "string"}
            schema = found.get("x-pyfly-schema", own)
            yield Parameter("path", name, numbers.get(name, name), True, schema, {})
        yield from self._of("query", self._binding.get("query"))
        headers = resolve(self.document, self._binding.get("headers"))
        yield from (each for each in self._of("header", headers) if each.key not in ("cookie", _SUBPROTOCOL))
        yield from self._of("cookie", mapping(self._header("cookie")).get("x-pyfly-cookies"))

    def subprotocols(self) -> list[str]:
        schema = resolve(self.document, self._header(_SUBPROTOCOL))
        return [str(name) for name in sequence(schema.get("enum"))]

    def messages(self, action: str) -> dict[str, Json]:
        """Return the messages that go one way, by name."""
        found: dict[str, Json] = {}
        for operation in self.operations:
            if operation.get("action") != action:
                continue
            own = mapping(self.channel.get("messages"))
            chosen = {name_of_reference(each): each for each in sequence(operation.get("messages"))}
            for name, reference in (chosen or own).items():
                found[name] = resolve(self.document, reference)
        return found

    def content_type(self, message: Json) -> str:
        return str(message.get("contentType", self.document.get("defaultContentType", "")))

    def ways(self) -> Ways:
        for operation in self.operations:
            if "x-pyfly-security" in operation:
                return ways_of_requirements(self.document, operation["x-pyfly-security"])
            if "security" in operation:
                return ways_of_references(self.document, operation["security"])
        return []

    @property
    def is_deprecated(self) -> bool:
        return bool(self.channel.get("x-deprecated"))

    @property
    def _binding(self) -> Json:
        return resolve(self.document, mapping(resolve(self.document, self.channel.get("bindings"))).get("ws"))

    def _header(self, wanted: str) -> Any:
        headers = resolve(self.document, self._binding.get("headers"))
        properties = mapping(headers.get("properties"))
        return next((schema for name, schema in properties.items() if name.lower() == wanted), None)

    def _of(self, where: str, schema: Any) -> Iterator[Parameter]:
        found = resolve(self.document, schema)
        required = sequence(found.get("required"))
        for name, each in mapping(found.get("properties")).items():
            key = name.lower() if where == "header" else name
            yield Parameter(where, name, key, name in required, each, {})


def _channels(document: Json) -> dict[tuple[str, str], _Channel]:
    resolved = (resolve(document, each) for each in mapping(document.get("channels")).values())
    channels = (_Channel(document, each) for each in resolved)
    return {("WebSocket", channel.address): channel for channel in channels}


def _servers(document: Json) -> list[str]:
    servers = (resolve(document, each) for each in mapping(document.get("servers")).values())
    return [f"{each.get('protocol')}://{each.get('host')}{each.get('pathname', '')}" for each in servers]


@final
class _ChannelComparison:
    def __init__(self, old: _Channel, new: _Channel, endpoint: str, schemas: SchemaComparison, report: Report) -> None:
        self._old = old
        self._new = new
        self._endpoint = endpoint
        self._schemas = schemas
        self._report = report

    def compare(self) -> None:
        old, new = self._old, self._new
        if new.is_deprecated and not old.is_deprecated:
            self._note("compatible", "deprecated", "the endpoint", "is deprecated")
        compare_security(old.ways(), new.ways(), self._endpoint, self._report)
        compare_parameters(old.parameters(), new.parameters(), self._endpoint, self._schemas, self._report)
        self._compare_subprotocols(old.subprotocols(), new.subprotocols())
        for action, direction, way in _ACTIONS:
            self._compare_messages(old.messages(action), new.messages(action), direction, way)
        for keyword, kind in _ENDINGS:
            before, after = mapping(old.channel.get(keyword)), mapping(new.channel.get(keyword))
            for code in before:
                if code not in after:
                    self._note("compatible", "ending-removed", f"{kind} {code}", "is gone")
            for code in after:
                if code not in before:
                    self._note("compatible", "ending-added", f"{kind} {code}", "is new")

    def _note(self, severity: Severity, code: str, subject: str, text: str) -> None:
        self._report(severity, code, Place(self._endpoint, subject), text)

    def _compare_subprotocols(self, old: list[str], new: list[str]) -> None:
        for name in old:
            if name not in new:
                self._note("breaking", "subprotocol-removed", f'subprotocol "{name}"', "is gone")
        for name in new:
            if name not in old:
                # Where there was none, clients offer none: they may not be let in without one.
                severity: Severity = "compatible" if old else "risky"
                self._note(severity, "subprotocol-added", f'subprotocol "{name}"', "is new")

    def _compare_messages(self, old: dict[str, Json], new: dict[str, Json], direction: Direction, way: str) -> None:
        names = {name: name for name in old if name in new}
        for name, message in old.items():
            if name not in new:
                # A model may be called otherwise: its name is not sent.
                others = (other for other in new if other not in old and other not in names.values())
                alike = next((other for other in others if self._can_be(message, new[other], direction)), None)
                if alike is not None:
                    names[name] = alike
        for name, message in old.items():
            subject = f'message "{names.get(name, name)}" {way}'
            if name not in names:
                self._note("breaking", "message-removed", subject, "is gone")
            else:
                self._compare_message(message, new[names[name]], subject, direction)
        for name in new:
            if name not in names.values():
                severity: Severity = "risky" if direction == "received" and old else "compatible"
                self._note(severity, "message-added", f'message "{name}" {way}', "is new")

    def _can_be(self, old: Json, new: Json, direction: Direction) -> bool:
        """Tell whether a message may be another one of before, as clients who know that one get along with it."""
        if self._old.content_type(old) != self._new.content_type(new):
            return False
        found: set[Severity] = set()

        def note(severity: Severity, code: str, place: Place, text: str) -> None:
            found.add(severity)

        comparison = SchemaComparison(self._old.document, self._new.document, note)
        comparison.compare(_payload(old), _payload(new), Place("", ""), direction)
        return "breaking" not in found

    def _compare_message(self, old: Json, new: Json, subject: str, direction: Direction) -> None:
        before, after = self._old.content_type(old), self._new.content_type(new)
        if before != after:
            self._note("breaking", "media-type-changed", subject, f"is {after}, was {before}")
        frames = str(old.get("x-pyfly-frame", "")), str(new.get("x-pyfly-frame", ""))
        if frames[0] != frames[1] and all(frames):
            self._note("breaking", "frame-changed", subject, f"comes in {frames[1]} frames, came in {frames[0]} frames")
        self._schemas.compare(_payload(old), _payload(new), Place(self._endpoint, subject), direction)


def _payload(message: Json) -> Any:
    payload = message.get("payload", True)
    return mapping(payload).get("schema", True) if "schemaFormat" in mapping(payload) else payload
