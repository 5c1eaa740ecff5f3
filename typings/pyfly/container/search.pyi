# Generated from pyfly/container/search.py; edit that, then run: python -m tools.stubs
"""Walks from one thing to all that hang on it, nearest first."""

from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar, final

__all__ = ["Search"]

Node = TypeVar("Node")

@final
class Search(Generic[Node]):
    """A breadth-first search, which goes on as it is iterated.

    Args:
        roots: Where it begins.
        neighbours: What hangs on each; what nothing is to be looked for behind has none.
    """
    def __init__(self, roots: Iterable[Node], neighbours: Callable[[Node], Iterable[Node]]) -> None: ...
    def __iter__(self) -> Iterator[Node]: ...
    def way_to(self, node: Node) -> list[Node]:
        """Return the shortest way from a root to something that was met."""
