# Generated from pyfly/web/sse/descriptors.py; edit that, then run: python -m tools.stubs
"""What ``@sse_mapping`` records."""

from typing import ClassVar

from pyfly.web.descriptors import MethodMapping

__all__ = ["SseMapping"]

class SseMapping(MethodMapping):
    """A stream of server-sent events."""

    attribute: ClassVar[str | None]
    @property
    def kind(self) -> str:
        """``SSE``."""
