"""The command line of the benchmarks."""

from __future__ import annotations

import json
import platform
from pathlib import Path

import pytest

import benchmarks.__main__ as command
from benchmarks import callgrind, peers
from benchmarks.clients import masked_frame, unmasked_size
from benchmarks.goals import read_goals

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
    assert "litestar is left out: no-such-distribution is not installed (the extra bench brings it)\n" in out
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
        '[[goal]]\nmetric = "message"\nsubject = "bare ASGI"\nof = "Starlette"\nunit = "seconds"\ngoal = 0.9\n' + held,
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


@pytest.mark.parametrize(("length", "header"), [(0, 6), (125, 6), (126, 8), (16_000, 8)])
def test_frames_have_the_size_that_clients_count_with(length: int, header: int) -> None:
    """RFC 6455, section 5.2: a client's frame has a mask of four bytes besides."""
    assert len(masked_frame("x" * length)) == header + length
    assert unmasked_size("x" * length) == header - 4 + length
