"""Goals: what is read, checked, held and refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.figures import Measurement
from benchmarks.goals import Goal, GoalsError, check, hold, read_goals, write_goals
from benchmarks.peers import DISTRIBUTIONS, load_peer, missing
from benchmarks.suites import SUITES, load_suite

FILE = Path(__file__).resolve().parents[2] / "benchmarks" / "goals.toml"
GOAL = Goal("message", "pyfly", "Starlette", "instructions", 0.5)


def counted(ours: float, *, unit: str = "instructions") -> list[Measurement]:
    assert unit in ("instructions", "seconds")
    return [Measurement("message", unit, "a message", {"pyfly": [ours], "Starlette": [100.0]})]  # type: ignore[arg-type]


def verdict(goal: Goal, ours: float) -> str:
    return str(check([goal], counted(ours), python="3.11")[0])


def test_goal_that_is_met() -> None:
    assert verdict(replace(GOAL, held={"3.11": 0.45}), 45.0) == (
        "message: pyfly / Starlette: 0.450, at most 0.5 is wanted: met; held 0.450"
    )


def test_goal_that_is_missed_tells_how_far_it_is() -> None:
    assert verdict(GOAL, 60.0) == (
        "message: pyfly / Starlette: 0.600, at most 0.5 is wanted: missed by 20%; nothing held yet"
    )


def test_goal_that_is_far_away() -> None:
    assert verdict(GOAL, 3050.0) == (
        "message: pyfly / Starlette: 30.500, at most 0.5 is wanted: 61.0 times as much; nothing held yet"
    )


def test_figure_within_the_tolerance_is_not_worse() -> None:
    assert check([replace(GOAL, held={"3.11": 0.6})], counted(61.7), python="3.11")[0].kind == "missed"


def test_figure_above_the_tolerance_is_worse_even_where_the_goal_is_met() -> None:
    goal = replace(GOAL, held={"3.11": 0.4})
    assert check([goal], counted(41.3), python="3.11")[0].kind == "worse"
    assert verdict(goal, 44.0) == (
        "message: pyfly / Starlette: 0.440, at most 0.5 is wanted: met; held 0.400: worse by 10.0%"
    )


def test_spread_is_told_where_there_is_one() -> None:
    rounds = {"pyfly": [50.0, 60.0, 70.0], "Starlette": [100.0, 100.0, 100.0]}
    found = check([GOAL], [Measurement("message", "instructions", "a message", rounds)], python="3.11")
    assert str(found[0]).startswith("message: pyfly / Starlette: 0.600 (0.550 to 0.650), at most")


def test_what_is_held_for_another_version_of_python_does_not_count() -> None:
    assert check([replace(GOAL, held={"3.14": 0.1})], counted(60.0), python="3.11")[0].kind == "missed"


@pytest.mark.parametrize(
    "measurements",
    [
        [],
        counted(60.0, unit="seconds"),
        [Measurement("message", "instructions", "a message", {"pyfly": [1.0]})],
        [Measurement("typed", "instructions", "a message", {"pyfly": [1.0], "Starlette": [1.0]})],
    ],
)
def test_goal_that_was_not_measured(measurements: list[Measurement]) -> None:
    found = check([GOAL], measurements, python="3.11")[0]
    assert found.kind == "not measured"
    assert str(found) == "message: pyfly / Starlette: not measured; at most 0.5 is wanted"


def test_better_figure_is_held() -> None:
    kept, refused = hold([replace(GOAL, held={"3.11": 0.6, "3.12": 0.7})], counted(55.04), python="3.11")
    assert kept == [replace(GOAL, held={"3.11": 0.55, "3.12": 0.7})]
    assert refused == []


def test_worse_figure_is_refused() -> None:
    goal = replace(GOAL, held={"3.11": 0.5})
    assert hold([goal], counted(60.0), python="3.11") == (
        [goal],
        ["message: pyfly / Starlette: 0.600 is worse than 0.500, which stays"],
    )


@given(st.floats(min_value=0.01, max_value=1000), st.floats(min_value=0.01, max_value=10))
def test_what_is_held_never_gets_looser(ours: float, held: float) -> None:
    kept, _ = hold([replace(GOAL, held={"3.11": held})], counted(ours), python="3.11")
    assert kept[0].held["3.11"] <= held


def test_what_was_not_measured_stays_held() -> None:
    goal = replace(GOAL, held={"3.11": 0.5})
    assert hold([goal], [], python="3.11") == ([goal], [])


def test_goals_are_written_as_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "goals.toml"
    path.write_text("# What is wanted.\n#\n# And why.\n\n[[goal]]\n", encoding="utf-8")
    goals = [
        replace(GOAL, held={"3.9": 0.4, "3.14": 0.6, "3.11": 0.5}, note='Most of it is "validation", 60 %.'),
        replace(GOAL, metric="typed"),
    ]
    write_goals(path, goals)
    assert read_goals(path) == goals
    assert path.read_text(encoding="utf-8").startswith("# What is wanted.\n#\n# And why.\n\n[[goal]]\nmetric")
    assert 'held = { "3.9" = 0.400, "3.11" = 0.500, "3.14" = 0.600 }' in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("goal", r"^goals.toml: expected tables \[\[goal\]\], got "),
        ("[[gaol]]", r"^goals.toml: expected tables \[\[goal\]\], got 'goal'$"),
        ("[[goal]]\nmetrik = 1", r"^goals.toml: goal 1: .*metrik"),
        (
            '[[goal]]\nmetric = "a"\nsubject = "b"\nof = "c"\nunit = "hours"\ngoal = 1',
            r"^goals.toml: a: b / c: expected a unit out of instructions, seconds, bytes, share, got 'hours'$",
        ),
        (
            '[[goal]]\nmetric = "a"\nsubject = "b"\nof = "c"\nunit = "bytes"\ngoal = 1\n' * 2,
            r"^goals.toml: a: b / c is there twice$",
        ),
    ],
)
def test_file_that_cannot_be_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "goals.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(GoalsError, match=message):
        read_goals(path)


def test_every_counted_goal_names_subjects_that_there_are() -> None:
    present = {name: load_peer(name) for name in DISTRIBUTIONS if not missing(name)}
    subjects = {
        (contest.metric, subject.name)
        for name in SUITES
        if (contests := load_suite(name).contests) is not None
        for contest in contests(present)
        for subject in contest.subjects
    }
    goals = [goal for goal in read_goals(FILE) if goal.unit == "instructions"]
    assert goals
    if len(present) == len(DISTRIBUTIONS):
        assert {(goal.metric, name) for goal in goals for name in (goal.subject, goal.of)} <= subjects
