# Generated from pyfly/web/sse/events.py; edit that, then run: python -m tools.stubs
"""Server-sent events and their framing (WHATWG HTML, section 9.2)."""

from dataclasses import dataclass
from typing import Final, final

__all__ = ["KEEP_ALIVE", "ServerSentEvent", "frame_event"]

KEEP_ALIVE: Final = b":\n\n"
"""An empty comment: clients ignore it, proxies see life."""

@final
@dataclass(frozen=True, slots=True)
class ServerSentEvent:
    """One event, with the fields a client's ``EventSource`` knows.

    Args:
        data: A ``str`` is sent as it is, line by line; None sends no data, and clients then see no event; anything else
            becomes JSON.
        event: The event's type; ``message`` for clients when None.
        id: What a client that comes back sends as ``Last-Event-ID``; empty to forget the last one.
        retry: Milliseconds a client waits before it comes back.
        comment: Text that clients ignore.

    Raises:
        ValueError: ``event`` or ``id`` holds a line break or NUL, or ``retry`` is no natural number.
    """

    data: object = None
    event: str | None = None
    id: str | None = None
    retry: int | None = None
    comment: str | None = None
    def __post_init__(self) -> None: ...

def frame_event(event: ServerSentEvent, data: str | None) -> bytes:
    """Return the bytes of one event on the wire, in UTF-8.

    Lone surrogates, which UTF-8 cannot carry, become ``?``.

    Args:
        event: The event; its ``data`` is not looked at.
        data: The data as text; None for none.
    """
