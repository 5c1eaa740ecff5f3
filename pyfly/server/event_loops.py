"""Chooses the event loop by what is installed."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING

from pyfly.errors import MissingExtraError

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from pyfly.server.settings import LoopName

__all__ = ["choose_loop"]


def choose_loop(name: LoopName) -> tuple[str, Callable[[], asyncio.AbstractEventLoop] | None]:
    """Find the event loop that `name` asks for.

    Args:
        name: `auto` takes the faster loop made for this platform where it is installed, else asyncio's own.

    Returns:
        The name of the loop and what makes one; None stands for asyncio's default.

    Raises:
        MissingExtraError: A loop was asked for that is not installed.
    """
    if name == "asyncio":
        return "asyncio", None
    package = ("winloop" if sys.platform == "win32" else "uvloop") if name == "auto" else name
    try:
        module = importlib.import_module(package)
    except ImportError:
        if name == "auto":
            return "asyncio", None
        raise MissingExtraError(package, extra="standard", purpose=f"loop={name!r}") from None
    return package, module.new_event_loop
