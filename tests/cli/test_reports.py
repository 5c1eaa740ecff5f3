from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from typer.testing import Result

Write: TypeAlias = Callable[[str, str], Path]
Pyfly: TypeAlias = Callable[..., Result]

WRONG = """\
from pyfly.container import rest_controller
from pyfly.web import get_mapping


@rest_controller
class Shop:
    @get_mapping("/{item_id}")
    def one(self, item: int) -> str:
        return ""
"""
MESSAGE = 'path "/{item_id}" has no variable for parameter "item"; did you mean "item_id"?'


def test_github_is_told_by_workflow_commands(write: Write, pyfly: Pyfly) -> None:
    write("a,b.py", WRONG)
    result = pyfly("check", "a,b.py", "missing.py", "--format=github")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        f"::error file=a%2Cb.py,line=7,title=pyfly-path::{MESSAGE}",
        "::error title=pyfly::missing.py: there is no such file",
    ]


def test_github_is_told_of_warnings(write: Write, pyfly: Pyfly) -> None:
    write("shop.py", WRONG)
    write("pyproject.toml", '[tool.pyfly.rules]\npyfly-path = "warning"\n')
    result = pyfly("check", "shop.py", "--format", "github")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        f"::warning file=shop.py,line=7,title=pyfly-path::{MESSAGE}",
        "no faults in 1 controller, 1 route, 1 bean",
    ]


def test_programs_are_told_in_json(write: Write, pyfly: Pyfly) -> None:
    file = write("shop.py", WRONG)
    result = pyfly("check", "shop.py", "missing.py", "--format", "json")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == [
        {
            "severity": "error",
            "code": "pyfly-path",
            "message": MESSAGE,
            "file": str(file),
            "line": 7,
            "target": "shop.py",
        },
        {
            "severity": "error",
            "code": None,
            "message": "there is no such file",
            "file": None,
            "line": None,
            "target": "missing.py",
        },
    ]


def test_nothing_wrong_is_an_empty_list_in_json(echo: Path, pyfly: Pyfly) -> None:
    result = pyfly("check", "echo.py", "--format=json")
    assert (result.exit_code, result.stdout) == (0, "[]\n")


def test_unknown_format_is_refused(echo: Path, pyfly: Pyfly) -> None:
    assert pyfly("check", "echo.py", "--format=xml").exit_code == 2


@pytest.mark.parametrize(
    ("severity", "exit_code", "out"),
    [
        ("error", 1, f"shop.py:7: error: {MESSAGE}  [pyfly-path]\n"),
        ("warning", 0, f"shop.py:7: warning: {MESSAGE}  [pyfly-path]\nno faults in 1 controller, 1 route, 1 bean\n"),
        ("off", 0, "no faults in 1 controller, 1 route, 1 bean\n"),
    ],
)
def test_options_say_how_serious_a_rule_is(write: Write, pyfly: Pyfly, severity: str, exit_code: int, out: str) -> None:
    write("shop.py", WRONG)
    write("pyproject.toml", f'[tool.pyfly.rules]\npyfly-path = "{severity}"\n')
    result = pyfly("check", "shop.py")
    assert (result.exit_code, result.stdout) == (exit_code, out)


def test_wrong_option_is_told_at_its_file(write: Write, echo: Path, pyfly: Pyfly) -> None:
    write("pyproject.toml", "[tool.pyfly]\nrule = 1\n")
    result = pyfly("check", "echo.py")
    assert (result.exit_code, result.stderr) == (
        1,
        'pyproject.toml: error: [tool.pyfly] has no option "rule"; did you mean "rules"?\n',
    )
