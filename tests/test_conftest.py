"""What a run of the tests tells of itself."""

from __future__ import annotations

from typing import Literal

import pytest

from tests.conftest import seconds_told


def report(
    nodeid: str, when: Literal["setup", "call", "teardown"], duration: float, cases: int = 0
) -> pytest.TestReport:
    properties: list[tuple[str, object]] = [("cases", cases)] if cases else []
    return pytest.TestReport(
        nodeid, ("", 0, ""), {}, "passed", None, when, duration=duration, user_properties=properties
    )


def test_seconds_of_all_phases_are_summed_by_directory() -> None:
    reports = [
        report("tests/mypy/test_a.py::test_one", "setup", 1.5, cases=30),
        report("tests/mypy/test_a.py::test_one", "call", 2.0, cases=30),
        report("tests/mypy/test_b.py::test_two", "call", 0.25, cases=2),
        report("tests/mypy/test_b.py::test_two", "teardown", 0.25, cases=2),
        report("tests/editor/test_c.py::test_three", "call", 1.0),
        report("tests/web/test_d.py::test_four", "call", 1.0),
        report("tests/mypyc/test_e.py::test_five", "call", 1.0),
    ]
    assert seconds_told(reports) == ["tests/editor: 1 test, 1.0 s", "tests/mypy: 2 tests, 32 cases, 4.0 s"]


def test_nothing_is_told_of_directories_without_tests() -> None:
    assert seconds_told([]) == []
