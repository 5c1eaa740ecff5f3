"""Shows what pyfly and the servers log, unless the application has set up logging itself."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final, final

if TYPE_CHECKING:
    from pyfly.server.settings import ServerSettings

__all__ = ["configure_logging"]

LOGGERS = ("pyfly", "uvicorn", "hypercorn", "_granian", "granian")

_CONTROLS: Final = {code: repr(chr(code))[1:-1] for code in (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)}
_CONTROLS_IN_LINES: Final = {code: text for code, text in _CONTROLS.items() if chr(code) not in "\n\t"}


def configure_logging(settings: ServerSettings) -> None:
    """Set the level of pyfly's and the servers' loggers, and give them a handler when the root logger has none.

    Args:
        settings: The level to set.
    """
    level = settings.log_level.upper()
    process = "[%(process)d] " if settings.workers > 1 else ""
    line = f"%(asctime)s %(levelname)-7s {process}%(name)s: %(message)s"
    handled = bool(logging.getLogger().handlers)
    for name in LOGGERS:
        logger = logging.getLogger(name)
        logger.setLevel(level)
        if not handled and not logger.handlers:
            handler = logging.StreamHandler()
            # pyfly's own reports have several lines, and nothing of a client's in them that is not quoted.
            handler.setFormatter(_SafeFormatter(line, _CONTROLS_IN_LINES if name == "pyfly" else _CONTROLS))
            logger.addHandler(handler)
            logger.propagate = False


@final
class _SafeFormatter(logging.Formatter):
    """Writes control characters as escapes, so that nothing a client sends looks like a record or steers a terminal.

    Args:
        line: How a record is written.
        escapes: What to write for control characters, by code point.
    """

    def __init__(self, line: str, escapes: dict[int, str]) -> None:
        super().__init__(line, "%H:%M:%S")
        self._escapes = escapes

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # logging's name
        return super().formatMessage(record).translate(self._escapes)

    def formatException(self, ei: Any) -> str:  # noqa: N802  # logging's name
        # What an error says may have several lines; set in, none of them passes for a record.
        return "  " + super().formatException(ei).translate(_CONTROLS_IN_LINES).replace("\n", "\n  ")
