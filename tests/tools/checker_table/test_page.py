"""The generated part of the page, and when it is out of date."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.checker_table.cases import Case, Region, find_cases
from tools.checker_table.checkers import Diagnostic, Run
from tools.checker_table.page import GROUPS, is_current, render, with_table
from tools.checker_table.verdicts import judge

HEAD = "# Title\n\n<!-- All below is written by: python -m tools.checker_table -->\n"
PATH = Path("/cases/case.py")
CASE = Case(PATH, "websocket", "A `sync` handler", "Write async def.", "x = 1", (Region(1, 1, frozenset({"ty"})),), {})


def table(case: Case = CASE, *, version: str = "2.0", message: str = 'cannot be "A | B"\nat all\nat all') -> str:
    said = Diagnostic(PATH, 1, "error", "type-var", message)
    runs = [Run("mypy", version, 0.1, (said,)), Run("ty", "0.1", 0.1, ())]
    return render(judge([case], runs), runs)


def test_a_mistake_is_shown_with_its_code_its_mend_and_what_each_checker_says() -> None:
    assert table() == (
        "Told by mypy 2.0 and ty 0.1, for Python 3.11.\n"
        "\n"
        "## WebSocket handlers\n"
        "\n"
        "| mistake | mypy | ty |\n"
        "|---|---|---|\n"
        "| A `sync` handler | `type-var` | \N{EN DASH} |\n"
        "\n"
        '??? failure "A `sync` handler"\n'
        "\n"
        "    <!-- not run: a mistake, shown as it is -->\n"
        "\n"
        "    ```python\n"
        "    x = 1\n"
        "    ```\n"
        "\n"
        "    Write async def.\n"
        "\n"
        "    | checker | message |\n"
        "    |---|---|\n"
        '    | mypy | `cannot be "A \\| B"`<br>`at all` |\n'
        "    | ty | \N{EN DASH} |\n"
    )


def test_behind_a_gap_stands_what_pyfly_says_of_it() -> None:
    said = Diagnostic(PATH, 1, "error", "pyfly-handler", "decorates a method")
    runs = [Run("ty", "0.1", 0.1, ())]
    rules = [Run("pyfly.mypy", "2.0", 0.1, (said,)), Run("pyfly check", "1.0", 0.1, (said,))]
    lines = render(judge([CASE], runs), runs, judge([CASE], rules)).splitlines()
    assert lines[4:7] == [
        "| mistake | ty | pyfly |",
        "|---|---|---|",
        "| A `sync` handler | \N{EN DASH} | [`pyfly-handler`](../errors/pyfly-handler.md) |",
    ]
    assert lines[-3:] == [
        "    | ty | \N{EN DASH} |",
        "    | pyfly.mypy | `decorates a method` |",
        "    | pyfly check | `decorates a method` |",
    ]


def test_a_message_with_backticks_is_shown_as_code_all_the_same() -> None:
    assert "| `` expected `str` `` |" in table(message="expected `str`")


def test_a_folder_without_a_heading_is_refused() -> None:
    with pytest.raises(KeyError):
        table(Case(PATH, "elsewhere", "Title", "", "", (Region(1, 1),), {}))


def test_a_page_is_current_when_it_holds_the_table() -> None:
    page = with_table(HEAD + "what was there", table())
    assert page == f"{HEAD}\n{table()}"
    assert is_current(page, table())


def test_a_page_with_other_words_of_the_same_versions_is_out_of_date() -> None:
    assert not is_current(with_table(HEAD, table()), table(message="other words"))


def test_a_page_of_other_versions_is_current_while_it_shows_the_same_cases() -> None:
    page = with_table(HEAD, table())
    assert is_current(page, table(version="2.1", message="other words"))
    for title, code in (("Another title", "x = 1"), ("A `sync` handler", "x = 2")):
        case = Case(PATH, "websocket", title, "Write async def.", code, CASE.regions, {})
        assert not is_current(page, table(case, version="2.1"))


def test_a_page_without_the_mark_is_refused() -> None:
    with pytest.raises(ValueError, match="the page has no line"):
        with_table("# Title\n", table())


def test_every_folder_of_mistakes_has_a_heading() -> None:
    assert {case.group for case in find_cases() if case.group} == set(GROUPS)
