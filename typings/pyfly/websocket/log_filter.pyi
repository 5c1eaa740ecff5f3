# Generated from pyfly/websocket/log_filter.py; edit that, then run: python -m tools.stubs
"""Names the session in whatever is logged while its handler runs."""

import logging
from typing import final

__all__ = ["SessionLogFilter"]

@final
class SessionLogFilter(logging.Filter):
    """A filter that lets every record pass, and gives it the fields of the session whose handler has logged it.

    These are ``session_id``, ``path_template``, ``close_code`` and ``duration``, in seconds since the handshake was
    accepted. What is logged in tasks that the handler has started has them too. Elsewhere they are None, so that
    a format may name them. A record that has such a field keeps it. Add the filter to a handler of `logging`.
    """
    def filter(self, record: logging.LogRecord) -> bool:
        """Add the fields."""
