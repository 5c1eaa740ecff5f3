"""What ``@websocket_mapping`` records."""

from __future__ import annotations

from typing import ClassVar

from pyfly.web.descriptors import MethodMapping

__all__ = ["WebSocketMapping"]


class WebSocketMapping(MethodMapping):
    """A WebSocket endpoint."""

    attribute: ClassVar[str | None] = "__pyfly_ws_mapping__"

    @property
    def kind(self) -> str:
        """``WebSocket``."""
        return "WebSocket"
