"""A list of routes that tells when it was changed."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Final, final

from starlette.routing import BaseRoute

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["RouteList"]

_CHANGES: Final = (
    "__delitem__",
    "__iadd__",
    "__imul__",
    "__setitem__",
    "append",
    "clear",
    "extend",
    "insert",
    "pop",
    "remove",
    "reverse",
    "sort",
)


@final
class RouteList(list[BaseRoute]):
    """A list of routes that counts its changes: applications add to it, and take from it, as they like.

    Attributes:
        version: How often it was changed.
    """

    version: int = 0


def _counted(change: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(change)
    def counted(routes: RouteList, /, *args: Any, **options: Any) -> Any:
        try:
            return change(routes, *args, **options)
        finally:
            # Afterwards, so that who reads the routes meanwhile does not take an old list for the new version.
            routes.version += 1

    return counted


for _name in _CHANGES:
    setattr(RouteList, _name, _counted(getattr(list, _name)))
