"""``[tool.pyfly.rules]``: found, read, and refused with a message that says why."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyfly.rules.options import RuleOptions, RuleOptionsError


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_rules_are_errors_unless_told_otherwise(directory: Path) -> None:
    (directory / "pyproject.toml").write_text('[tool.pyfly.rules]\npyfly-hook = "warning"\npyfly-bean = "off"\n')
    options = RuleOptions.load()
    assert [options.severity(code) for code in ("pyfly-hook", "pyfly-bean", "pyfly-path", "")] == [
        "warning",
        "off",
        "error",
        "error",
    ]
    assert options.as_json() == {"pyfly-bean": "off", "pyfly-hook": "warning"}


def test_nearest_file_above_is_read(directory: Path) -> None:
    (directory / "pyproject.toml").write_text('[tool.pyfly.rules]\npyfly-hook = "off"\n')
    below = directory / "a" / "b"
    below.mkdir(parents=True)
    assert RuleOptions.load(below).severity("pyfly-hook") == "off"
    (below / "pyproject.toml").write_text("")
    assert RuleOptions.load(below).severity("pyfly-hook") == "error"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            '[tool.pyfly.rules]\npyfly-pth = "off"',
            '[tool.pyfly.rules] has no rule "pyfly-pth"; did you mean "pyfly-path"?',
        ),
        (
            '[tool.pyfly.rules]\nx = "off"',
            '[tool.pyfly.rules] has no rule "x"; '
            "there are pyfly-path, pyfly-handler, pyfly-route, pyfly-hook, pyfly-bean, pyfly-annotation",
        ),
        (
            '[tool.pyfly.rules]\npyfly-path = "warn"',
            '[tool.pyfly.rules] pyfly-path is \'warn\', expected "error" or "warning" or "off"; '
            'did you mean "warning"?',
        ),
        (
            "[tool.pyfly.rules]\npyfly-path = false",
            '[tool.pyfly.rules] pyfly-path is False, expected "error" or "warning" or "off"',
        ),
        ("[tool.pyfly]\nrule = 1", '[tool.pyfly] has no option "rule"; did you mean "rules"?'),
        ("[tool.pyfly]\nx = 1", '[tool.pyfly] has no option "x"; there is [tool.pyfly.rules]'),
        ("[tool]\npyfly = 1", "[tool.pyfly] is a table, got 1"),
        ("tool = 1", "[tool] is a table, got 1"),
        ("[tool.pyfly]\nrules = []", "[tool.pyfly.rules] is a table, got []"),
    ],
)
def test_wrong_option_is_told(directory: Path, text: str, problem: str) -> None:
    (directory / "pyproject.toml").write_text(text)
    with pytest.raises(RuleOptionsError) as caught:
        RuleOptions.load()
    assert str(caught.value) == f"pyproject.toml: {problem}"


def test_file_that_is_no_toml_is_told(directory: Path) -> None:
    (directory / "pyproject.toml").write_text("[tool")
    with pytest.raises(RuleOptionsError, match=r"^pyproject\.toml: cannot be read: "):
        RuleOptions.load(directory)
