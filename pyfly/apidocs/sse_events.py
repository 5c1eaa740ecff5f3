"""The content of an event stream: the schema of its events, and how they look on the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Union, cast, final

from pydantic_core import to_json

from pyfly.apidocs.error_texts import told_briefly
from pyfly.apidocs.errors import DocumentationError
from pyfly.apidocs.examples import ExampleMaker, example_faults, written
from pyfly.apidocs.responses import event_type, returned_annotation
from pyfly.web.annotations import union_members
from pyfly.web.sse import ServerSentEvent
from pyfly.web.sse.events import event_data_type, frame_event, is_event_type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfly.apidocs.described import DescribedEndpoint
    from pyfly.apidocs.schemas import SchemaTable
    from pyfly.web.sse import SseMapping

__all__ = ["EventContent"]

_STREAM: Final = "Events as the WHATWG HTML standard frames them; each ends with an empty line."
_FIELDS: Final[dict[str, dict[str, Any]]] = {
    "event": {"type": "string", "description": "The event's type; `message` when there is none."},
    "id": {"type": "string", "description": "What a client that comes back sends as `Last-Event-ID`."},
    "retry": {"type": "integer", "minimum": 0, "description": "Milliseconds a client waits before it comes back."},
}


@final
class EventContent:
    """What an event stream sends.

    Args:
        described: The endpoint.
        table: Where to note the type of its events.

    Attributes:
        data: The type of what events carry as JSON; None where there is none.
    """

    __slots__ = ("_any", "_described", "_fielded", "_table", "_text", "data")

    def __init__(self, described: DescribedEndpoint[SseMapping], table: SchemaTable) -> None:
        members = list(union_members(event_type(returned_annotation(described.endpoint))))
        events = [member for member in members if is_event_type(member)]
        data = event_data_type(Union[tuple(events)]) if events else Any  # noqa: UP007  # known at run time only
        parts = [member for member in members if member not in events]
        parts += [] if data is Any else union_members(data)
        values = tuple(dict.fromkeys(part for part in parts if part not in (str, None, type(None))))
        self._described = described
        self._table = table
        self._fielded = bool(events)
        self._any = self._fielded and data is Any
        self._text = self._any or str in parts
        self.data: Final = table.use(Union[values], "serialization") if values else None  # noqa: UP007  # as above

    def write(self) -> dict[str, Any]:
        """Return the media type object of the stream.

        Raises:
            DocumentationError: An example is no event of the stream.
        """
        media: dict[str, Any] = {
            "schema": {
                "type": "string",
                "description": _STREAM,
                "contentMediaType": "text/event-stream",
                "contentSchema": self._event(),
            }
        }
        examples = {name: {"value": self._frame(name, value)} for name, value in self._described.told.examples.items()}
        if not examples:
            examples = {name: {"value": text} for name, text in self._made_up()}
        if examples:
            media["examples"] = examples
        return media

    def _event(self) -> dict[str, Any]:
        """Return the schema of one event's fields."""
        data: dict[str, Any] = {"type": "string"}
        if self.data is not None and not self._text:
            data = {"type": "string", "contentMediaType": "application/json", "contentSchema": self.data.schema()}
        elif self.data is not None:
            choices = [{"contentMediaType": "application/json", "contentSchema": self.data.schema()}, {}]
            data = {"type": "string", "anyOf": choices}
        fields = {name: dict(field) for name, field in _FIELDS.items()} if self._fielded else {}
        event: dict[str, Any] = {"type": "object", "properties": {"data": data, **fields}}
        if not self._fielded:
            event["required"] = ["data"]
        return event

    def _made_up(self) -> Iterator[tuple[str, str]]:
        event = ServerSentEvent(event="event", id="1") if self._fielded else ServerSentEvent()
        if self.data is not None:
            for value in ExampleMaker(self._table.definitions).example_of(self.data):
                yield "event", frame_event(event, to_json(value).decode()).decode()
        else:
            yield "event", frame_event(event, "text").decode()

    def _frame(self, name: str, value: Any) -> str:
        is_event = isinstance(value, ServerSentEvent)
        event = cast("ServerSentEvent[object]", value) if is_event else ServerSentEvent[object](value)
        data = event.data
        if data is None or isinstance(data, str):
            return frame_event(event, data).decode()
        if self.data is not None and not self._any and (faults := example_faults(self.data, data)):
            problem = f'has the example "{name}", which is none of its events: {told_briefly(faults)}'
            raise DocumentationError(
                self._described.told_source,
                f"{self._described.endpoint.qualified_name} {problem}",
                "write the JSON that clients receive",
            )
        return frame_event(event, to_json(written(self.data, data)).decode()).decode()
