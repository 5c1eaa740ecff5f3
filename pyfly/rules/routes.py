"""The rule that no two routes match the same requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, final

from pyfly.rules.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyfly.metadata import PathTemplate

__all__ = ["RouteFacts", "find_conflicts"]


@final
class RouteFacts(NamedTuple):
    """A handler at a path.

    Attributes:
        kind: An HTTP method, ``SSE`` or ``WebSocket``.
        request_method: What it competes in: the HTTP method of the request that opens it, or ``WebSocket``.
        template: Its full path.
        handler: ``Controller.method``.
        place: ``file:line`` of its mapping.
    """

    kind: str
    request_method: str
    template: PathTemplate
    handler: str
    place: str


def find_conflicts(routes: Iterable[RouteFacts]) -> Iterator[tuple[int, int, Fault]]:
    """Yield a fault for each route that matches the same paths and method as one before it.

    Args:
        routes: Routes in the order they were declared.

    Yields:
        The position of the later route, that of the first one of its shape, and the fault.
    """
    first: dict[tuple[str, str], tuple[int, RouteFacts]] = {}
    for position, route in enumerate(routes):
        found, other = first.setdefault((route.request_method, route.template.shape), (position, route))
        if found != position:
            yield (
                position,
                found,
                Fault(
                    "pyfly-route",
                    f'{route.kind} route "{route.template.text}" of {route.handler} '
                    f'matches the same paths as "{other.template.text}" of {other.handler} at {other.place}',
                    "give one of them another path",
                ),
            )
