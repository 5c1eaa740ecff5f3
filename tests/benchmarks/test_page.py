"""Tables, and how they get into the documentation."""

from __future__ import annotations

import re
from pathlib import Path

from benchmarks.figures import Measurement
from benchmarks.goals import Goal, read_goals
from benchmarks.page import MARKED, goals_table, rewrite
from benchmarks.plots import plot_ratios
from benchmarks.tables import as_markdown, as_text

ROOT = Path(__file__).resolve().parents[2]
MEASURED = Measurement(
    "message", "instructions", "a message", {"Starlette": [2000.0, 2000.0, 2000.0], "pyfly": [920.0, 1000.0, 1080.0]}
)


def test_cheapest_comes_first_in_a_table_with_ratios_to_starlette() -> None:
    assert as_markdown(MEASURED).splitlines() == [
        "| | a message | spread | to Starlette | spread |",
        "|---|---:|---:|---:|---:|",
        "| pyfly | 1.00 k instructions | ±4.0% | 0.50 | 0.48 to 0.52 |",
        "| Starlette | 2.00 k instructions | ±0.0% | 1.00 | 1.00 to 1.00 |",
    ]


def test_table_for_a_terminal_says_what_it_shows() -> None:
    heading, first, second = as_text(MEASURED).splitlines()
    assert heading == "message: a message, and as a ratio to Starlette"
    assert first.split() == ["pyfly", "1.00", "k", "instructions", "±4.0%", "0.50", "(0.48", "to", "0.52)"]
    assert second.split()[0] == "Starlette"


def test_part_between_markers_is_replaced_and_the_rest_stays() -> None:
    page = "a\n<!-- measured: one -->\nold\n<!-- end -->\nb\n<!-- measured: two -->\nkept\n<!-- end -->\nc\n"
    assert rewrite(page, {"one": "new"}.get) == page.replace("old", "new")


def test_rewriting_twice_is_rewriting_once() -> None:
    page = "<!-- measured: one -->\n<!-- end -->\n"
    once = rewrite(page, {"one": "new\nlines"}.get)
    assert once == "<!-- measured: one -->\nnew\nlines\n<!-- end -->\n"
    assert rewrite(once, {"one": "new\nlines"}.get) == once


def test_goals_say_what_was_measured_or_else_is_held() -> None:
    goals = [
        Goal("message", "pyfly", "Starlette", "instructions", 0.6),
        Goal("message", "pyfly", "Starlette", "seconds", 0.3, {"3.11": 0.4}, "Half of it is sending."),
        Goal("typed", "pyfly", "chanx", "instructions", 0.15),
    ]
    assert goals_table(goals, [MEASURED], "3.11").splitlines()[2:] == [
        "| message: pyfly | Starlette, instructions | 0.50 | 0.6 | met |",
        "| message: pyfly | Starlette, seconds | 0.40 | 0.3 | Half of it is sending. |",
        "| typed: pyfly | chanx, instructions |  | 0.15 | not yet |",
    ]


def test_every_goal_has_its_table_on_the_page() -> None:
    markers = {match["what"] for match in MARKED.finditer((ROOT / "docs" / "performance.md").read_text("utf-8"))}
    goals = {f"{goal.metric} {goal.unit}" for goal in read_goals(ROOT / "benchmarks" / "goals.toml")}
    routes = {"route instructions", "no route instructions"}  # ratios of one subject, shown as time
    assert goals - routes <= markers
    assert {"goals", "versions"} <= markers


def test_same_ratios_draw_the_same_picture(tmp_path: Path) -> None:
    for name in ("one.svg", "two.svg"):
        plot_ratios([MEASURED], tmp_path / name)
    picture = (tmp_path / "one.svg").read_text("utf-8")
    assert picture == (tmp_path / "two.svg").read_text("utf-8")
    assert {"pyfly", "Starlette", "0.50"} <= set(re.findall(r"<text[^>]*>([^<]*)</text>", picture))


def test_nothing_counted_draws_nothing(tmp_path: Path) -> None:
    plot_ratios([], tmp_path / "one.svg")
    assert not (tmp_path / "one.svg").exists()
