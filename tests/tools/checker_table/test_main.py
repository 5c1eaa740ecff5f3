"""The command, with the real checkers over a few cases."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.checker_table.__main__ import main
from tools.checker_table.checkers import CHECKERS, Checker, CheckerError
from tools.checker_table.page import PAGE

MISTAKE = '"""A text for a number."""\n\nnumber: int = "one"  # error\n'
RIGHT = """\"\"\"Numbers.\"\"\"

from typing import reveal_type

number: int = 1
other: int = 1
reveal_type(number)  # same: number
reveal_type(other)  # same: number
"""


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    (tmp_path / "mistakes" / "messages").mkdir(parents=True)
    (tmp_path / "accepted").mkdir()
    (tmp_path / "mistakes" / "messages" / "text.py").write_text(MISTAKE, encoding="utf-8")
    (tmp_path / "accepted" / "right.py").write_text(RIGHT, encoding="utf-8")
    (tmp_path / "page.md").write_text(PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path


def run(cases: Path, *arguments: str) -> int:
    return main(arguments, cases=cases, page=cases / "page.md")


def test_the_page_is_written_and_then_current(cases: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(cases, "--check") == 1
    assert capsys.readouterr().err.endswith("page.md is out of date; run python -m tools.checker_table\n")
    assert run(cases) == 0
    page = (cases / "page.md").read_text(encoding="utf-8")
    for words in (
        "| A text for a number | `assignment` | `reportAssignmentType` | `invalid-assignment` | `bad-assignment` |",
        '| mypy | `Incompatible types in assignment (expression has type "str", variable has type "int")` |',
    ):
        assert words in page
    assert str(cases) not in page
    assert run(cases, "--check") == 0
    said = capsys.readouterr().out
    assert "1 mistakes x 4 checkers: 4 told, 0 known gaps" in said
    assert "1 files of right forms; 0 faults" in said
    assert [line.split()[0] for line in said.splitlines()[-5:-1]] == ["mypy", "pyright", "ty", "pyrefly"]


def test_a_hole_in_any_checker_fails_and_leaves_the_page_alone(cases: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mistake = cases / "mistakes" / "messages" / "text.py"
    mistake.write_text(MISTAKE.replace('"one"', "1"), encoding="utf-8")
    right = cases / "accepted" / "right.py"
    right.write_text(RIGHT + 'wrong: int = "two"\n', encoding="utf-8")
    page = (cases / "page.md").read_text(encoding="utf-8")
    assert run(cases) == 1
    faults = capsys.readouterr().err.splitlines()
    names = [checker.name for checker in CHECKERS]
    assert [fault for fault in faults if "says nothing" in fault] == [
        f"{mistake}:3: {name}: says nothing of this mistake" for name in names
    ]
    strays = [fault for fault in faults if "where nothing is wrong" in fault]
    assert [fault.split(": ")[:2] for fault in strays] == [[f"{right}:9", name] for name in names]
    assert (cases / "page.md").read_text(encoding="utf-8") == page


def test_a_gap_that_pyfly_does_not_close_either_fails(cases: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mistake = cases / "mistakes" / "messages" / "text.py"
    silent = ", ".join(checker.name for checker in CHECKERS)
    mistake.write_text(MISTAKE.replace('"one"  # error', f"1  # error (not {silent})"), encoding="utf-8")
    assert run(cases) == 1
    assert capsys.readouterr().err.splitlines() == [
        f"{mistake}:3: {name}: says nothing where a checker is silent" for name in ("pyfly.mypy", "pyfly check")
    ]


def test_a_case_that_says_nothing_fails(cases: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (cases / "accepted" / "silent.py").write_text("x = 1\n", encoding="utf-8")
    assert run(cases) == 1
    assert capsys.readouterr().err.endswith("silent.py:1: a case says in its docstring what is done\n")


@pytest.mark.parametrize("checker", CHECKERS, ids=lambda checker: checker.name)
def test_a_checker_that_does_not_do_its_work_is_an_error(tmp_path: Path, checker: Checker) -> None:
    broken = Checker(checker.name, (*checker.options, "--no-such-option"), checker.read)
    with pytest.raises(CheckerError, match=f"^{checker.name} (failed with exit code|did not answer as expected)"):
        broken.run([tmp_path / "case.py"], directory=tmp_path)
