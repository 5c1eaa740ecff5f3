"""Walks from one thing to all that hang on it, nearest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar, final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["Search"]

Node = TypeVar("Node")


@final
class Search(Generic[Node]):
    """A breadth-first search, which goes on as it is iterated.

    Args:
        roots: Where it begins.
        neighbours: What hangs on each; what nothing is to be looked for behind has none.
    """

    __slots__ = ("_met", "_neighbours")

    def __init__(self, roots: Iterable[Node], neighbours: Callable[[Node], Iterable[Node]]) -> None:
        self._met: dict[Node, Node | None] = dict.fromkeys(roots)
        self._neighbours = neighbours

    def __iter__(self) -> Iterator[Node]:
        for node in (waiting := list(self._met)):
            yield node
            for neighbour in self._neighbours(node):
                if neighbour not in self._met:
                    self._met[neighbour] = node
                    waiting.append(neighbour)

    def way_to(self, node: Node) -> list[Node]:
        """Return the shortest way from a root to something that was met."""
        way = [node]
        while (step := self._met[way[-1]]) is not None:
            way.append(step)
        return way[::-1]
