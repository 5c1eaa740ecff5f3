"""What a handler's code tells where its annotations do not: the session's methods, and its endings."""

from __future__ import annotations

import inspect
from types import CodeType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, final

from pyfly.apidocs.handler_source import WrittenEndings

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Mapping

    from pyfly.apidocs.documented_messages import ContentKind

__all__ = ["HandlerCode"]

_RECEIVING: Final[Mapping[str, ContentKind]] = {
    "receive_text": "text",
    "receive_bytes": "binary",
    "receive_json": "json",
}
_SENDING: Final[Mapping[str, ContentKind]] = {"send_text": "text", "send_bytes": "binary", "send_json": "json"}


@final
class HandlerCode(NamedTuple):
    """What a handler's code names.

    Attributes:
        receives: The kinds of messages it receives, of ``text``, ``binary`` and ``json``; empty when it does not tell.
        sends: The kinds of messages it sends, in the same words.
        written: The endings that its source says plainly.
    """

    receives: tuple[ContentKind, ...]
    sends: tuple[ContentKind, ...]
    written: WrittenEndings

    @classmethod
    def of(cls, function: Callable[..., Any]) -> HandlerCode:
        """Read a handler's compiled code, with the functions inside it, and its source; nothing is run.

        Args:
            function: The handler, unbound.
        """
        if hasattr(function, "__wrapped__"):
            function = inspect.unwrap(function)
        code = getattr(function, "__code__", None)
        names = dict.fromkeys(_names(code)) if isinstance(code, CodeType) else {}
        written = WrittenEndings.of(function, names)
        return cls(_kinds(names, _RECEIVING, "receive"), _kinds(names, _SENDING, "send"), written)


def _kinds(names: Container[str], methods: Mapping[str, ContentKind], typed: str) -> tuple[ContentKind, ...]:
    """Return the kinds that methods tell; a session that is also used without a kind takes whatever comes."""
    return () if typed in names else tuple(kind for name, kind in methods.items() if name in names)


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
