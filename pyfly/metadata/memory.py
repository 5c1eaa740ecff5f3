"""What has been found out about a class and its methods once, kept on the class itself."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast, final

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

__all__ = ["remembered"]

T = TypeVar("T")

_MEMORY: Final = "__pyfly_memory__"


@final
class _Memory:
    """The findings about one class; a copy of the class, such as ``@dataclass(slots=True)`` makes, has its own."""

    __slots__ = ("about", "findings")

    def __init__(self, cls: type) -> None:
        self.about: Final = weakref.ref(cls)
        self.findings: Final[dict[Hashable, Any]] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        # Some libraries pickle classes by value; what was found out can be found out again.
        return (dict, ())


def remembered(cls: type | None, key: Hashable, find_out: Callable[[], T]) -> T:
    """Return what was found out about a class, or find it out.

    Start-up reads every handler, and whoever documents or checks an application later reads them again. Findings live
    as long as the class. Those about a class that takes no attributes are not kept.

    Args:
        cls: Whom it is about; None for nobody.
        key: What it is, with all it depends on.
        find_out: Finds it out; what it raises is not kept.
    """
    if cls is None:
        return find_out()
    memory = vars(cls).get(_MEMORY)
    if not isinstance(memory, _Memory) or memory.about() is not cls:
        memory = _Memory(cls)
        try:
            type.__setattr__(cls, _MEMORY, memory)
        except TypeError:  # a class of an extension module
            return find_out()
    if key not in memory.findings:
        memory.findings[key] = find_out()
    return cast("T", memory.findings[key])
