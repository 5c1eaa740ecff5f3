"""What ``@websocket_mapping`` records."""

from __future__ import annotations

from typing import ClassVar, Literal

from pyfly.web.descriptors import MethodMapping

__all__ = ["WebSocketMapping"]


class WebSocketMapping(MethodMapping):
    """A WebSocket endpoint.

    Attributes:
        frames: The kind of frame that carries JSON messages.
    """

    attribute: ClassVar[str | None] = "__pyfly_ws_mapping__"

    frames: Literal["text", "binary"] = "text"

    @property
    def kind(self) -> str:
        """``WebSocket``."""
        return "WebSocket"
