"""Processes that are measured."""

from __future__ import annotations

import random
import resource
import subprocess
import sys

import pytest
from websockets.sync.client import connect

from benchmarks.peers import load_peer
from benchmarks.plan import Plan
from benchmarks.processes import (
    Server,
    clean_environment,
    free_port,
    let_open_files,
    measure_in_processes,
    serving,
    wait_for,
)

SERVED = [(name, subject) for name in ("pyfly", "starlette") for subject in load_peer(name).servers]

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")


def plan() -> Plan:
    return Plan({}, quick=True, say=lambda line: None, shuffled=random.Random(5))


def test_programs_of_a_round_take_turns_and_print_a_number() -> None:
    programs = {"one": ["-c", "print(1.5)"], "two": ["-c", "print(3)"]}
    measured = measure_in_processes(plan(), programs, metric="import", unit="seconds", each="an import", rounds=3)
    assert measured.rounds == {"one": [1.5] * 3, "two": [3.0] * 3}
    assert measured.ratio("one", "two").median == 0.5


def test_program_that_fails_is_told_with_what_it_said_and_the_others_are_measured() -> None:
    planned = plan()
    programs = {"one": ["-c", "raise SystemExit('no')"], "two": ["-c", "print(3)"]}
    measured = measure_in_processes(planned, programs, metric="import", unit="seconds", each="an import", rounds=2)
    assert measured.rounds == {"two": [3.0] * 2}
    assert planned.failures == ["import: one is not measured: -c raise SystemExit('no') has failed:\nno\n"]


def test_nobody_looks_over_the_shoulder_of_what_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COVERAGE_PROCESS_CONFIG", "{}")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("KEPT", "yes")
    environment = clean_environment()
    assert environment["KEPT"] == "yes"
    assert not {"COVERAGE_PROCESS_CONFIG", "PYTHONDONTWRITEBYTECODE"} & set(environment)


@pytest.mark.parametrize(
    ("limits", "count", "expected"),
    [
        ((1024, 4096), 1000, None),
        ((1024, 4096), 4000, (4000, 4096)),
        ((1024, resource.RLIM_INFINITY), 4000, (4000, resource.RLIM_INFINITY)),
        ((resource.RLIM_INFINITY, resource.RLIM_INFINITY), 4000, None),
    ],
)
def test_more_open_files_are_allowed_where_they_are_needed(
    limits: tuple[int, int], count: int, expected: tuple[int, int] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowed: list[tuple[int, tuple[int, int]]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda kind: limits)
    monkeypatch.setattr(resource, "setrlimit", lambda *given: allowed.append(given))
    let_open_files(count)
    assert allowed == ([] if expected is None else [(resource.RLIMIT_NOFILE, expected)])


def test_more_open_files_than_anybody_may_have_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (1024, 4096))
    with pytest.raises(RuntimeError) as caught:
        let_open_files(5000)
    assert str(caught.value) == "5,000 open files are needed, and 'ulimit -Hn' lets a process have 4,096"


@linux_only
def test_server_has_spent_cpu_time_and_memory() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    ) as process:
        server = Server(process, 0)
        while not server.cpu_seconds():
            assert process.poll() is None
        assert server.memory() > 0
        process.communicate(b"\n")


@linux_only
@pytest.mark.parametrize(("peer", "subject"), SERVED)
def test_peer_s_server_answers_until_the_end_of_the_block(peer: str, subject: str) -> None:
    with serving(peer, "servers", subject) as server:
        with connect(f"ws://127.0.0.1:{server.port}/echo", proxy=None) as client:
            client.send("hello")
            assert client.recv(timeout=10) == "hello"
        assert server.process.poll() is None
    assert server.process.poll() is not None


def test_server_that_has_ended_is_not_waited_for() -> None:
    process = subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"])
    process.wait()
    with pytest.raises(RuntimeError, match=r" -c 'raise SystemExit\(3\)' has ended with 3$"):
        wait_for(free_port(), process)
