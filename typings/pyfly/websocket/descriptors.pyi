# Generated from pyfly/websocket/descriptors.py; edit that, then run: python -m tools.stubs
"""What ``@websocket_mapping`` records."""

from typing import ClassVar, Literal

from pyfly.web.descriptors import MethodMapping
from pyfly.websocket.outbox import OutboxLimits

__all__ = ["WebSocketMapping"]

class WebSocketMapping(MethodMapping):
    """A WebSocket endpoint.

    Attributes:
        frames: The kind of frame that carries JSON messages.
        outbox: How much may wait for one client; None for what the settings say.
    """

    attribute: ClassVar[str | None]
    frames: Literal["text", "binary"] = "text"
    outbox: OutboxLimits | None = None
    @property
    def kind(self) -> str:
        """``WebSocket``."""
