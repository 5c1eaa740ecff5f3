# Generated from pyfly/web/sse/events.py; edit that, then run: python -m tools.stubs
"""Server-sent events and their framing (WHATWG HTML, section 9.2)."""

from dataclasses import dataclass
from typing import Any, Final, Generic, final

from typing_extensions import TypeVar

__all__ = ["KEEP_ALIVE", "ServerSentEvent", "event_data_type", "frame_event", "is_event_type"]

KEEP_ALIVE: Final = b":\n\n"
"""An empty comment: clients ignore it, proxies see life."""

Data_co = TypeVar("Data_co", covariant=True, default=object)

@final
@dataclass(frozen=True)
class ServerSentEvent(Generic[Data_co]):
    """One event, with the fields a client's ``EventSource`` knows.

    A handler's annotation may name the type of the data, as ``AsyncIterator[ServerSentEvent[Tick]]``: it is then
    written as that type says, and documented.

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

    data: Data_co | None = None
    event: str | None = None
    id: str | None = None
    retry: int | None = None
    comment: str | None = None
    def __post_init__(self) -> None: ...

def is_event_type(annotation: Any) -> bool:
    """Tell whether an annotation is `ServerSentEvent`, with or without the type of its data."""

def event_data_type(annotation: Any) -> Any:
    """Return the type of the data in the events that a handler yields; ``Any`` where one does not tell.

    Args:
        annotation: What the handler yields.
    """

def frame_event(event: ServerSentEvent[object], data: str | None) -> bytes:
    """Return the bytes of one event on the wire, in UTF-8.

    Lone surrogates, which UTF-8 cannot carry, become ``?``.

    Args:
        event: The event; its ``data`` is not looked at.
        data: The data as text; None for none.
    """
