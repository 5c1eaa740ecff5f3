# Generated from pyfly/websocket/close_codes.py; edit that, then run: python -m tools.stubs
"""Close codes of the WebSocket protocol (RFC 6455, section 7.4)."""

from enum import IntEnum

__all__ = ["CloseCode"]

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
