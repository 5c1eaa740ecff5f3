"""Why a handshake is denied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, final

from pyfly.websocket.errors import WebSocketError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfly.web.problems import ProblemError

__all__ = ["RETRY_AFTER", "AdmissionDenied", "DenialReason"]

DenialReason = Literal[
    "draining",
    "path",
    "sessions",
    "pending",
    "address",
    "origin",
    "interceptor",
    "unauthenticated",
    "forbidden",
    "user",
    "timeout",
    "arguments",
    "handler",
    "error",
]
"""One word for metrics and logs.

``draining``: the server stops. ``path``: the path holds NUL or broken UTF-8. ``sessions``, ``address``, ``user``: there
are too many sessions in all, of the address, of the user. ``pending``: too many handshakes wait for their handlers.
``origin``: the page of another origin. ``interceptor``: a `HandshakeInterceptor` denied it. ``unauthenticated``,
``forbidden``: ``@authenticated`` or ``@requires`` did. ``timeout``: it was not accepted in time. ``arguments``: values
do not fit. ``handler``: the handler denied it, or ended without accepting it. ``error``: something failed.
"""

RETRY_AFTER: Final[Mapping[str, str]] = {"Retry-After": "5"}
"""What clients are asked to wait, in seconds, when there are too many."""


@final
class AdmissionDenied(WebSocketError):
    """A handshake does not reach its handler.

    Attributes:
        reason: Why, in one word.
        problem: What to answer; None when it is answered already.
    """

    def __init__(self, reason: DenialReason, problem: ProblemError | None) -> None:
        super().__init__(reason, problem)
        self.reason: DenialReason = reason
        self.problem = problem

    def __str__(self) -> str:
        return f"denied ({self.reason})" + ("" if self.problem is None else f": {self.problem}")
