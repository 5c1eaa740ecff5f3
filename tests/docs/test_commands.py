"""The ``console`` blocks of the documentation: what ``pyfly`` is shown to print is what it prints.

A block starts with ``$ pyfly check``, ``routes``, ``beans`` or ``docs diff`` and shows the output. It runs where the
titled Python blocks above it on the page are files. Runs of spaces do not matter: tables fit the width of a terminal.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
MODULE = re.compile(
    r'^(?P<indent> *)```python[^\n]*title="(?P<path>[^"]+)"\n(?P<code>.*?)^(?P=indent)```$', re.M | re.S
)
COMMAND = re.compile(
    r"^```console\n\$ pyfly (?P<arguments>(?:check|routes|beans|docs diff) [^\n]+)\n(?P<shown>.*?)^```$", re.M | re.S
)


def commands() -> list[tuple[Path, re.Match[str]]]:
    return [(page, match) for page in PAGES for match in COMMAND.finditer(page.read_text(encoding="utf-8"))]


@pytest.mark.parametrize(
    ("page", "command"),
    [pytest.param(page, match, id=f"{page.stem}-{match['arguments']}") for page, match in commands()],
)
def test_command_prints_what_the_page_shows(page: Path, command: re.Match[str], tmp_path: Path) -> None:
    for module in MODULE.finditer(page.read_text(encoding="utf-8"), 0, command.start()):
        file = tmp_path / module["path"]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(module["code"]), encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "pyfly", *command["arguments"].split()],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert words(ran.stdout.replace(f"{tmp_path}{os.sep}", "")) == words(command["shown"]), ran.stderr


def words(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines() if line.strip()]


def test_the_tutorial_shows_commands() -> None:
    assert {page.parent.name for page, _ in commands()} >= {"tutorial"}
