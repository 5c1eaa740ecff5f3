"""When the checkers' answers are a hole."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.checker_table.cases import Case, Region
from tools.checker_table.checkers import Diagnostic, Run
from tools.checker_table.verdicts import find_faults, find_open_gaps, judge

PATH = Path("/cases/case.py")


def mistake(*silent: str) -> Case:
    return Case(PATH, "group", "Title", "", "", (Region(3, 4, frozenset(silent)),), {})


def faults(case: Case, *said: tuple[int, str, str]) -> list[str]:
    diagnostics = tuple(Diagnostic(PATH, line, kind, "rule", message) for line, kind, message in said)
    return find_faults(judge([case], [Run("mypy", "1", 0.1, diagnostics)]))


@pytest.mark.parametrize("kind", ["error", "warning"])
def test_a_mistake_that_is_told_in_its_region_is_no_fault(kind: str) -> None:
    assert faults(mistake(), (4, kind, "wrong")) == []


def test_a_mistake_of_which_a_checker_says_nothing_is_a_fault() -> None:
    told = [f"{PATH}:3: mypy: says nothing of this mistake"]
    assert faults(mistake()) == told
    assert faults(mistake(), (3, "note", "by the way")) == told


def test_a_known_gap_is_no_fault_until_it_is_closed() -> None:
    assert faults(mistake("mypy")) == []
    assert faults(mistake("mypy"), (3, "error", "wrong")) == [
        f"{PATH}:3: mypy: tells this mistake by now; take it out of the mark"
    ]


def test_a_gap_that_the_rules_leave_open_is_a_fault() -> None:
    def open_gaps(*said: Diagnostic) -> list[str]:
        return find_open_gaps(judge([mistake("mypy")], [Run("pyfly check", "1", 0.1, said)]))

    assert open_gaps() == [f"{PATH}:3: pyfly check: says nothing where a checker is silent"]
    assert open_gaps(Diagnostic(PATH, 3, "error", "pyfly-handler", "wrong")) == []


def test_an_error_where_nothing_is_wrong_is_a_fault() -> None:
    stray = [f"{PATH}:9: mypy: error where nothing is wrong: odd [rule]"]
    assert faults(mistake(), (3, "error", "wrong"), (9, "error", "odd")) == stray
    assert faults(Case(PATH, "", "Title", "", "", (), {}), (9, "error", "odd")) == stray


def test_what_follows_from_another_error_is_not_shown_first() -> None:
    untyped = Diagnostic(PATH, 3, "error", "reportUntypedFunctionDecorator", "untyped")
    telling = Diagnostic(PATH, 4, "error", "reportArgumentType", "wrong")
    for said, shown in (((untyped, telling), telling), ((untyped,), untyped)):
        (verdict,) = judge([mistake()], [Run("pyright", "1", 0.1, said)])
        assert verdict.told == (shown,)


def test_a_rule_of_pyfly_is_shown_before_what_mypy_says_beside_it() -> None:
    own = Diagnostic(PATH, 4, "error", "pyfly-handler", "decorates a method")
    beside = Diagnostic(PATH, 3, "error", "arg-type", "wrong")
    (verdict,) = judge([mistake()], [Run("pyfly.mypy", "1", 0.1, (beside, own))])
    assert verdict.told == (own,)


def test_revealed_types_of_one_label_must_be_the_same_but_for_the_name() -> None:
    case = Case(PATH, "", "Title", "", "", (), {7: ("handler", "plain"), 8: ("handler", "mapped")})
    assert faults(case, (7, "note", "def plain(self)"), (8, "note", "def mapped(self)")) == []
    assert faults(case, (7, "note", "def plain(self)"), (8, "note", "(...)")) == [
        f"{PATH}:1: mypy: handler: expected one and the same type, got ['def ...(self)', '(...)']"
    ]
    assert faults(case, (7, "note", "def plain(self)")) == [
        f"{PATH}:1: mypy: handler: expected one and the same type, got ['def ...(self)']"
    ]
