"""The messages of a whole document: each one once, with the examples of all handlers that have it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

from pyfly.apidocs.names import distinct

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyfly.apidocs.documented_messages import DocumentedMessage

__all__ = ["MessageComponents"]


@final
class MessageComponents:
    """Message objects by name.

    Args:
        types: The messages of all handlers, in the order of the document.
        examples: Examples that authors give, each with its message.
    """

    __slots__ = ("_examples", "_names", "_of_types", "_types")

    def __init__(
        self, types: Iterable[DocumentedMessage], examples: Iterable[tuple[DocumentedMessage, dict[str, Any]]]
    ) -> None:
        self._types: dict[tuple[str, str], DocumentedMessage] = {}
        for message in dict.fromkeys(types):
            self._types.setdefault(message.identity, message)
        self._examples: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for message, example in examples:
            known = self._examples.setdefault(message.identity, [])
            if example not in known:
                known.append(example)
        names = distinct([message.names for message in self._types.values()])
        self._of_types: dict[tuple[DocumentedMessage, ...], list[str]] = {}
        self._names = dict(zip(self._types, names, strict=True))

    def names_of(self, types: tuple[DocumentedMessage, ...]) -> list[str]:
        """Return the names of some messages, each once."""
        if types not in self._of_types:
            self._of_types[types] = list(dict.fromkeys(self._names[message.identity] for message in types))
        return self._of_types[types]

    def written(self) -> dict[str, dict[str, Any]]:
        """Return all message objects, ordered by name."""
        written = {self._names[identity]: self._with_examples(identity) for identity in self._types}
        return dict(sorted(written.items()))

    def _with_examples(self, identity: tuple[str, str]) -> dict[str, Any]:
        message = self._types[identity]
        body = dict(message.body)
        if examples := self._examples.get(identity) or message.made_up():
            names = distinct([(example["name"],) for example in examples])
            body["examples"] = [{**example, "name": name} for example, name in zip(examples, names, strict=True)]
        return body
