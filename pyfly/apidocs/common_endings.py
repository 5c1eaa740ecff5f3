"""How any session can end, and any handshake be refused, whatever its handler does: told once for a whole document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pyfly.apidocs.handshakes import markdown_table
from pyfly.websocket import CloseCode

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["COMMON_CLOSE_CODES", "COMMON_REFUSALS", "POINTER", "REFERENCE", "common_endings", "common_endings_markdown"]

COMMON_CLOSE_CODES: Final[Mapping[int, str]] = {
    CloseCode.GOING_AWAY: "The server stops; come back elsewhere, or later.",
    CloseCode.POLICY_VIOLATION: "The client sends more messages than the server takes.",
    CloseCode.MESSAGE_TOO_BIG: "A message is too big.",
    CloseCode.SERVICE_RESTART: "The server restarts; come back in a moment.",
    CloseCode.TRY_AGAIN_LATER: "The client does not keep up with what it is sent.",
    CloseCode.UNAUTHORIZED: "What proves the client's identity has run out.",
    CloseCode.TIMEOUT: "Nothing was said for longer than the server waits.",
}
COMMON_REFUSALS: Final[Mapping[int, str]] = {
    400: "The path holds NUL, or is not UTF-8.",
    403: "Pages of this origin may not open sessions.",
    429: "There are too many sessions of this address or user; come back later.",
    503: "The server stops, has too many sessions, or was not ready in time; come back later.",
}
_INTRODUCTION: Final = (
    "Besides the endings that each channel names, a session can end in these ways, and a handshake be refused. Which "
    "of them there are follows from the server's limits."
)
POINTER: Final = "Any session can also end in the ways that this document's introduction lists."
"""What each channel says of them."""

REFERENCE: Final = "#/components/x-pyfly-endings/session"
"""Where they stand in the document."""


def common_endings() -> dict[str, Any]:
    """Return the component that every channel refers to."""
    return {
        "session": {
            "closeCodes": {str(int(code)): text for code, text in COMMON_CLOSE_CODES.items()},
            "refusals": {str(status): text for status, text in COMMON_REFUSALS.items()},
        }
    }


def common_endings_markdown() -> str:
    """Return them as Markdown for the document's introduction."""
    codes = markdown_table(("code", "meaning"), [(str(int(code)), text) for code, text in COMMON_CLOSE_CODES.items()])
    refusals = markdown_table(("HTTP status", "meaning"), [(str(code), text) for code, text in COMMON_REFUSALS.items()])
    return f"**Any session**\n\n{_INTRODUCTION}\n\n{codes}\n\n{refusals}"
