"""Goals that were loosened are found, and those that say why are not."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from benchmarks import loosened as command
from benchmarks.loosened import loosened


def goal(
    text: str = 'held = { "3.11" = 0.5 }', *, subject: str = "pyfly", unit: str = "seconds", wanted: str = "0.4"
) -> str:
    names = f'metric = "message"\nsubject = "{subject}"\nof = "Starlette"\nunit = "{unit}"'
    return f"[[goal]]\n{names}\ngoal = {wanted}\n{text}\n"


@pytest.mark.parametrize(
    "after",
    [
        goal(),
        goal('held = { "3.11" = 0.4 }'),
        goal('held = { "3.11" = 0.5, "3.12" = 0.9 }'),
        goal(wanted="0.3"),
        goal('held = { "3.11" = 0.5 }\ntolerance = 0.01'),
        goal('held = { "3.11" = 0.6 }\nmoved = "Starlette 2 is faster."'),
        goal() + goal(subject="another"),
        goal('moved = "It is given its arguments."', subject="another"),
    ],
)
def test_what_asks_for_as_much_or_says_why_passes(after: str) -> None:
    assert loosened(goal(), after) == []


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (goal('held = { "3.11" = 0.501 }'), "0.500 was held for Python 3.11, and 0.501 is"),
        (goal('held = { "3.12" = 0.4 }'), "0.500 was held for Python 3.11, and nothing is"),
        (goal(""), "0.500 was held for Python 3.11, and nothing is"),
        (goal(wanted="0.45"), "the goal was 0.4 and is 0.45"),
        (goal('held = { "3.11" = 0.5 }\ntolerance = 0.1'), "the tolerance was 3% and is 10%"),
        (goal('moved = "No reason moves a goal."\nheld = { "3.11" = 0.5 }', wanted="1"), "the goal was 0.4 and is 1"),
    ],
)
def test_what_asks_for_less_is_told(after: str, told: str) -> None:
    assert loosened(goal(), after) == [f"message: pyfly / Starlette: {told}"]


def test_goal_that_is_gone_is_told() -> None:
    assert loosened(goal() + goal(subject="another"), goal(subject="another")) == ["message: pyfly / Starlette is gone"]


def test_a_goal_that_is_measured_less_often_is_told() -> None:
    before, after = goal('peers = ["pyfly"]'), goal('peers = ["pyfly", "chanx"]')
    assert loosened(before, after) == ["message: pyfly / Starlette: chanx has to take part now"]
    assert loosened(after, before) == []
    assert loosened(before, goal('peers = ["pyfly", "chanx"]\nmoved = "It says something of chanx."')) == []


def test_a_goal_does_not_go_for_an_old_reason() -> None:
    kept = goal('moved = "It is given its arguments."', subject="another")
    assert loosened(goal() + kept, kept) == ["message: pyfly / Starlette is gone"]


def test_a_reason_counts_once() -> None:
    before = goal('held = { "3.11" = 0.5 }\nmoved = "Starlette 2 is faster."')
    assert loosened(before, before.replace("0.5", "0.7")) == [
        "message: pyfly / Starlette: 0.500 was held for Python 3.11, and 0.700 is"
    ]


def test_of_shares_a_lower_one_is_looser() -> None:
    before = goal('held = { "3.11" = 1.0 }', unit="share", wanted="1.0")
    assert loosened(before, before.replace("1.0", "0.9")) == [
        "message: pyfly / Starlette: the goal was 1 and is 0.9",
        "message: pyfly / Starlette: 1.000 was held for Python 3.11, and 0.900 is",
    ]


def test_tolerance_of_what_was_not_held_is_free() -> None:
    assert loosened(goal(""), goal('held = { "3.11" = 0.5 }\ntolerance = 0.2')) == []


def repository(path: Path, committed: str, now: str) -> Path:
    file = path / command.FILE
    file.parent.mkdir()
    file.write_text(committed, "utf-8")
    identity = ["-c", "user.name=a", "-c", "user.email=a@b.test", "-c", "commit.gpgsign=false"]
    for arguments in (["init", "-q"], ["add", "."], [*identity, "commit", "-q", "--no-verify", "-m", "Hold"]):
        subprocess.run(["git", *arguments], cwd=path, check=True)
    file.write_text(now, "utf-8")
    return path


def test_file_is_compared_with_the_last_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    looser = goal('held = { "3.11" = 0.9 }')
    monkeypatch.setattr(command, "ROOT", repository(tmp_path, goal(), looser))
    assert command.main([]) == 1
    assert capsys.readouterr().out == (
        "message: pyfly / Starlette: 0.500 was held for Python 3.11, and 0.900 is\n"
        "What is held only ever improves. Say in 'moved' why it cannot, or put it back.\n"
    )
    (tmp_path / command.FILE).write_text(goal(), "utf-8")
    assert command.main([]) == 0
    assert capsys.readouterr().out == ""


def test_revision_that_nobody_knows_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A clone may have the last commit only, and a name may be misspelt: neither may look as if all were well."""
    monkeypatch.setattr(command, "ROOT", repository(tmp_path, goal(), goal()))
    with pytest.raises(SystemExit) as ended:
        command.main(["--since", "HEAD^"])
    assert ended.value.code == 2
    assert capsys.readouterr().err.endswith(
        "error: --since HEAD^: there is no such commit here; a clone may lack what came before\n"
    )


def test_before_there_were_goals_none_is_loosened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "ROOT", repository(tmp_path, goal(), goal()))
    monkeypatch.setattr(command, "FILE", "benchmarks/others.toml")
    assert command.main([]) == 0
    assert capsys.readouterr().out == "There were no goals at HEAD yet.\n"
