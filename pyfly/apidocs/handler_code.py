"""What a handler's code tells where its annotations do not: the session's methods and the close codes it names."""

from __future__ import annotations

import inspect
from types import CodeType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, final

from pyfly.websocket import CloseCode

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
        close_codes: The members of `CloseCode` it names.
    """

    receives: tuple[ContentKind, ...]
    sends: tuple[ContentKind, ...]
    close_codes: tuple[CloseCode, ...]

    @classmethod
    def of(cls, function: Callable[..., Any]) -> HandlerCode:
        """Read a handler's compiled code, with the functions inside it; nothing is run.

        Args:
            function: The handler, unbound.
        """
        if hasattr(function, "__wrapped__"):
            function = inspect.unwrap(function)
        code = getattr(function, "__code__", None)
        names = dict.fromkeys(_names(code)) if isinstance(code, CodeType) else {}
        codes = tuple(code for code in CloseCode if code.name in names) if "CloseCode" in names else ()
        return cls(_kinds(names, _RECEIVING, "receive"), _kinds(names, _SENDING, "send"), codes)


def _kinds(names: Container[str], methods: Mapping[str, ContentKind], typed: str) -> tuple[ContentKind, ...]:
    """Return the kinds that methods tell; a session that is also used without a kind takes whatever comes."""
    return () if typed in names else tuple(kind for name, kind in methods.items() if name in names)


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
