"""The cases: files that are only type-checked, with marks at the lines where a checker must speak.

A case of a mistake marks its line with ``# error``; the mark stands for the whole statement, or for the decorators and
the head of a definition, wherever in it a checker puts its message. ``# error (not pyrefly)`` names checkers that are
known to miss it. In a right form ``# same: NAME`` stands behind each ``reveal_type`` that must show the same type.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

__all__ = ["CASES", "Case", "CaseError", "Region", "find_cases", "read_case"]

CASES = Path(__file__).resolve().parents[2] / "tests" / "typing"
"""Where the cases are: mistakes under ``mistakes/GROUP/``, right forms under ``accepted/``."""

_ERROR = re.compile(r"  # error(?: \(not (?P<silent>\w+(?:, \w+)*)\))?$")
_SAME = re.compile(r"reveal_type\((?:.*\.)?(?P<name>\w+)\)  # same: (?P<label>.+)$")
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class CaseError(ValueError):
    """A case that does not say what it should."""


@dataclass(frozen=True, slots=True)
class Region:
    """Lines in which a checker must speak.

    Attributes:
        first: The first line.
        last: The last line.
        silent: Names of checkers that are known to say nothing.
    """

    first: int
    last: int
    silent: frozenset[str] = frozenset()

    def __contains__(self, line: int) -> bool:
        return self.first <= line <= self.last


@dataclass(frozen=True, slots=True)
class Case:
    """One file.

    Attributes:
        path: The file.
        group: The folder under ``mistakes``; empty for a right form.
        title: What is done, in one sentence without its full stop.
        mend: How to put it right; may be empty.
        code: The code without its docstring and its marks.
        regions: Where a checker must speak; none in a right form.
        reveals: By line, the label of the types that must be the same, and the name that is revealed.
    """

    path: Path
    group: str
    title: str
    mend: str
    code: str
    regions: tuple[Region, ...]
    reveals: dict[int, tuple[str, str]]

    @property
    def name(self) -> str:
        """The file's name, with its group."""
        return f"{self.group}/{self.path.stem}" if self.group else self.path.stem

    @property
    def has_gap(self) -> bool:
        """Whether some checker is known to say nothing of the mistake."""
        return any(region.silent for region in self.regions)


def find_cases(directory: Path = CASES) -> list[Case]:
    """Return all cases: the mistakes by group and name, then the right forms.

    Raises:
        CaseError: A case does not say what it should.
    """
    mistakes = [read_case(path, path.parent.name) for path in sorted((directory / "mistakes").glob("*/*.py"))]
    return [*mistakes, *(read_case(path, "") for path in sorted((directory / "accepted").glob("*.py")))]


def read_case(path: Path, group: str) -> Case:
    """Read one file.

    Raises:
        CaseError: It has no docstring, a mistake without a mark, or a right form with one.
    """
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    docstring = ast.get_docstring(tree)
    if not docstring:
        raise CaseError(f"{path}:1: a case says in its docstring what is done")
    title, _, mend = docstring.partition("\n\n")
    regions, reveals = [], {}
    for number, line in enumerate(text.splitlines(), start=1):
        if mark := _ERROR.search(line):
            silent = frozenset((mark["silent"] or "").replace(",", "").split())
            regions.append(Region(*_span(tree, number), silent))
        if mark := _SAME.search(line):
            reveals[number] = (mark["label"], mark["name"])
    if bool(regions) != bool(group):
        raise CaseError(f"{path}:1: a mistake has a line with # error, and a right form has none")
    code = "\n".join(text.splitlines()[tree.body[0].end_lineno :]).strip()
    shown = "\n".join(_ERROR.sub("", line) for line in code.splitlines())
    return Case(path, group, title.removesuffix("."), " ".join(mend.split()), shown, tuple(regions), reveals)


def _span(tree: ast.Module, line: int) -> tuple[int, int]:
    """Return the lines of the innermost statement around a line; of a definition only its decorators and its head."""
    spans = [_head(node) for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    return min((span for span in spans if span[0] <= line <= span[1]), key=lambda span: span[1] - span[0])


def _head(node: ast.stmt) -> tuple[int, int]:
    body: list[ast.stmt] = getattr(node, "body", [])
    if body:
        return _start(node), max(node.lineno, _start(body[0]) - 1)
    return node.lineno, node.end_lineno or node.lineno


def _start(node: ast.stmt) -> int:
    decorators = node.decorator_list if isinstance(node, _DEFINITIONS) else []
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])
