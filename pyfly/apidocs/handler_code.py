"""What a handler's code tells where its annotations do not: the session's methods and the close codes it names."""

from __future__ import annotations

import inspect
from types import CodeType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, final

from pyfly.websocket import CloseCode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["HandlerCode"]

_RECEIVING: Final = {"receive_text": "text", "receive_bytes": "binary", "receive_json": "json"}
_SENDING: Final = {"send_text": "text", "send_bytes": "binary", "send_json": "json"}


@final
class HandlerCode(NamedTuple):
    """What a handler's code names.

    Attributes:
        receives: The kinds of messages it receives, of ``text``, ``binary`` and ``json``; empty when it does not tell.
        sends: The kinds of messages it sends, in the same words.
        close_codes: The members of `CloseCode` it names.
    """

    receives: tuple[str, ...]
    sends: tuple[str, ...]
    close_codes: tuple[CloseCode, ...]

    @classmethod
    def of(cls, function: Callable[..., Any]) -> HandlerCode:
        """Read a handler's compiled code, with the functions inside it; nothing is run.

        Args:
            function: The handler, unbound.
        """
        code = getattr(inspect.unwrap(function), "__code__", None)
        names = dict.fromkeys(_names(code)) if isinstance(code, CodeType) else {}
        # A session that is received from without a kind, or read by iteration, takes whatever comes.
        open_ended = "receive" in names
        receives = () if open_ended else tuple(kind for name, kind in _RECEIVING.items() if name in names)
        sends = () if "send" in names else tuple(kind for name, kind in _SENDING.items() if name in names)
        codes = tuple(code for code in CloseCode if code.name in names) if "CloseCode" in names else ()
        return cls(receives, sends, codes)


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
