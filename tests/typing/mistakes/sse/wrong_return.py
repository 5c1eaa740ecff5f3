"""An event stream annotated as a single event.

Annotate it as `AsyncIterator[...]` of the events.
"""

from pyfly.web.sse import sse_mapping


class TickController:
    @sse_mapping("/ticks")  # error
    def ticks(self) -> str:
        return "tick"
