"""Close codes of the WebSocket protocol (RFC 6455, section 7.4)."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

__all__ = ["CloseCode"]

MAX_REASON_BYTES: Final = 123
"""A close frame holds 125 bytes, two of which are the code (RFC 6455, section 5.5)."""


class CloseCode(IntEnum):
    """The registered close codes, as far as they are met here.

    `NO_STATUS` and `ABNORMAL` are never sent: they tell what was found instead of a code.
    """

    NORMAL = 1000
    GOING_AWAY = 1001
    PROTOCOL_ERROR = 1002
    UNSUPPORTED_DATA = 1003
    NO_STATUS = 1005
    ABNORMAL = 1006
    INVALID_DATA = 1007
    POLICY_VIOLATION = 1008
    MESSAGE_TOO_BIG = 1009
    MANDATORY_EXTENSION = 1010
    INTERNAL_ERROR = 1011
    SERVICE_RESTART = 1012
    TRY_AGAIN_LATER = 1013
    BAD_GATEWAY = 1014
    UNAUTHORIZED = 3000
    FORBIDDEN = 3003
    TIMEOUT = 3008


_SENDABLE: Final = frozenset(CloseCode) - {CloseCode.NO_STATUS, CloseCode.ABNORMAL}


def checked_close_code(code: int) -> int:
    """Return a close code that may be sent.

    Raises:
        ValueError: It is neither a registered code that may be sent nor one of the ranges 3000 to 4999.
    """
    if code in _SENDABLE or 3000 <= code <= 4999:
        return int(code)
    raise ValueError(
        f"close code {code} may not be sent; use 1000 to 1003, 1007 to 1014, or 3000 to 4999 (RFC 6455, section 7.4)"
    )


def legal_reason(reason: str) -> str:
    """Return the reason cut to what a close frame holds: 123 bytes of UTF-8, no character halved."""
    if reason.isascii() and len(reason) <= MAX_REASON_BYTES:
        return reason
    return reason.encode("utf-8", "replace")[:MAX_REASON_BYTES].decode("utf-8", "ignore")
