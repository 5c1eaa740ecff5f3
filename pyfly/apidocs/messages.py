"""A session's messages: one for each type that a handler receives or sends."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, Never, cast, final

from pyfly.apidocs.draft7 import as_draft7
from pyfly.apidocs.errors import DocumentationError
from pyfly.apidocs.examples import ExampleMaker, fits, written
from pyfly.apidocs.names import identifier
from pyfly.metadata import strip_aliases
from pyfly.web.annotations import type_name
from pyfly.websocket.messages import members_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pyfly.apidocs.described import DescribedEndpoint
    from pyfly.apidocs.schemas import Mode, SchemaTable, SchemaUse
    from pyfly.websocket.messages import FrameKind

__all__ = ["Direction", "MessageDocument", "Messages", "check_examples"]

Direction = Literal["incoming", "outgoing"]

_TEXT_TYPE: Final = "text/plain"
_BINARY_TYPE: Final = "application/octet-stream"
_JSON_TYPE: Final = "application/json"


class MessageDocument(NamedTuple):
    """One message of a document; several handlers may have the same.

    Attributes:
        names: Possible names among the components, the best one first.
        body: The message object without examples.
        told: Examples that authors give.
        made_up: Gives plausible examples.
    """

    names: tuple[str, ...]
    body: dict[str, Any]
    told: list[dict[str, Any]]
    made_up: Callable[[], list[dict[str, Any]]]

    @property
    def identity(self) -> tuple[str, str]:
        """What two handlers' messages have in common when they are the same."""
        return self.names[0], f"{self.body['contentType']} {self.body['x-pyfly-frame']} {self.body['payload']}"


@final
class _Message:
    """One kind of message, before schemas are generated."""

    __slots__ = ("frame", "kind", "name", "title", "use")

    def __init__(self, kind: str, frame: FrameKind, name: str, title: str, use: SchemaUse | None) -> None:
        self.kind: Final = kind
        self.frame: Final[FrameKind] = frame
        self.name: Final = name
        self.title: Final = title
        self.use: Final = use

    def names(self) -> tuple[str, ...]:
        name = (self.use.name if self.use else None) or self.name
        # A model may be called as a kind is, and JSON in binary frames is another message than in text frames.
        return name, f"{name}.{'frame' if self.use is None else self.frame}"


@final
class Messages:
    """The messages of one handler in one direction.

    Args:
        described: The endpoint.
        table: Where to note the types of the messages.
        annotation: The type of the session's messages in that direction.
        direction: Whether clients send them, or receive them.
        frames: The kind of frame that carries JSON.
        kinds: For an untyped session the kinds its handler is known to use: ``text``, ``binary``, ``json``.
    """

    __slots__ = ("_described", "_messages", "_table")

    def __init__(
        self,
        described: DescribedEndpoint[Any],
        table: SchemaTable,
        annotation: Any,
        *,
        direction: Direction,
        frames: FrameKind,
        kinds: tuple[str, ...],
    ) -> None:
        self._described = described
        self._table = table
        mode: Mode = "validation" if direction == "incoming" else "serialization"
        if annotation is Any:
            self._messages = [_untyped(kind) for kind in kinds or ("text", "binary")]
        else:
            self._messages = [_typed(member, table, mode, frames) for member in _distinct(members_of(annotation))]

    def __bool__(self) -> bool:
        return bool(self._messages)

    def documents(self, examples: Mapping[str, Any]) -> Iterator[MessageDocument]:
        """Yield the messages.

        Args:
            examples: Examples that the author gives, by name.
        """
        for message in self._messages:
            adapter = None if message.use is None else message.use.adapter
            told = [
                {"name": name, "payload": written(adapter, value)}
                for name, value in examples.items()
                if self._owner(value) is message
            ]
            yield MessageDocument(message.names(), self._body(message), told, partial(self._made_up, message))

    def takes(self, value: Any) -> bool:
        """Tell whether an example is one of these messages."""
        return self._owner(value) is not None

    def _owner(self, value: Any) -> _Message | None:
        """Return the message that an example is of: by its own type, or else the first that it fits."""
        typed = [message for message in self._messages if message.use is not None]
        for message in typed:
            kind = strip_aliases(cast("SchemaUse", message.use).annotation)[0]
            if isinstance(kind, type) and type(value) is kind and kind not in (dict, list, str, int, float, bool):
                return message
        wanted = "text" if isinstance(value, str) else "binary" if isinstance(value, bytes) else "json"
        for message in self._messages:
            if message.kind == wanted and (message.use is None or fits(message.use.adapter, value)):
                return message
        # A JSON message may be a string as well.
        return next((each for each in typed if fits(cast("SchemaUse", each.use).adapter, value)), None)

    def _body(self, message: _Message) -> dict[str, Any]:
        body: dict[str, Any] = {"name": message.name, "title": message.title}
        definition: dict[str, Any] = {}
        if message.kind == "json":
            body["contentType"] = _JSON_TYPE
            if message.use is not None:
                definition = message.use.definition()
                body["payload"] = as_draft7(message.use.schema())
            else:
                body["payload"] = True
        else:
            body["contentType"] = _TEXT_TYPE if message.kind == "text" else _BINARY_TYPE
            more = {} if message.kind == "text" else {"format": "binary"}
            body["payload"] = {"type": "string", **more}
        if description := definition.get("description"):
            body["summary"] = description.partition("\n\n")[0].replace("\n", " ")
        if title := definition.get("title"):
            body["title"] = title
        if definition.get("deprecated"):
            body["x-deprecated"] = True
        body["x-pyfly-frame"] = message.frame
        return body

    def _made_up(self, message: _Message) -> list[dict[str, Any]]:
        """Return the examples that a type has itself, or else one that fits it."""
        if message.use is None:
            return []
        if given := message.use.definition().get("examples"):
            return [{"name": f"example{number}", "payload": value} for number, value in enumerate(given, start=1)]
        made = ExampleMaker(self._table.definitions).example_of(message.use)
        return [{"name": "example", "payload": value} for value in made]


def check_examples(described: DescribedEndpoint[Any], directions: Iterable[Messages]) -> Iterator[DocumentationError]:
    """Yield an error for each example that is none of a handler's messages.

    Args:
        described: The endpoint.
        directions: Its messages in both directions.
    """
    every = list(directions)
    for name, value in described.told.examples.items():
        if not any(messages.takes(value) for messages in every):
            yield DocumentationError(
                described.told_source,
                f'{described.endpoint.qualified_name} has the example "{name}", which is none of its messages',
                "write one that validates",
            )


def _untyped(kind: str) -> _Message:
    title = {"text": "Text", "binary": "Binary data", "json": "JSON"}[kind]
    return _Message(kind, "binary" if kind == "binary" else "text", kind, title, None)


def _typed(member: Any, table: SchemaTable, mode: Mode, frames: FrameKind) -> _Message:
    bare = strip_aliases(member)[0]
    if bare is str:
        return _untyped("text")
    if bare is bytes:
        return _untyped("binary")
    title = getattr(member, "__name__", None) or type_name(bare)
    return _Message("json", frames, identifier(title) or "Message", title, table.use(member, mode))


def _distinct(members: Iterable[Any]) -> list[Any]:
    found: list[Any] = []
    for member in members:
        if strip_aliases(member)[0] is not Never and member not in found:
            found.append(member)
    return found
