"""Where a task waits: the line of the author's code that it has not come past."""

from __future__ import annotations

import linecache
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self, final

if TYPE_CHECKING:
    import asyncio
    from types import FrameType

__all__ = ["Whereabouts"]

_FRAMES: Final = ("cr_frame", "ag_frame", "gi_frame")
_AWAITED: Final = ("cr_await", "ag_await", "gi_yieldfrom")
_NOT_THE_AUTHORS: Final = frozenset({"pyfly", "starlette", "fastapi", "asyncio", "anyio", "contextlib"})
_RECEIVES: Final = frozenset({"receive", "receive_text", "receive_bytes", "receive_json", "__anext__"})


@final
class Whereabouts(NamedTuple):
    """A line in the author's code.

    Attributes:
        file: Path of the file.
        line: Line number, from 1.
        code: The line's text.
        receives: Whether the line waits for a message of its session.
    """

    file: str
    line: int
    code: str
    receives: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" + (f" ({self.code})" if self.code else "")

    @classmethod
    def of(cls, task: asyncio.Task[Any]) -> Self | None:
        """Return the innermost line that is neither pyfly's nor a framework's; None where there is none."""
        found: Self | None = None
        step: Any = task.get_coro()
        while step is not None:
            frame: FrameType | None = _first(step, _FRAMES)
            if frame is not None and _package_of(frame) not in _NOT_THE_AUTHORS:
                file = frame.f_code.co_filename
                found = cls(file, frame.f_lineno, linecache.getline(file, frame.f_lineno, frame.f_globals).strip())
            elif frame is not None and found is not None and frame.f_code.co_name in _RECEIVES:
                found = found._replace(receives=_package_of(frame) == "pyfly")
            step = _first(step, _AWAITED)
        return found


def _package_of(frame: FrameType) -> str:
    name: str = frame.f_globals.get("__name__", "")
    return name.partition(".")[0]


def _first(step: object, names: tuple[str, ...]) -> Any:
    return next((value for name in names if (value := getattr(step, name, None)) is not None), None)
