"""The home: its program makes the mistakes that it tells of, and its pictures are there in both schemes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
HOME = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
PROGRAM = re.compile(r'^```python title="sensors\.py"\n(?P<code>.*?)^```$', re.MULTILINE | re.DOTALL)
TOLD = re.compile(r"^```console\n\$ mypy sensors\.py\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
PICTURE = re.compile(r"images/console-(?P<scheme>light|dark)\.png#only-(?P=scheme)\)\{ width=(\d+) height=(\d+) \}")
MISTAKES = {
    "number: int": "number: str",
    'send(f"Sensor {number} is too hot")': "send(reading)",
}
"""What stands in the program, and what the home says to write there."""
LARGEST_PICTURE = 60_000
FOR_DEVELOPERS = {"site", "bench", "dev"}
"""Extras of those who work on pyfly itself."""
EXTRA = re.compile(r"^\| `(\w+)` \|", re.MULTILINE)


def program() -> str:
    found = PROGRAM.search(HOME)
    assert found is not None
    return found["code"]


def check(code: str, directory: Path) -> str:
    (directory / "sensors.py").write_text(code, encoding="utf-8")
    (directory / "mypy.ini").write_text("[mypy]\nstrict = true\nplugins = pyfly.mypy\n", encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "mypy", "--no-error-summary", "--no-pretty", "sensors.py"],
        cwd=directory,
        env={**os.environ, "MYPYPATH": str(ROOT), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    ).stdout


def test_checker_says_of_the_mistakes_what_the_home_shows(tmp_path: Path) -> None:
    code = program()
    for right, wrong in MISTAKES.items():
        assert right in code
        code = code.replace(right, wrong)
    told = TOLD.search(HOME)
    assert told is not None
    assert check(code, tmp_path) == told["text"]


def test_checker_has_nothing_against_the_program(tmp_path: Path) -> None:
    assert check(program(), tmp_path) == ""


def test_home_names_the_mistakes() -> None:
    assert [mistake for mistake in MISTAKES.values() if f"`{mistake}`" not in HOME] == []


def test_pictures_have_the_size_that_the_home_leaves_for_them() -> None:
    pictures = PICTURE.findall(HOME)
    assert [scheme for scheme, _, _ in pictures] == ["light", "dark"]
    for scheme, width, height in pictures:
        file = ROOT / "docs" / "images" / f"console-{scheme}.png"
        with Image.open(file) as image:
            assert image.size == (2 * int(width), 2 * int(height))
        assert file.stat().st_size < LARGEST_PICTURE


@pytest.mark.parametrize("page", ["README.md", "docs/index.md"])
def test_extras_are_all_told(page: str) -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"].keys()
    assert set(EXTRA.findall((ROOT / page).read_text(encoding="utf-8"))) == extras - FOR_DEVELOPERS


def test_nobody_is_told_to_install_another_package_of_the_name() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    texts = {page.name: page.read_text(encoding="utf-8") for page in pages}
    assert [name for name, text in texts.items() if re.search(r"pip install (-\w+ )*'?pyfly\b(?!-)", text)] == []
