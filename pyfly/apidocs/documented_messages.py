"""The kinds of messages a document knows: raw text and bytes, and the types that travel as JSON."""

from __future__ import annotations

from copy import deepcopy
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal, final

from pyfly.apidocs.draft7 import as_draft7
from pyfly.apidocs.examples import ExampleMaker, example_faults, written
from pyfly.apidocs.names import identifier, title_of_type
from pyfly.metadata import strip_aliases
from pyfly.websocket.message_types import members_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfly.apidocs.schemas import Mode, SchemaTable, SchemaUse
    from pyfly.websocket.message_types import MessageType
    from pyfly.websocket.messages import FrameKind

__all__ = ["ContentKind", "DocumentedMessage", "DocumentedMessages"]

ContentKind = Literal["text", "binary", "json"]
"""Text as it is, bytes as they are, or JSON."""

_TITLES: Final[Mapping[ContentKind, str]] = {"text": "Text", "binary": "Binary data", "json": "JSON"}
_RAW: Final[Mapping[ContentKind, tuple[str, dict[str, str]]]] = {
    "text": ("text/plain", {"type": "string"}),
    "binary": (
        "application/octet-stream",
        {"type": "string", "format": "binary", "description": "Bytes; each character of an example is one."},
    ),
    "json": ("application/json", {}),
}


@final
class DocumentedMessage:
    """One kind of message; what depends on schemas is there once they have been generated.

    Args:
        table: The schemas of the document.
        kind: What its content is.
        frame: The kind of frame that carries it.
        title: What people call it.
        use: Where its schema is found; None for any text, any bytes, and JSON of any form.
        tag: The field that tells it from others of its union, which is always there; empty for none.

    Attributes:
        kind: What its content is.
        title: What people call it.
        use: Where its schema is found.
    """

    def __init__(
        self,
        table: SchemaTable,
        kind: ContentKind,
        frame: FrameKind,
        title: str,
        use: SchemaUse | None,
        tag: str = "",
    ) -> None:
        self._table = table
        self._tag = tag
        self._frame: FrameKind = frame
        self.title: Final = title
        self.kind: Final[ContentKind] = kind
        self.use: Final = use

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Possible names among the components, the best one first."""
        if self.use is None:
            return self.kind, f"{self.kind}.frame"
        name = self.use.name or identifier(self.title) or "Message"
        # The same JSON in the other kind of frame is another message, and so is one that needs its tag.
        return name, f"{name}.tagged" if self._is_tagged else f"{name}.{self._frame}"

    @cached_property
    def identity(self) -> tuple[str, str]:
        """What two message types of a document have in common when they are the same message."""
        return self.names[0], f"{self.kind} {self._frame} {self.body['payload']}"

    @cached_property
    def body(self) -> dict[str, Any]:
        """The message object without examples."""
        name = self.kind if self.use is None else identifier(self.title) or "Message"
        content_type, payload = _RAW[self.kind]
        body: dict[str, Any] = {"name": name, "title": self.title, "contentType": content_type}
        if self.use is None:
            body["payload"] = dict(payload)
        else:
            definition = self.use.definition()
            body["title"] = definition.get("title", self.title)
            if description := definition.get("description"):
                body["summary"] = description.partition("\n\n")[0].replace("\n", " ")
            payload = as_draft7(self.use.schema())
            body["payload"] = {"allOf": [payload], "required": [self._tag]} if self._is_tagged else payload
            if definition.get("deprecated"):
                body["x-deprecated"] = True
        body["x-pyfly-frame"] = self._frame
        return body

    @property
    def _is_tagged(self) -> bool:
        """Whether it needs a tag that its schema alone, where the tag has a default, does not ask for."""
        if not self._tag or self.use is None:
            return False
        definition = self.use.definition()
        return self._tag in definition.get("properties", ()) and self._tag not in definition.get("required", ())

    def faults(self, value: Any) -> list[str]:
        """Return what keeps a value from being an example of this message; nothing when it is one."""
        if self.use is None:
            return []
        faults = example_faults(self.use, value)
        if not faults and self._is_tagged and self._tag not in written(self.use, value):
            return [f'at "{self._tag}" field required']
        return faults

    def made_up(self) -> list[dict[str, Any]]:
        """Return the examples that the type has itself, or else one that fits it."""
        if self.use is None or self.kind == "binary":  # bytes have no form in JSON
            return []
        definition = self.use.definition()
        given = definition.get("examples") or [definition[name] for name in ("example",) if name in definition]
        if given := [value for value in given if not self.faults(value)]:
            return [{"name": f"example{number}", "payload": deepcopy(value)} for number, value in enumerate(given, 1)]
        made = ExampleMaker(self._table.definitions).example_of(self.use)
        return [{"name": "example", "payload": value} for value in made]


@final
class DocumentedMessages:
    """All message types of one document.

    Args:
        table: Where their types are noted.
    """

    __slots__ = ("_kept", "_members", "_raw", "_table", "_typed")

    def __init__(self, table: SchemaTable) -> None:
        self._table = table
        self._raw: dict[ContentKind, DocumentedMessage] = {
            "text": DocumentedMessage(table, "text", "text", _TITLES["text"], None),
            "binary": DocumentedMessage(table, "binary", "binary", _TITLES["binary"], None),
            "json": DocumentedMessage(table, "json", "text", _TITLES["json"], None),
        }
        self._members: dict[tuple[int, Mode, FrameKind], tuple[DocumentedMessage, ...]] = {}
        self._typed: dict[tuple[int, Mode, FrameKind, str], DocumentedMessage] = {}
        self._kept: list[Any] = []

    def untyped(self, kinds: tuple[ContentKind, ...]) -> tuple[DocumentedMessage, ...]:
        """Return the messages of some kinds of content; text and bytes when none is named."""
        return tuple(self._raw[kind] for kind in kinds or ("text", "binary"))

    def of(self, annotation: Any, mode: Mode, frames: FrameKind) -> tuple[DocumentedMessage, ...]:
        """Return the messages of a session's type: one for each member of a union, none for ``Never``.

        Args:
            annotation: The type.
            mode: Whether messages are accepted or sent.
            frames: The kind of frame that carries JSON.
        """
        key = id(annotation), mode, frames
        if key not in self._members:
            self._kept.append(annotation)  # so that its identity stays its own
            tag = _tag_of(annotation)
            members = (self._of_member(member, mode, frames, tag) for member in members_of(annotation))
            self._members[key] = tuple(dict.fromkeys(members))
        return self._members[key]

    def _of_member(self, member: MessageType, mode: Mode, frames: FrameKind, tag: str) -> DocumentedMessage:
        key = id(member.annotation), mode, frames, tag
        if key in self._typed:
            return self._typed[key]
        kind: ContentKind = "json"
        if member.is_raw:
            kind = "text" if member.kind is str else "binary"
            if member.is_bare:
                return self._raw[kind]
            frames = "text" if member.kind is str else "binary"
        self._kept.append(member.annotation)
        use = self._table.use(member.annotation, mode)
        self._typed[key] = DocumentedMessage(self._table, kind, frames, title_of_type(member.annotation), use, tag)
        return self._typed[key]


def _tag_of(annotation: Any) -> str:
    """Return the field that a union's members are told apart by; empty where pydantic finds it out otherwise."""
    tags = [getattr(each, "discriminator", None) for each in strip_aliases(annotation)[1]]
    return next((tag for tag in tags if isinstance(tag, str)), "")
