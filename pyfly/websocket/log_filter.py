"""Names the session in whatever is logged while its handler runs."""

from __future__ import annotations

import logging
from typing import Any, final

from pyfly.websocket.log_fields import fields_of
from pyfly.websocket.session_core import current_session

__all__ = ["SessionLogFilter"]

_NONE: dict[str, Any] = {"session_id": None, "path_template": None, "close_code": None, "duration": None}


@final
class SessionLogFilter(logging.Filter):
    """A filter that lets every record pass, and gives it the fields of the session whose handler has logged it.

    These are ``session_id``, ``path_template``, ``close_code`` and ``duration``, in seconds since the handshake was
    accepted. What is logged in tasks that the handler has started has them too. Elsewhere they are None, so that
    a format may name them. A record that has such a field keeps it. Add the filter to a handler of `logging`.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Add the fields."""
        session = current_session.get()
        fields = _NONE if session is None else fields_of(session)
        for name, value in fields.items():
            if not hasattr(record, name):
                setattr(record, name, value)
        return True
