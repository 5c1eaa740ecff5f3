"""Finds the templates that match a path, whatever their number."""

from __future__ import annotations

import re
from operator import itemgetter
from typing import TYPE_CHECKING, Final, Generic, TypeVar, final

from pyfly.metadata import PathVariable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pyfly.metadata import Converter, PathTemplate

__all__ = ["CONVERTER_PATTERNS", "PathIndex"]

T = TypeVar("T")

CONVERTER_PATTERNS: Final[Mapping[Converter, str]] = {
    "str": "[^/]+",
    "int": "[0-9]+",
    "float": r"[0-9]+(\.[0-9]+)?",
    "uuid": "[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}",
    "path": ".*",
}
"""The text that each converter accepts, as a regular expression."""


@final
class PathIndex(Generic[T]):
    """Values by path template.

    A template without variables is found in a dictionary, and so is most often one whose only variable is its last
    segment. All others are found in a tree with a level for each segment, where a lookup costs as much as the path has
    segments.

    Args:
        entries: Templates and their values; several may have the same template.
    """

    __slots__ = ("_literal", "_parents", "_start", "_static")

    def __init__(self, entries: Iterable[tuple[PathTemplate, T]]) -> None:
        # Before the first slash of a path there is an empty segment.
        self._start = _Node[T]()
        root = self._start.literals[""] = _Node[T]()
        literal: dict[str, None] = {}
        for position, (template, value) in enumerate(entries):
            root.insert(template, position, value)
            if not template.variables:
                literal[template.text] = None
        # Variables may match the path of a literal template as well; which do is found out here, once.
        self._static = {path: self._walk(path) for path in literal}
        self._literal = {
            path: [value for value, _ in found]
            for path, found in self._static.items()
            if not any(captured for _, captured in found)
        }
        # The nodes to which literals alone lead, and behind which one plain variable stands.
        self._parents = {path: node for path, node in self._start.descend() if node.accept is _whole}

    def find(self, path: str) -> Sequence[tuple[T, tuple[str, ...]]]:
        """Return the values whose templates match a path, in the order they were given.

        A ``path`` variable takes any text, including line breaks.

        Args:
            path: A decoded path.

        Returns:
            Each value with the text of its template's variables, from left to right.
        """
        known = self._static.get(path)
        return self._walk(path) if known is None else known

    def find_alone(self, path: str) -> tuple[Sequence[T], Sequence[str]] | None:
        """Return the values that `find` returns, where the path leads to one place only, as nearly all do.

        Returns:
            The values, with the text of the variables that all of them have; None where there may be several places.
        """
        if (values := self._literal.get(path)) is not None:
            return values, ()
        # What the turns below would find as well, one for each segment.
        parent, _, last = path.rpartition("/")
        node = self._parents.get(parent)
        if node is not None and last and last not in node.literals:
            return node.accepted.values, (last,)
        node = self._start
        captured: list[str] = []
        for segment in path.split("/"):
            child = node.literals.get(segment)
            if child is not None:
                if node.forks:
                    return None
            elif (accept := node.accept) is None:
                return None if node.forks else ((), captured)
            else:
                if accept is _whole:  # which most variables are; the call would take as long as the rest of the turn
                    if not segment:
                        return (), captured
                    captured.append(segment)
                elif (taken := accept(segment)) is None:
                    return (), captured
                else:
                    captured += taken
                child = node.accepted
            node = child
        return node.values, captured

    def _walk(self, path: str) -> Sequence[tuple[T, tuple[str, ...]]]:
        segments = path.split("/")
        found: list[tuple[int, T, tuple[str, ...]]] = []
        level: list[tuple[_Node[T], tuple[str, ...]]] = [(self._start, ())]
        for depth, segment in enumerate(segments):
            below: list[tuple[_Node[T], tuple[str, ...]]] = []
            for node, captured in level:
                if node.tails:
                    rest = (*captured, "/".join(segments[depth:]))
                    found += [(position, value, rest) for position, value in node.tails]
                if (child := node.literals.get(segment)) is not None:
                    below.append((child, captured))
                for accept, child in node.variables:
                    if (taken := accept(segment)) is not None:
                        below.append((child, captured + taken))
            if not below:
                break
            level = below
        else:
            for node, captured in level:
                found += [(position, value, captured) for position, value in node.ends]
        if len(found) > 1:
            found.sort(key=itemgetter(0))
        return [(value, captured) for _, value, captured in found]


@final
class _Node(Generic[T]):
    """What may follow a number of segments.

    Attributes:
        ends: Positions and values of templates that end here.
        tails: Positions and values of templates whose last segment, a ``path`` variable, stands here.
        literals: The next node by the text of a segment.
        variables: The next nodes for segments with variables, each with what reads them from a segment's text.
        values: The values of `ends`.
        forks: Whether anything but a literal may follow.
        accept: The reader of the only variable there is, where no tail stands beside it; else None.
        accepted: The node behind it.
    """

    __slots__ = ("_by_shape", "accept", "accepted", "ends", "forks", "literals", "tails", "values", "variables")

    accepted: _Node[T]

    def __init__(self) -> None:
        self.ends: list[tuple[int, T]] = []
        self.tails: list[tuple[int, T]] = []
        self.literals: dict[str, _Node[T]] = {}
        self.variables: list[tuple[Callable[[str], tuple[str, ...] | None], _Node[T]]] = []
        self.values: list[T] = []
        self.forks = False
        self.accept: Callable[[str], tuple[str, ...] | None] | None = None
        self._by_shape: dict[tuple[str, ...], _Node[T]] = {}

    def insert(self, template: PathTemplate, position: int, value: T) -> None:
        """Add a template below this node."""
        node = self
        for segment in template.segments:
            if any(isinstance(part, PathVariable) and part.converter == "path" for part in segment):
                node.tails.append((position, value))
                node.forks, node.accept = True, None
                return
            node = node._below(segment)
        if template.segments:
            node.ends.append((position, value))
            node.values.append(value)

    def descend(self) -> Iterator[tuple[str, _Node[T]]]:
        """Yield the nodes below this one that literals lead to, and nothing else, with their paths."""
        if not self.forks:
            for text, child in self.literals.items():
                yield text, child
                for path, node in child.descend():
                    yield f"{text}/{path}", node

    def _below(self, segment: tuple[str | PathVariable, ...]) -> _Node[T]:
        if not any(isinstance(part, PathVariable) for part in segment):
            return self.literals.setdefault("".join(map(str, segment)), _Node())
        shape = tuple(part if isinstance(part, str) else f"{{{part.converter}}}" for part in segment)
        child = self._by_shape.get(shape)
        if child is None:
            child = self._by_shape[shape] = _Node()
            self.variables.append((_reader(segment), child))
            self.accept, self.accepted = self.variables[0] if not (self.tails or self.forks) else (None, child)
            self.forks = True
        return child


def _reader(segment: tuple[str | PathVariable, ...]) -> Callable[[str], tuple[str, ...] | None]:
    """Return what reads the variables' text from a segment; None is its answer to a segment that does not match."""
    match segment:
        case (PathVariable(converter="str"),):
            return _whole
        case _:
            pattern = "".join(
                re.escape(part) if isinstance(part, str) else f"(?P<{part.name}>{CONVERTER_PATTERNS[part.converter]})"
                for part in segment
            )
    fullmatch = re.compile(pattern).fullmatch
    names = [part.name for part in segment if isinstance(part, PathVariable)]
    if len(segment) == 1:
        return lambda text: (text,) if fullmatch(text) else None

    def read(text: str) -> tuple[str, ...] | None:
        match = fullmatch(text)
        return None if match is None else tuple(match[name] for name in names)

    return read


def _whole(text: str) -> tuple[str, ...] | None:
    return (text,) if text else None
