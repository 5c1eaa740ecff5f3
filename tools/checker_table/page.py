"""The page of the documentation that shows what each checker says of each mistake."""

from __future__ import annotations

import re
import textwrap
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from tools.checker_table.checkers import PYTHON_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tools.checker_table.checkers import Diagnostic, Run
    from tools.checker_table.verdicts import Verdict

__all__ = ["GROUPS", "PAGE", "is_current", "render", "with_table"]

PAGE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "checkers.md"

GROUPS = {
    "websocket": "WebSocket handlers",
    "messages": "Messages",
    "hooks": "Lifecycle hooks",
    "calls": "Handlers in the hands of others",
    "http": "HTTP handlers",
    "sse": "Event streams",
    "container": "Beans",
    "events": "Events",
}
"""The headings of the page, by the folder of the cases."""

_MARK = "<!-- All below is written by: python -m tools.checker_table -->\n"
_VERSIONS = "Told by "
_NOTHING = "\N{EN DASH}"


def render(verdicts: Sequence[Verdict], runs: Sequence[Run], closing: Sequence[Verdict] = ()) -> str:
    """Return the generated part of the page.

    Args:
        verdicts: What the checkers say of the cases.
        runs: The checkers' runs, for their names and versions.
        closing: What pyfly's own rules say of the cases with gaps.

    Raises:
        KeyError: A folder of cases has no heading.
    """
    closed: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in closing:
        closed[verdict.case.name].append(verdict)
    names = [f"{run.checker} {run.version}" for run in runs]
    groups: dict[str, dict[str, list[Verdict]]] = {group: defaultdict(list) for group in GROUPS}
    for verdict in verdicts:
        if verdict.case.group:
            groups[verdict.case.group][verdict.case.name].append(verdict)
    parts = [f"{_VERSIONS}{', '.join(names[:-1])} and {names[-1]}, for Python {PYTHON_VERSION}.\n"]
    for group, cases in groups.items():
        if cases:
            parts += [f"## {GROUPS[group]}\n", _overview(cases, runs, closed)]
            parts += [_details([*told, *closed[name]]) for name, told in cases.items()]
    return "\n".join(parts)


def with_table(page: str, table: str) -> str:
    """Return a page with its generated part replaced.

    Raises:
        ValueError: The page has no mark where that part begins.
    """
    head, mark, _ = page.partition(_MARK)
    if not mark:
        raise ValueError(f"the page has no line {_MARK.strip()!r}")
    return f"{head}{_MARK}\n{table}"


def is_current(page: str, table: str) -> bool:
    """Tell whether a page holds the table.

    A page that was written with other versions of the checkers is current when it shows the same cases: words may have
    changed from one version to the next, and both pages are true.
    """
    if with_table(page, table) == page:
        return True
    ours, theirs = _versions(page), _versions(table)
    return ours != theirs and _without_words(with_table(page, table)) == _without_words(page)


def _versions(text: str) -> list[str]:
    return re.findall(rf"^{_VERSIONS}.*$", text, re.MULTILINE)


def _without_words(page: str) -> str:
    """Return a page without what depends on the checkers' versions: all but the first cell of each table's rows."""
    return re.sub(r"^( *\|[^|]*\|).*$", r"\1", re.sub(rf"^{_VERSIONS}.*$", "", page, flags=re.MULTILINE), flags=re.M)


def _overview(
    cases: Mapping[str, Sequence[Verdict]], runs: Iterable[Run], closed: Mapping[str, Sequence[Verdict]]
) -> str:
    columns = [run.checker for run in runs]
    rows = [[verdicts[0].case.title, *(_rule(_first(verdict)) for verdict in verdicts)] for verdicts in cases.values()]
    if any(name in closed for name in cases):
        columns.append("pyfly")
        for name, row in zip(cases, rows, strict=True):
            row.append(_linked_rule(closed.get(name, ())))
    head = [_row(["mistake", *columns]), "|---" * (len(columns) + 1) + "|"]
    return "\n".join([*head, *map(_row, rows), ""])


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _linked_rule(closing: Sequence[Verdict]) -> str:
    codes = dict.fromkeys(told.code for verdict in closing if (told := _first(verdict)))
    # Of some mistakes mypy tells by itself what the plugin would.
    return ", ".join(f"[`{code}`](../errors/{code}.md)" for code in codes if code.startswith("pyfly-"))


def _details(verdicts: Sequence[Verdict]) -> str:
    case = verdicts[0].case
    rows = [f"| {verdict.checker} | {_words(_first(verdict))} |" for verdict in verdicts]
    table = "\n".join(["| checker | message |", "|---|---|", *rows])
    mend = f"{case.mend}\n\n" if case.mend else ""
    code = f"<!-- not run: a mistake, shown as it is -->\n\n```python\n{case.code}\n```\n"
    title = case.title.replace('"', '\\"')
    return f'??? failure "{title}"\n\n' + textwrap.indent(f"{code}\n{mend}{table}\n", "    ")


def _first(verdict: Verdict) -> Diagnostic | None:
    return next((told for told in verdict.told if told), None)


def _rule(told: Diagnostic | None) -> str:
    return f"`{told.code}`" if told else _NOTHING


def _words(told: Diagnostic | None) -> str:
    if told is None:
        return _NOTHING
    lines = [line.strip() for line in told.message.splitlines()]
    return "<br>".join(_code(line) for line in dict.fromkeys(lines))


def _code(text: str) -> str:
    """Return text as code in a table's cell, whatever stands in it."""
    text = text.replace("|", "\\|")
    return f"`` {text} ``" if "`" in text else f"`{text}`"
