# Generated from pyfly/web/sse/__init__.py; edit that, then run: python -m tools.stubs
"""Server-sent events from async generator methods of controllers."""

from pyfly.web.sse.decorators import sse_mapping
from pyfly.web.sse.descriptors import SseMapping
from pyfly.web.sse.events import ServerSentEvent

__all__ = ["ServerSentEvent", "SseMapping", "sse_mapping"]
