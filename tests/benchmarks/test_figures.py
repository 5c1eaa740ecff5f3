"""Medians, spreads and ratios."""

from __future__ import annotations

import json
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.figures import Measurement, Spread, Unit, in_words, spread_of

POSITIVE = st.floats(min_value=1e-6, max_value=1e9)


def measured(**rounds: list[float]) -> Measurement:
    return Measurement("message", "seconds", "a message", rounds)


def test_median_and_quartiles_of_values() -> None:
    assert spread_of([5.0, 1.0, 2.0, 4.0, 3.0]) == Spread(2.0, 3.0, 4.0)


def test_single_value_is_its_own_spread() -> None:
    assert spread_of([7.0]) == Spread(7.0, 7.0, 7.0)


def test_no_values_have_no_median() -> None:
    with pytest.raises(ValueError, match=r"^there is nothing to take the median of$"):
        spread_of([])


@given(st.lists(POSITIVE, min_size=1, max_size=20))
def test_median_lies_between_the_quartiles(values: list[float]) -> None:
    spread = spread_of(values)
    assert spread.median == statistics.median(values)
    assert min(values) <= spread.low <= spread.median <= spread.high <= max(values)


def test_width_is_a_share_of_the_median() -> None:
    assert Spread(9.0, 10.0, 12.0).width == pytest.approx(0.3)
    assert Spread(0.0, 0.0, 0.0).width == 0


def test_ratio_is_taken_round_by_round() -> None:
    """A round in which the machine was slow weighs no more than others: the ratio of the medians would be 1."""
    spread = measured(ours=[1.0, 20.0, 3.0], theirs=[2.0, 40.0, 3.0]).ratio("ours", "theirs")
    assert spread.median == 0.5


@given(st.lists(st.tuples(POSITIVE, st.floats(min_value=0.1, max_value=10)), min_size=1, max_size=20))
def test_what_slows_a_round_down_cancels(rounds: list[tuple[float, float]]) -> None:
    result = measured(
        ours=[0.5 * slowness for _, slowness in rounds], theirs=[2.0 * slowness for _, slowness in rounds]
    ).ratio("ours", "theirs")
    assert result.median == pytest.approx(0.25)
    assert result.width == pytest.approx(0.0, abs=1e-9)


def test_different_numbers_of_rounds_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^ours has 1 rounds and theirs has 2$"):
        measured(ours=[1.0], theirs=[1.0, 2.0]).ratio("ours", "theirs")


def test_baseline_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^theirs has a round of 0.0: nothing can be compared with it$"):
        measured(ours=[1.0], theirs=[0.0]).ratio("ours", "theirs")


def test_measurement_survives_json() -> None:
    before = measured(ours=[1.0, 3.0, 2.0], theirs=[4.0, 5.0, 6.0])
    written = json.loads(json.dumps(before.to_dict()))
    assert Measurement.from_dict(written) == before
    assert written["subjects"]["ours"] == {"median": 2.0, "low": 1.5, "high": 2.5, "rounds": [1.0, 3.0, 2.0]}


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (10726.4, "instructions", "10.7 k instructions"),
        (42.0, "instructions", "42.0 instructions"),
        (3_200_000.0, "instructions", "3.20 M instructions"),
        (1.91e-6, "seconds", "1.91 µs"),
        (0.125, "seconds", "125 ms"),
        (2.5e-10, "seconds", "0.25 ns"),
        (25190.0, "bytes", "24.6 KiB"),
        (0.343, "share", "34.3 %"),
        (16_840.2, "rate", "16,840 a second"),
    ],
)
def test_values_are_told_in_the_prefix_that_suits_them(value: float, unit: Unit, words: str) -> None:
    assert in_words(value, unit) == words
