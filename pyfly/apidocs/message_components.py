"""The messages of a whole document: each one once, with the examples of all handlers that have it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

from pyfly.apidocs.names import distinct

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyfly.apidocs.messages import MessageDocument

__all__ = ["MessageComponents"]


@final
class MessageComponents:
    """Message objects by name.

    Args:
        messages: The messages of all handlers, in the order of the document.
    """

    __slots__ = ("_names", "_same")

    def __init__(self, messages: Iterable[MessageDocument]) -> None:
        self._same: dict[tuple[str, str], list[MessageDocument]] = {}
        for message in messages:
            self._same.setdefault(message.identity, []).append(message)
        names = distinct([same[0].names for same in self._same.values()])
        self._names = dict(zip(self._same, names, strict=True))

    def names_of(self, messages: Iterable[MessageDocument]) -> list[str]:
        """Return the names of some messages, each once."""
        return list(dict.fromkeys(self._names[message.identity] for message in messages))

    def written(self) -> dict[str, dict[str, Any]]:
        """Return all message objects, ordered by name."""
        written = {self._names[identity]: _with_examples(same) for identity, same in self._same.items()}
        return dict(sorted(written.items()))


def _with_examples(same: list[MessageDocument]) -> dict[str, Any]:
    body = dict(same[0].body)
    told: list[dict[str, Any]] = []
    for message in same:
        told += [example for example in message.told if example not in told]
    if examples := told or same[0].made_up():
        names = distinct([(example["name"],) for example in examples])
        body["examples"] = [{**example, "name": name} for example, name in zip(examples, names, strict=True)]
    return body
