"""What ``@sse_mapping`` records."""

from __future__ import annotations

from typing import ClassVar

from pyfly.web.descriptors import MethodMapping

__all__ = ["SseMapping"]


class SseMapping(MethodMapping):
    """A stream of server-sent events."""

    attribute: ClassVar[str | None] = "__pyfly_sse_mapping__"

    @property
    def kind(self) -> str:
        """``SSE``."""
        return "SSE"
