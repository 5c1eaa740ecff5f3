"""What log records tell of a session beside their text."""

from __future__ import annotations

import time
from typing import Any, Protocol

__all__ = ["Recorded", "fields_of"]


class Recorded(Protocol):
    """What there is to tell of a session."""

    @property
    def id(self) -> str:
        """Its id."""
        ...

    @property
    def path_template(self) -> str | None:
        """The path of its endpoint, with variables."""
        ...

    @property
    def close_code(self) -> int | None:
        """With what it has ended."""
        ...

    @property
    def opened_at(self) -> float | None:
        """When it was accepted, in seconds of `time.monotonic`."""
        ...


def fields_of(session: Recorded, **more: Any) -> dict[str, Any]:
    """Return the fields of a log record about a session, for ``extra``.

    They hold nothing that the client has made up.

    Args:
        session: The session.
        **more: Further fields.
    """
    opened_at = session.opened_at
    return {
        "session_id": session.id,
        "path_template": session.path_template,
        "close_code": session.close_code,
        "duration": None if opened_at is None else round(time.monotonic() - opened_at, 3),
        **more,
    }
