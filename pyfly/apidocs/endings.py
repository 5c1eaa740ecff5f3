"""How a WebSocket handler can end: its close codes, and the answers that refuse a handshake."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, final

from pyfly.apidocs.common_endings import COMMON_CLOSE_CODES, COMMON_REFUSALS, POINTER
from pyfly.apidocs.errors import DocumentationError
from pyfly.apidocs.handshakes import markdown_table
from pyfly.apidocs.responses import capitalized, phrase_of, raised_statuses, together
from pyfly.websocket import CloseCode
from pyfly.websocket.close_codes import checked_close_code

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pyfly.apidocs.described import DescribedEndpoint
    from pyfly.apidocs.handler_code import HandlerCode
    from pyfly.websocket.signatures import HandlerPlan

    _Rows = tuple[tuple[int, str], ...]

__all__ = ["Endings", "check_endings"]

_CODE: Final = re.compile(r"(?P<code>[1-4]\d{3})\b[\s:,.-]*(?P<text>.*)", re.DOTALL)
_NAMED: Final = re.compile(r"(?:CloseCode\.)?(?P<name>[A-Z_]{5,})\b[\s:,.-]*(?P<text>.*)", re.DOTALL)
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A subprotocol's name (RFC 6455, section 4.1; RFC 9110, section 5.6.2)."""
_SENDABLE_BY_ALL: Final = range(3000, 5000)
_ORIGIN: Final = COMMON_REFUSALS[403].removesuffix(".")
_OWN: Final = "An ending of the application's own."
_MEANINGS: Final[Mapping[int, str]] = {
    CloseCode.NORMAL: "The handler has ended.",
    CloseCode.GOING_AWAY: COMMON_CLOSE_CODES[CloseCode.GOING_AWAY],
    CloseCode.PROTOCOL_ERROR: "The protocol was not kept to.",
    CloseCode.UNSUPPORTED_DATA: "A message came in the other kind of frame.",
    CloseCode.INVALID_DATA: "A message is not valid.",
    CloseCode.POLICY_VIOLATION: "A message or the session is against the rules.",
    CloseCode.MESSAGE_TOO_BIG: COMMON_CLOSE_CODES[CloseCode.MESSAGE_TOO_BIG],
    CloseCode.MANDATORY_EXTENSION: "The client needs an extension that the server does not have.",
    CloseCode.INTERNAL_ERROR: "The handler has failed.",
    CloseCode.SERVICE_RESTART: COMMON_CLOSE_CODES[CloseCode.SERVICE_RESTART],
    CloseCode.TRY_AGAIN_LATER: "The server has too much to do; come back later.",
    CloseCode.BAD_GATEWAY: "A server behind this one failed.",
    CloseCode.UNAUTHORIZED: COMMON_CLOSE_CODES[CloseCode.UNAUTHORIZED],
    CloseCode.FORBIDDEN: "The client may not do this.",
    CloseCode.TIMEOUT: COMMON_CLOSE_CODES[CloseCode.TIMEOUT],
}


@final
class Endings:
    """The endings of one handler.

    Args:
        described: The endpoint.
        plan: What is known of its messages.
        code: What its code names.
        checked: Whether messages are checked against a type.
        values_can_fail: Whether values of the handshake may not fit.
    """

    __slots__ = ("close_codes", "refusals")

    def __init__(
        self,
        described: DescribedEndpoint[Any],
        plan: HandlerPlan,
        code: HandlerCode,
        *,
        checked: bool,
        values_can_fail: bool,
    ) -> None:
        self.close_codes: Final = _close_codes(described, plan, code, checked)
        self.refusals: Final = _refusals(described, code, values_can_fail)

    def markdown(self) -> str:
        """Return both as Markdown for the channel's description."""
        return _markdown(tuple(self.close_codes.items()), tuple(self.refusals.items()))


def check_endings(described: DescribedEndpoint[Any]) -> Iterator[DocumentationError]:
    """Yield an error for each close code, refusal and subprotocol that is told of a handler and can never be."""
    name = described.endpoint.qualified_name
    for code in described.close_codes:
        try:
            checked_close_code(code)
        except ValueError:
            problem = f"{name} is told the close code {code}, which nobody can send"
            mend = "codes of an application's own are 4000 to 4999"
            yield DocumentationError(described.told_source, problem, mend)
    for status in described.responses:
        if status < 300:
            problem = f"{name} is told the response {status}, which refuses no handshake"
            yield DocumentationError(described.told_source, problem, "tell statuses from 300")
    for subprotocol in described.told.subprotocols:
        if not _TOKEN.fullmatch(subprotocol):
            problem = f'{name} is told the subprotocol "{subprotocol}", which is no token'
            yield DocumentationError(described.told_source, problem, "write each alone, without blanks and commas")


def _close_codes(
    described: DescribedEndpoint[Any], plan: HandlerPlan, code: HandlerCode, checked: bool
) -> dict[int, str]:
    one_kind = False
    if plan.incoming is Any:
        # Without a type, only the methods that ask for a kind of message refuse another one.
        one_kind, checked = bool(code.receives), "json" in code.receives
    elif not plan.codec.takes_nothing:
        one_kind = plan.codec.decode_text is None or plan.codec.decode_bytes is None
    meanings = dict(_usual_codes(one_kind, checked))
    if not described.docstring.raises and not described.close_codes and not code.written.close_codes:
        return meanings
    for number, reason in code.written.close_codes.items():
        if number in _SENDABLE_BY_ALL or number in _MEANINGS:
            meanings.setdefault(number, _MEANINGS.get(number) or _sentence(reason) or _OWN)
    meanings.update(together((*_raised_codes(described), *_usual_codes(one_kind, checked).items())))
    meanings.update(described.close_codes)
    return dict(sorted(meanings.items()))


# Most handlers end in the same ways.
@lru_cache(maxsize=64)
def _usual_codes(one_kind: bool, checked: bool) -> Mapping[int, str]:
    """Return the codes that follow from the kind of messages."""
    found = {CloseCode.NORMAL, CloseCode.INTERNAL_ERROR}
    found |= {CloseCode.UNSUPPORTED_DATA} if one_kind else set()
    found |= {CloseCode.INVALID_DATA} if checked else set()
    return {int(each): _MEANINGS[each] for each in sorted(found)}


def _raised_codes(described: DescribedEndpoint[Any]) -> Iterator[tuple[int, str]]:
    """Yield the close codes of a ``Raises`` section: ``CloseSession: 4001 when the room is full``."""
    for _, text in described.docstring.raises:
        if match := _CODE.match(text):
            yield int(match["code"]), match["text"]
        elif (match := _NAMED.match(text)) and match["name"] in CloseCode.__members__:
            yield int(CloseCode[match["name"]]), match["text"]


def _refusals(described: DescribedEndpoint[Any], code: HandlerCode, values_can_fail: bool) -> dict[int, str]:
    refusals = {403: f"{_ORIGIN}, or the handler has not accepted the session.", 500: "The server failed."}
    own: dict[int, str] = {}
    if described.access is not None:
        own[401] = "The handshake has no user."
        if described.access.scopes:
            needed = ", ".join(f"`{scope}`" for scope in described.access.scopes)
            own[403] = f"{_ORIGIN}, the user lacks a scope ({needed}), or the handler has not accepted the session."
    if values_can_fail:
        own[422] = "Values of the handshake do not fit."
    for status in code.written.denials:
        if 300 <= status <= 599 and status not in own:
            refusals.setdefault(status, phrase_of(status))
    raised = raised_statuses(described.docstring)
    for status, text in together((*raised.items(), *own.items())).items() if raised else own.items():
        refusals[status] = text or phrase_of(status)
    for status, response in described.responses.items():
        refusals[status] = response.description or phrase_of(status)
    return dict(sorted(refusals.items()))


def _sentence(reason: str) -> str:
    return f"{capitalized(reason)}." if reason[-1:].isalnum() else capitalized(reason)


@lru_cache(maxsize=64)
def _markdown(close_codes: _Rows, refusals: _Rows) -> str:
    tables = _table("code", close_codes), _table("HTTP status", refusals)
    return f"**Close codes**\n\n{tables[0]}\n\n**Refused handshakes**\n\n{tables[1]}\n\n{POINTER}"


def _table(heading: str, rows: _Rows) -> str:
    return markdown_table((heading, "meaning"), ((str(number), text) for number, text in rows))
