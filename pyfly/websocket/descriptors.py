"""What ``@websocket_mapping`` records."""

from __future__ import annotations

from typing import ClassVar, Literal

from pyfly.web.descriptors import MethodMapping
from pyfly.websocket.outbox import OutboxLimits  # noqa: TC001  # pydantic reads it

__all__ = ["WebSocketMapping"]


class WebSocketMapping(MethodMapping):
    """A WebSocket endpoint.

    Attributes:
        frames: The kind of frame that carries JSON messages.
        outbox: How much may wait for one client; None for what the settings say.
    """

    attribute: ClassVar[str | None] = "__pyfly_ws_mapping__"

    frames: Literal["text", "binary"] = "text"
    outbox: OutboxLimits | None = None

    @property
    def kind(self) -> str:
        """``WebSocket``."""
        return "WebSocket"
