"""A handler's messages in one direction, with the examples that its author gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

from pyfly.apidocs.error_texts import told_briefly
from pyfly.apidocs.errors import DocumentationError
from pyfly.apidocs.examples import written
from pyfly.metadata import strip_aliases

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyfly.apidocs.described import DescribedEndpoint
    from pyfly.apidocs.documented_messages import DocumentedMessage

__all__ = ["Messages", "check_examples"]


@final
class Messages:
    """The messages that clients send to a handler, or receive from it.

    Args:
        types: What they are; schemas must have been generated when the examples are asked for.

    Attributes:
        types: What they are.
    """

    __slots__ = ("types",)

    def __init__(self, types: tuple[DocumentedMessage, ...]) -> None:
        self.types: tuple[DocumentedMessage, ...] = types

    def examples(self, described: DescribedEndpoint[Any]) -> Iterator[tuple[DocumentedMessage, dict[str, Any]]]:
        """Yield the examples that the author gives of these messages, each with its message."""
        for name, value in described.told.examples.items():
            owner = self.owner(value)
            if owner is not None:
                yield owner, {"name": name, "payload": _payload(owner, value)}

    def owner(self, value: Any) -> DocumentedMessage | None:
        """Return the message that a value is of: by its own type, or else the first that it fits."""
        return next((message for message in self.candidates(value) if not message.faults(value)), None)

    def candidates(self, value: Any) -> list[DocumentedMessage]:
        """Return the messages that a value may be of: that of its own type, or else all of its kind of content."""
        for message in self.types:
            if message.use is not None and _is_of(value, message.use.annotation):
                return [message]
        raw = "text" if isinstance(value, str) else "binary" if isinstance(value, bytes) else None
        return [each for each in self.types if each.kind == raw or (each.kind == "json" and raw != "binary")]


def check_examples(described: DescribedEndpoint[Any], directions: Iterable[Messages]) -> Iterator[DocumentationError]:
    """Yield an error for each example that is none of a handler's messages.

    Args:
        described: The endpoint.
        directions: Its messages in both directions.
    """
    every = list(directions)
    for name, value in described.told.examples.items():
        if all(messages.owner(value) is None for messages in every):
            problem = f'{described.endpoint.qualified_name} has the example "{name}", which is none of its messages'
            candidates = [message for messages in every for message in messages.candidates(value)]
            if candidates:
                nearest = min(candidates, key=lambda message: len(message.faults(value)))
                problem += f"; as {nearest.title} it is wrong: {told_briefly(nearest.faults(value))}"
            yield DocumentationError(described.told_source, problem, "write the JSON that is sent")


def _payload(message: DocumentedMessage, value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode("latin-1")  # each character is a byte, so that lengths stay what they are
    return written(message.use, value)


def _is_of(value: Any, annotation: Any) -> bool:
    """Tell whether a value is an object of a class that a message's type names."""
    kind = strip_aliases(annotation)[0]
    return isinstance(kind, type) and type(value) is kind and kind.__module__ != "builtins"
