"""Tables, and how they get into the documentation."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from benchmarks import page
from benchmarks.contest import Contest
from benchmarks.figures import Measurement
from benchmarks.goals import Goal, read_goals
from benchmarks.page import MARKED, goals_table, held_table, rewrite
from benchmarks.peers import load_peer
from benchmarks.plots import SHOWN, plot_ratios
from benchmarks.suites import load_suite
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


def test_single_round_has_no_spread() -> None:
    alone = Measurement("rooms", "rate", "deliveries", {"pyfly, restarted": [100.0], "pyfly": [250.0]})
    assert as_markdown(alone).splitlines()[2:] == [
        "| pyfly | 250 a second | — | 1.00 | — |",
        "| pyfly, restarted | 100 a second | — | 0.40 | — |",
    ]


def test_table_for_a_terminal_says_what_it_shows() -> None:
    heading, first, second = as_text(MEASURED).splitlines()
    assert heading == "message: a message, and as a ratio to Starlette"
    assert first.split() == ["pyfly", "1.00", "k", "instructions", "±4.0%", "0.50", "(0.48", "to", "0.52)"]
    assert second.split()[0] == "Starlette"


def test_part_between_markers_is_replaced_and_the_rest_stays() -> None:
    text = "a\n<!-- measured: one -->\nold\n<!-- end -->\nb\n<!-- measured: two -->\nkept\n<!-- end -->\nc\n"
    assert rewrite(text, {"one": "new"}.get) == text.replace("old", "new")


def test_rewriting_twice_is_rewriting_once() -> None:
    text = "<!-- measured: one -->\n<!-- end -->\n"
    once = rewrite(text, {"one": "new\nlines"}.get)
    assert once == "<!-- measured: one -->\nnew\nlines\n<!-- end -->\n"
    assert rewrite(once, {"one": "new\nlines"}.get) == once


def test_goals_say_what_was_measured_or_else_is_held() -> None:
    goals = [
        Goal("message", "pyfly", "Starlette", "instructions", 0.6),
        Goal("message", "pyfly", "Starlette", "seconds", 0.4, held={"3.11": 0.402}, note="Half of it is sending."),
        Goal("typed", "pyfly", "chanx", "instructions", 0.15),
        Goal("delivered", "pyfly", "Starlette", "share", 1.0, held={"3.11": 1.0}),
    ]
    assert goals_table(goals, [MEASURED], "3.11").splitlines()[2:] == [
        "| message: pyfly | Starlette, instructions | 0.500 | ≤ 0.6 | met |",
        "| message: pyfly | Starlette, seconds | 0.402 | ≤ 0.4 | Half of it is sending. |",
        "| typed: pyfly | chanx, instructions |  | ≤ 0.15 | not yet |",
        "| delivered: pyfly | Starlette, share | 1.000 | ≥ 1 | met |",
    ]


def test_versions_of_python_stand_side_by_side_where_there_are_several() -> None:
    goals = [
        Goal("message", "pyfly", "Starlette", "instructions", 0.6, held={"3.9": 0.5, "3.12": 0.55}),
        Goal("http", "pyfly", "Starlette", "instructions", 0.6, held={"3.9": 0.5, "3.11": 0.45}),
        Goal("typed", "pyfly", "chanx", "instructions", 0.15, held={"3.11": 0.1}),
    ]
    assert held_table(goals).splitlines() == [
        "| | compared with | 3.9 | 3.11 | 3.12 |",
        "|---|---|---:|---:|---:|",
        "| message: pyfly | Starlette | 0.500 | | 0.550 |",
        "| http: pyfly | Starlette | 0.500 | 0.450 | |",
    ]


def test_every_goal_has_its_table_on_the_page() -> None:
    markers = {match["what"] for match in MARKED.finditer((ROOT / "docs" / "performance.md").read_text("utf-8"))}
    goals = {f"{goal.metric} {goal.unit}" for goal in read_goals(ROOT / "benchmarks" / "goals.toml")}
    routes = {"route instructions", "no route instructions"}  # ratios of one subject, shown as time
    assert goals - routes <= markers
    assert {"goals", "held", "versions"} <= markers


def test_same_ratios_draw_the_same_picture(tmp_path: Path) -> None:
    for name in ("one.svg", "two.svg"):
        plot_ratios([MEASURED], tmp_path / name)
    picture = (tmp_path / "one.svg").read_text("utf-8")
    assert picture == (tmp_path / "two.svg").read_text("utf-8")
    assert {"pyfly", "Starlette", "0.50"} <= set(re.findall(r"<text[^>]*>([^<]*)</text>", picture))


def test_nothing_counted_draws_nothing(tmp_path: Path) -> None:
    plot_ratios([], tmp_path / "one.svg")
    assert not (tmp_path / "one.svg").exists()


def contests_of(name: str) -> list[Contest]:
    make = load_suite(name).contests
    assert make is not None
    return make({"starlette": load_peer("starlette")})


def test_no_two_pictures_have_the_same_title(tmp_path: Path) -> None:
    contests = [contest for name in SHOWN for contest in contests_of(name)]
    measured = [Measurement(one.metric, "instructions", one.each, {"Starlette": [1.0]}) for one in contests]
    plot_ratios(measured, tmp_path / "all.svg")
    titles = re.findall(r">(Instructions for [^<]*)<", (tmp_path / "all.svg").read_text("utf-8"))
    assert len(titles) == len(SHOWN)
    assert len(set(titles)) == len(SHOWN)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "[Errno 2] No such file or directory: '{path}'"),
        ("{}", "{path}: expected what python -m benchmarks --json writes: there is no 'measurements'"),
        ("no", "{path}: expected what python -m benchmarks --json writes: Expecting value: line 1 column 1 (char 0)"),
        (
            "[]",
            "{path}: expected what python -m benchmarks --json writes: "
            "list indices must be integers or slices, not str",
        ),
    ],
)
def test_file_that_is_none_of_a_run_is_one_line(
    text: str | None, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "figures.json"
    if text is not None:
        path.write_text(text, "utf-8")
    assert page.main([str(path)]) == 2
    assert capsys.readouterr().err == told.format(path=path) + "\n"


def test_page_is_written_from_files_of_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = tmp_path / "page.md"
    written.write_text("<!-- measured: message instructions -->\n<!-- end -->\n", "utf-8")
    monkeypatch.setattr(page, "PAGE", written)
    monkeypatch.setattr(page, "PLOT", tmp_path / "plot.svg")
    run = tmp_path / "run.json"
    run.write_text(json.dumps({"python": "3.11", "versions": "Python", "measurements": [MEASURED.to_dict()]}), "utf-8")
    assert page.main([str(run)]) == 0
    assert as_markdown(MEASURED) in written.read_text("utf-8")
    assert (tmp_path / "plot.svg").exists()
