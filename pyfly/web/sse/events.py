"""Server-sent events and their framing (WHATWG HTML, section 9.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, final

__all__ = ["KEEP_ALIVE", "ServerSentEvent", "frame_event"]

# Exactly the line ends of the event stream format; str.splitlines knows more.
_LINE_END: Final = re.compile(r"\r\n|\n|\r")
_FORBIDDEN: Final = re.compile(r"[\r\n\0]")

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

    def __post_init__(self) -> None:
        for name, value in (("event", self.event), ("id", self.id)):
            if value is not None and _FORBIDDEN.search(value):
                raise ValueError(f"{name} of a server-sent event holds a line break or NUL: {value!r}")
        if self.retry is not None and (isinstance(self.retry, bool) or self.retry < 0):
            raise ValueError(f"retry of a server-sent event is milliseconds from 0, got {self.retry!r}")


def frame_event(event: ServerSentEvent, data: str | None) -> bytes:
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
