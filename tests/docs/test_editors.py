"""The editors' guide: its files can be read, and its patterns match what ``pyfly check`` prints."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "guides" / "editors.md").read_text(encoding="utf-8")
FENCE = re.compile(r'^```(?P<kind>json|toml) title="(?P<title>[^"]+)"\n(?P<text>.*?)^```$', re.MULTILINE | re.DOTALL)
BROKEN = """
    from pyfly.container import rest_controller
    from pyfly.web import get_mapping

    @rest_controller
    class OrderController:
        @get_mapping("/{order_id}")
        async def one(self, order: int) -> int:
            return order
"""


def read(title: str) -> list[dict[str, Any]]:
    """Return what the files of this name hold."""
    load = {"json": json.loads, "toml": tomllib.loads}
    return [load[match["kind"]](match["text"]) for match in FENCE.finditer(PAGE) if match["title"] == title]


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A line that ``pyfly check`` prints."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / "shop.py").write_text(textwrap.dedent(BROKEN), encoding="utf-8")
    checked = subprocess.run(
        [sys.executable, "-m", "pyfly", "check", "shop.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert checked.returncode == 1, checked.stderr
    return next(each for each in (checked.stdout + checked.stderr).splitlines() if "error" in each)


def test_task_finds_file_line_severity_and_message(line: str) -> None:
    ((task,),) = [tasks["tasks"] for tasks in read(".vscode/tasks.json")]
    pattern = task["problemMatcher"]["pattern"]
    match = re.fullmatch(pattern["regexp"], line)
    assert match is not None
    assert [match[pattern[group]] for group in ("file", "line", "severity")] == ["shop.py", "7", "error"]
    assert match[pattern["message"]].startswith('path "/{order_id}" has no variable for parameter "order"')


def test_output_filter_finds_file_and_line(line: str) -> None:
    (pattern,) = re.findall(r"\| Advanced options, output filters \| `([^`]+)` \|", PAGE)
    expression = re.escape(pattern)
    for name, part in {"FILE_PATH": r".+?", "LINE": r"\d+"}.items():
        expression = expression.replace(re.escape(f"${name}$"), part)
    assert re.match(expression, line)


def test_commands_of_tasks_and_launches_are_there() -> None:
    (launches,) = read(".vscode/launch.json")
    (launch,) = launches["configurations"]
    command = [sys.executable, "-m", launch["module"], launch["args"][0], "--help"]
    assert subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 0


def test_settings_can_be_read() -> None:
    assert read(".vscode/extensions.json")[0]["recommendations"]
    assert read(".vscode/settings.json")[0]["mypy-type-checker.importStrategy"] == "fromEnvironment"
    assert [list(tables["tool"]) for tables in read("pyproject.toml")] == [["mypy"], ["pyright"], ["pyrefly"]]
