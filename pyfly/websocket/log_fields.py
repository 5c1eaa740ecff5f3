"""What log records tell of a session beside their text."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyfly.websocket.session_core import SessionCore

__all__ = ["fields_of"]


def fields_of(session: SessionCore, **more: Any) -> dict[str, Any]:
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
