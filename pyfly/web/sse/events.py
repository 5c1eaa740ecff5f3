"""Server-sent events and their framing (WHATWG HTML, section 9.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, Generic, Union, final, get_args, get_origin

from typing_extensions import TypeVar

from pyfly.web.annotations import union_members

__all__ = ["KEEP_ALIVE", "ServerSentEvent", "event_data_type", "frame_event", "is_event_type"]

# Exactly the line ends of the event stream format; str.splitlines knows more.
_LINE_END: Final = re.compile(r"\r\n|\n|\r")
_FORBIDDEN: Final = re.compile(r"[\r\n\0]")

KEEP_ALIVE: Final = b":\n\n"
"""An empty comment: clients ignore it, proxies see life."""


Data_co = TypeVar("Data_co", covariant=True, default=object)


# With slots, what Python 3.11 sets on an instance of ServerSentEvent[Tick] would fail in the wrong way.
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

    def __post_init__(self) -> None:
        for name, value in (("event", self.event), ("id", self.id)):
            if value is not None and (found := _FORBIDDEN.search(value)):
                place = f"position {found.start()}"  # what it says may be a client's, and is not told
                raise ValueError(f"{name} of a server-sent event holds a line break or NUL; see {place}")
        if self.retry is not None and (isinstance(self.retry, bool) or self.retry < 0):
            raise ValueError(f"retry of a server-sent event is milliseconds from 0, got {self.retry!r}")


def is_event_type(annotation: Any) -> bool:
    """Tell whether an annotation is `ServerSentEvent`, with or without the type of its data."""
    return (get_origin(annotation) or annotation) is ServerSentEvent


def event_data_type(annotation: Any) -> Any:
    """Return the type of the data in the events that a handler yields; ``Any`` where one does not tell.

    Args:
        annotation: What the handler yields.
    """
    events = [member for member in union_members(annotation) if is_event_type(member)]
    types = tuple(argument for event in events for argument in get_args(event))
    return Union[types] if types and len(types) == len(events) else Any  # noqa: UP007  # known at run time only


def frame_event(event: ServerSentEvent[object], data: str | None) -> bytes:
    """Return the bytes of one event on the wire, in UTF-8.

    Lone surrogates, which UTF-8 cannot carry, become ``?``.

    Args:
        event: The event; its ``data`` is not looked at.
        data: The data as text; None for none.
    """
    lines: list[str] = []
    if event.comment is not None:
        lines += [f": {line}" for line in _LINE_END.split(event.comment)]
    if event.event is not None:
        lines.append(f"event: {event.event}")
    if event.id is not None:
        lines.append(f"id: {event.id}")
    if event.retry is not None:
        lines.append(f"retry: {event.retry:d}")
    if data is not None:
        lines += [f"data: {line}" for line in _LINE_END.split(data)]
    return "\n".join([*lines, "\n"]).encode("utf-8", "replace") if lines else b""
