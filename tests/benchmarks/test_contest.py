"""Contests: everybody is checked, everybody has as many rounds, and the order is shuffled."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

import pytest

from benchmarks.contest import Contest, Subject, measure_time, without_slow
from benchmarks.peers import DISTRIBUTIONS, load_peer, missing
from benchmarks.plan import Plan
from benchmarks.suites import SUITES, load_suite


@asynccontextmanager
async def recording(name: str, calls: list[tuple[str, int]]) -> AsyncIterator[Callable[[int], Awaitable[None]]]:
    async def work(times: int) -> None:
        calls.append((name, times))

    yield work


@asynccontextmanager
async def failing(calls: list[str], *, at: int) -> AsyncIterator[Callable[[int], Awaitable[None]]]:
    async def work(times: int) -> None:
        calls.append("failing")
        if len(calls) == at:
            raise AssertionError("expected 'yes', got 'no'")

    if at == 0:
        raise LookupError("nobody is there")
    yield work


def plan() -> Plan:
    return Plan({}, quick=True, say=lambda line: None, shuffled=random.Random(5))


def contest_of(calls: list[tuple[str, int]], *subjects: Subject) -> Contest:
    named = [Subject(name, "peer", partial(recording, name, calls)) for name in "abc"]
    return Contest("metric", "a call", [*named, *subjects], size=7, counted=1)


def test_every_round_has_everybody_once_and_in_another_order() -> None:
    calls: list[tuple[str, int]] = []
    measured = measure_time(contest_of(calls), plan(), rounds=20)
    rounds = [tuple(name for name, _ in calls[start : start + 3]) for start in range(0, len(calls), 3)]
    assert len(rounds) == 21, "one round warms up"
    assert {"".join(sorted(names)) for names in rounds} == {"abc"}
    assert len(set(rounds)) > 3
    assert {name: len(values) for name, values in measured.rounds.items()} == {"a": 20, "b": 20, "c": 20}


def test_subject_may_have_a_size_of_its_own() -> None:
    calls: list[tuple[str, int]] = []
    large = Subject("large", "peer", partial(recording, "large", calls), size=2)
    measure_time(contest_of(calls, large), plan(), rounds=1)
    assert dict(calls) == {"a": 7, "b": 7, "c": 7, "large": 2}


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        (0, "LookupError: nobody is there"),
        (1, "expected 'yes', got 'no'"),
        (3, "expected 'yes', got 'no'"),
    ],
)
def test_subject_that_answers_wrong_is_named_and_the_others_are_measured(at: int, reason: str) -> None:
    """Before the first round, while it warms up, and in the second round."""
    wrong = Subject("wrong", "peer", partial(failing, [], at=at))
    planned = plan()
    measured = measure_time(contest_of([], wrong), planned, rounds=4)
    assert {name: len(values) for name, values in measured.rounds.items()} == {"a": 4, "b": 4, "c": 4}
    assert planned.failures == [f"metric: wrong is not measured: {reason}"]


def test_rough_answer_does_without_the_slow_ones() -> None:
    slow = Subject("slow", "peer", partial(recording, "slow", []), slow=True)
    assert [subject.name for subject in without_slow(contest_of([], slow)).subjects] == ["a", "b", "c"]


def subjects_of(peer_name: str) -> list[Subject]:
    peers = {peer_name: load_peer(peer_name)}
    contests = [make for name in SUITES if (make := load_suite(name).contests) is not None]
    return [subject for make in contests for contest in make(peers) for subject in without_slow(contest).subjects]


@pytest.mark.parametrize("peer_name", list(DISTRIBUTIONS))
async def test_every_subject_of_a_peer_answers_right(peer_name: str) -> None:
    if absent := missing(*DISTRIBUTIONS[peer_name]):
        pytest.skip(f"{', '.join(absent)} is not installed")
    for subject in subjects_of(peer_name):
        async with subject.prepare() as work:
            await work(1)


def test_contests_measure_what_their_suites_say() -> None:
    present = {name: load_peer(name) for name in DISTRIBUTIONS if not missing(*DISTRIBUTIONS[name])}
    for name in SUITES:
        suite = load_suite(name)
        if suite.contests is not None:
            assert [contest.metric for contest in suite.contests(present)] == list(suite.metrics)
