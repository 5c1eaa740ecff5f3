"""Shows what pyfly and the servers log, unless the application has set up logging itself."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyfly.server.settings import ServerSettings

__all__ = ["configure_logging"]

LOGGERS = ("pyfly", "uvicorn", "hypercorn", "_granian", "granian")


def configure_logging(settings: ServerSettings) -> None:
    """Set the level of pyfly's and the servers' loggers, and give them a handler when the root logger has none.

    Args:
        settings: The level to set.
    """
    level = settings.log_level.upper()
    process = "[%(process)d] " if settings.workers > 1 else ""
    formatter = logging.Formatter(f"%(asctime)s %(levelname)-7s {process}%(name)s: %(message)s", "%H:%M:%S")
    handled = bool(logging.getLogger().handlers)
    for name in LOGGERS:
        logger = logging.getLogger(name)
        logger.setLevel(level)
        if not handled and not logger.handlers:
            handler = logging.StreamHandler()
            handler.setFormatter(formatter)
            logger.addHandler(handler)
            logger.propagate = False
