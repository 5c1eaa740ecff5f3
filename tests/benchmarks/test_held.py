"""What is held: what counts as worse, and what is held anew."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.figures import Measurement
from benchmarks.goals import Goal
from benchmarks.held import check, held_for, hold

GOAL = Goal("message", "pyfly", "Starlette", "instructions", 0.5)
SHARE = Goal("delivered", "pyfly", "Starlette", "share", 1.0, held={"3.11": 1.0}, tolerance=0.0)


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
        "message: pyfly / Starlette: 0.600, at most 0.5 is wanted: missed by 20.0%; nothing held yet"
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
        "message: pyfly / Starlette: 0.440, at most 0.5 is wanted: met; held 0.400: worse by 10.0%, 3% are allowed"
    )


def test_goal_that_was_met_may_not_be_lost_to_a_tolerance() -> None:
    goal = replace(GOAL, unit="seconds", held={"3.11": 0.45}, tolerance=0.25)
    found = check([goal], counted(51.0, unit="seconds"), python="3.11")[0]
    assert found.kind == "worse"
    assert str(found).endswith(": missed by 2.0%; held 0.450: worse by 13.3%, and the goal was met")


def test_goal_that_was_met_is_not_lost_while_rounds_meet_it() -> None:
    goal = replace(GOAL, unit="seconds", held={"3.11": 0.45}, tolerance=0.25)
    rounds = {"pyfly": [48.0, 51.0, 52.0, 53.0], "Starlette": [100.0] * 4}
    spread = [Measurement("message", "seconds", "a message", rounds)]
    assert check([replace(goal, goal=0.51)], spread, python="3.11")[0].kind == "missed"
    assert check([goal], spread, python="3.11")[0].kind == "worse"


def test_goal_that_another_version_of_python_met_is_not_lost() -> None:
    goal = replace(GOAL, held={"3.11": 0.45})
    assert check([goal], counted(51.0), python="3.12")[0].kind == "missed"


def test_spread_is_told_where_there_is_one() -> None:
    rounds = {"pyfly": [50.0, 60.0, 70.0], "Starlette": [100.0, 100.0, 100.0]}
    found = check([GOAL], [Measurement("message", "instructions", "a message", rounds)], python="3.11")
    assert str(found[0]).startswith("message: pyfly / Starlette: 0.600 (0.550 to 0.650), at most")


def test_where_nothing_is_held_for_a_version_of_python_the_next_one_counts_with_a_quarter_more() -> None:
    goal = replace(GOAL, held={"3.9": 0.3, "3.11": 0.4})
    found = check([goal], counted(49.0), python="3.14")[0]
    assert found.kind == "met"
    assert str(found) == ("message: pyfly / Starlette: 0.490, at most 0.5 is wanted: met; held 0.400 with Python 3.11")
    worse = check([goal], counted(51.0), python="3.14")[0]
    assert worse.kind == "worse"
    assert str(worse).endswith("; held 0.400 with Python 3.11: worse by 27.5%, 25% are allowed")
    nearest = held_for(goal, "3.8")
    assert nearest is not None
    assert nearest.python == "3.9"


def test_figure_that_spreads_has_a_tolerance_of_its_own() -> None:
    goal = replace(GOAL, unit="seconds", held={"3.11": 0.4}, tolerance=0.2)
    assert check([goal], counted(47.0, unit="seconds"), python="3.11")[0].kind == "met"
    assert check([goal], counted(48.4, unit="seconds"), python="3.11")[0].kind == "worse"


def delivered(*shares: float) -> list[Measurement]:
    rounds = {"pyfly": list(shares), "Starlette": [1.0] * len(shares)}
    return [Measurement("delivered", "share", "the others' messages", rounds)]


def test_everything_delivered_meets_a_share() -> None:
    found = check([SHARE], delivered(1.0, 1.0, 1.0), python="3.11")[0]
    assert found.kind == "met"
    assert str(found) == "delivered: pyfly / Starlette: 1.000000, at least 1 is wanted: met; held 1.000000"


def test_one_message_that_is_lost_in_one_round_is_worse() -> None:
    found = check([SHARE], delivered(1.0, 0.9999, 1.0), python="3.11")[0]
    assert found.kind == "worse"
    assert str(found) == (
        "delivered: pyfly / Starlette: 0.999900 (0.999900 to 1.000000), at least 1 is wanted: "
        "missed by less than 0.1%; held 1.000000: worse by less than 0.1%, 0% are allowed"
    )


def test_higher_share_is_held_and_a_lower_one_refused() -> None:
    goal = replace(SHARE, held={"3.11": 0.9})
    assert hold([goal], delivered(0.95), python="3.11")[0][0].held == {"3.11": 0.95}
    assert hold([goal], delivered(0.85), python="3.11") == (
        [goal],
        ["delivered: pyfly / Starlette: 0.850 is worse than 0.900, which stays"],
    )


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


def test_goal_that_could_not_be_measured_says_why() -> None:
    found = check([GOAL], [], python="3.11", excuse=lambda goal: "starlette does not take part")[0]
    assert found.kind == "left out"
    assert str(found) == (
        "message: pyfly / Starlette: left out, as starlette does not take part; at most 0.5 is wanted"
    )


def test_first_figure_is_held_whatever_it_is() -> None:
    assert hold([GOAL], counted(60.0), python="3.11") == ([replace(GOAL, held={"3.11": 0.6})], [])


def test_what_only_half_of_the_rounds_reach_is_not_held() -> None:
    goal = replace(GOAL, held={"3.11": 0.6})
    rounds = {"pyfly": [40.0, 50.0, 70.0], "Starlette": [100.0, 100.0, 100.0]}
    lucky = [Measurement("message", "instructions", "a message", rounds)]
    assert hold([goal], lucky, python="3.11") == ([goal], [])


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
