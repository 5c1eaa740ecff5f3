"""The command line of the benchmarks."""

from __future__ import annotations

import json
import os
import platform
from pathlib import Path

import pytest

import benchmarks.__main__ as command
from benchmarks import callgrind, peers
from benchmarks.clients import masked_frame, unmasked_size
from benchmarks.figures import Measurement
from benchmarks.goals import read_goals
from benchmarks.plan import Plan
from benchmarks.suites import Suite, memory

FAST = ["message", "--quick", "--peers", "bare", "starlette"]


def test_table_and_file_say_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "figures.json"
    assert command.main([*FAST, "--json", str(path)]) == 0
    written = json.loads(path.read_text("utf-8"))
    assert [measured["metric"] for measured in written["measurements"]] == ["message"]
    assert set(written["measurements"][0]["subjects"]) == {"bare ASGI", "Starlette"}
    assert "message: a message, and as a ratio to Starlette\n" in capsys.readouterr().out
    assert written["versions"].startswith(f"Python {written['python']}.")


def test_peer_that_is_not_installed_is_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(peers.DISTRIBUTIONS, "litestar", ("no-such-distribution",))
    assert command.main(["message", "--quick", "--peers", "bare", "litestar"]) == 0
    out = capsys.readouterr().out
    assert "litestar is left out: no-such-distribution is not installed (the extra dev brings it)\n" in out
    assert "bare ASGI" in out


def test_unknown_suite_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["mesage"])
    assert "there is no suite 'mesage'; there are message, handshake" in capsys.readouterr().err


def test_where_nothing_can_be_counted_it_says_why(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(callgrind, "unavailable", lambda: "there is no valgrind")
    assert command.main(["--ir", "--check"]) == 0
    assert capsys.readouterr().out == "Instructions are not counted: there is no valgrind.\n"


def goals_file(path: Path, monkeypatch: pytest.MonkeyPatch, held: str) -> Path:
    path.write_text(
        '[[goal]]\nmetric = "message"\nsubject = "bare ASGI"\nof = "Starlette"\nunit = "seconds"\ngoal = 0.9\n'
        'peers = ["bare", "starlette"]\n' + held,
        encoding="utf-8",
    )
    monkeypatch.setattr(command, "GOALS", path)
    monkeypatch.setattr(platform, "python_version_tuple", lambda: ("3", "11", "7"))
    return path


def test_figure_that_has_got_worse_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    goals_file(tmp_path / "goals.toml", monkeypatch, 'held = { "3.11" = 0.001 }\n')
    assert command.main([*FAST, "--check"]) == 1
    assert capsys.readouterr().out.endswith("1 of 1 figures are worse than what is held.\n")


def test_better_figure_is_held_and_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = goals_file(tmp_path / "goals.toml", monkeypatch, 'held = { "3.11" = 500.0 }\n')
    assert command.main([*FAST, "--hold", "--check"]) == 0
    assert 0 < read_goals(path)[0].held["3.11"] < 500


def test_subject_that_a_goal_misspells_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = goals_file(tmp_path / "goals.toml", monkeypatch, 'held = { "3.11" = 500.0 }\n')
    path.write_text(path.read_text("utf-8").replace("bare ASGI", "bear ASGI"), "utf-8")
    assert command.main([*FAST, "--check"]) == 1
    assert capsys.readouterr().out.endswith(
        "message: bear ASGI / Starlette: not measured; at most 0.9 is wanted\n"
        "1 of 1 figures were not measured, though those who are compared take part.\n"
    )


def test_metric_that_no_suite_measures_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = goals_file(tmp_path / "goals.toml", monkeypatch, "")
    path.write_text(path.read_text("utf-8").replace('"message"', '"mesage"'), "utf-8")
    assert command.main([*FAST, "--check"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("goals.toml: mesage: bare ASGI / Starlette: no suite measures it; there are ")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ["docs", "--quick", "--check"],
            "There is nothing to check: docs has no goal in time or memory; there is no goal at all.\n",
        ),
        (
            ["message", "--quick", "--check", "--peers", "starlette"],
            "There is nothing to check:\nmessage: bare ASGI / Starlette: bare does not take part\n",
        ),
    ],
)
def test_check_that_checks_nothing_fails_before_anything_is_measured(
    arguments: list[str],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    goals_file(tmp_path / "goals.toml", monkeypatch, "")
    assert command.main(arguments) == 2
    assert capsys.readouterr().err == told


@pytest.mark.skipif(callgrind.unavailable() is not None, reason=str(callgrind.unavailable()))
def test_check_without_goals_in_instructions_names_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    goals_file(tmp_path / "goals.toml", monkeypatch, "")
    assert command.main([*FAST, "--check", "--ir"]) == 2
    assert capsys.readouterr().err == (
        "There is nothing to check: message has no goal in instructions; without --ir there would be 1.\n"
    )


def test_file_of_goals_with_a_fault_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    goals_file(tmp_path / "goals.toml", monkeypatch, "held = 1\n")
    assert command.main([*FAST, "--check"]) == 2
    assert capsys.readouterr().err == "goals.toml: goal 1: held: Input should be a valid dictionary, got 1\n"


def test_suite_that_fails_leaves_tables_and_file_and_the_exit_code_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(plan: Plan) -> list[Measurement]:
        raise RuntimeError("there are no files left")

    monkeypatch.setattr(memory, "SUITE", Suite("?", ("memory",), measure=fail))
    path = tmp_path / "figures.json"
    assert command.main(["memory", *FAST, "--json", str(path)]) == 1
    assert [measured["metric"] for measured in json.loads(path.read_text("utf-8"))["measurements"]] == ["message"]
    out = capsys.readouterr().out
    assert "message: a message, and as a ratio to Starlette\n" in out
    assert out.endswith("memory is not measured: there are no files left\n")


def test_file_that_cannot_be_written_is_told_before_anything_is_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path, told in (
        (tmp_path / "nowhere" / "x.json", f"there is no directory {tmp_path / 'nowhere'}"),
        (tmp_path, "this is a directory"),
    ):
        with pytest.raises(SystemExit) as caught:
            command.main([*FAST, "--json", str(path)])
        assert caught.value.code == 2
        assert capsys.readouterr().err.endswith(f"error: --json {path}: {told}\n")


def test_file_that_nobody_may_write_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert command.unwritable(tmp_path / "x.json") == "it may not be written"


@pytest.mark.parametrize(("length", "header"), [(0, 6), (125, 6), (126, 8), (16_000, 8)])
def test_frames_have_the_size_that_clients_count_with(length: int, header: int) -> None:
    """RFC 6455, section 5.2: a client's frame has a mask of four bytes besides."""
    assert len(masked_frame("x" * length)) == header + length
    assert unmasked_size("x" * length) == header - 4 + length
