"""Instructions: what callgrind writes, and what is made of it."""

from __future__ import annotations

import platform
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import callgrind
from benchmarks.counted import find
from benchmarks.counting import Counted, measure_instructions, per_operation
from benchmarks.peers import load_peer
from benchmarks.plan import Plan
from benchmarks.suites import load_suite

counts = pytest.mark.skipif(callgrind.unavailable() is not None, reason=str(callgrind.unavailable()))


def plan() -> Plan:
    return Plan({"bare": load_peer("bare")}, quick=True, say=lambda line: None)


def test_two_sizes_are_differenced() -> None:
    """What happens once, here 1,000 instructions, is in both and cancels."""
    assert per_operation([1_500, 2_000, 1_510, 2_030], 100) == [5.0, 5.2]


def test_size_without_its_double_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        per_operation([1_500, 2_000, 1_510], 100)


def test_totals_are_read_in_the_order_of_the_dumps(tmp_path: Path) -> None:
    for number in range(1, 12):
        (tmp_path / f"counted.{number}").write_text(f"events: Ir\nsummary: 7\n\ntotals: {number * 10}\n")
    assert callgrind.totals(tmp_path / "counted") == [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110]


def test_dump_without_a_total_is_named(tmp_path: Path) -> None:
    (tmp_path / "counted.1").write_text("events: Ir\n")
    with pytest.raises(ValueError, match=r"^counted\.1: callgrind has written no total$"):
        callgrind.totals(tmp_path / "counted")


def test_it_tells_when_it_does_not_run_under_valgrind() -> None:
    if callgrind.unavailable() not in (None, "valgrind is not installed (on Debian: apt-get install valgrind)"):
        pytest.skip("there is no valgrind for this machine")
    with pytest.raises(RuntimeError, match=r"^this process does not run under valgrind$"):
        callgrind.Callgrind()


def test_what_is_missing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert callgrind.unavailable() == "valgrind is not installed (on Debian: apt-get install valgrind)"
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    assert callgrind.unavailable() == "instructions are counted on x86_64 only, and this is riscv64"
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    assert callgrind.unavailable() == "instructions are counted on Linux only"


def test_subject_that_is_not_there_is_named() -> None:
    with pytest.raises(LookupError, match=r"^message has no 'nobody' in 'message'$"):
        find("message", "message", "nobody", {"bare": load_peer("bare")})


@counts
def test_counts_hardly_differ_between_rounds() -> None:
    contests = load_suite("message").contests
    assert contests is not None
    (contest,) = contests({"bare": load_peer("bare")})
    (measured,) = measure_instructions([Counted("message", contest)], plan(), rounds=2)
    first, second = measured.rounds["bare ASGI"]
    assert measured.unit == "instructions"
    assert first == pytest.approx(second, rel=0.02)
    assert first > 1_000


@counts
def test_subject_that_cannot_be_counted_is_named_and_the_others_are_counted() -> None:
    contests = load_suite("message").contests
    assert contests is not None
    (contest,) = contests({"bare": load_peer("bare")})
    nobody = replace(contest.subjects[0], name="nobody")
    with_nobody = replace(contest, subjects=[nobody, *contest.subjects])
    planned = plan()
    (measured,) = measure_instructions([Counted("message", with_nobody)], planned, rounds=1)
    assert list(measured.rounds) == ["bare ASGI"]
    assert measured.rounds["bare ASGI"][0] > 1_000
    assert planned.failures == ["message: nobody is not measured: LookupError: message has no 'nobody' in 'message'"]


@counts
def test_peer_whose_process_fails_is_named() -> None:
    contests = load_suite("message").contests
    assert contests is not None
    (contest,) = contests({"bare": load_peer("bare")})
    absent = replace(contest, subjects=[replace(contest.subjects[0], peer="absent")])
    planned = plan()
    assert measure_instructions([Counted("message", absent)], planned, rounds=1) == []
    (failure,) = planned.failures
    assert failure.startswith("absent is not measured: counting has failed:\n")
    assert "No module named 'benchmarks.peers.absent'" in failure
