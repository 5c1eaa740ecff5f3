"""Goals: what is read and refused; what is made of them is in `test_held`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.goals import Goal, GoalsError, read_goals, write_goals
from benchmarks.peers import DISTRIBUTIONS, load_peer, missing
from benchmarks.suites import SUITES, load_suite

FILE = Path(__file__).resolve().parents[2] / "benchmarks" / "goals.toml"
GOAL = Goal("message", "pyfly", "Starlette", "instructions", 0.5, peers=["pyfly", "starlette"])
TABLE = '[[goal]]\nmetric = "a"\nsubject = "b"\nof = "c"\nunit = "bytes"\ngoal = 1\npeers = ["pyfly"]\n'


def test_goals_are_written_as_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "goals.toml"
    path.write_text("# What is wanted.\n#\n# And why.\n\n[[goal]]\n", encoding="utf-8")
    goals = [
        replace(GOAL, held={"3.9": 0.4, "3.14": 0.6, "3.11": 0.5}, note='Most of it is "validation", 60 %.'),
        replace(GOAL, metric="typed"),
        replace(GOAL, unit="share", tolerance=0.0),
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
        ("[[goal]]\nmetrik = 1", r"^goals.toml: goal 1: metric: Field required$"),
        (TABLE + "metrik = 1", r"^goals.toml: goal 1: metrik: Unexpected keyword argument, got 1$"),
        (
            TABLE.replace('"bytes"', '"hours"'),
            r"^goals.toml: goal 1: unit: Input should be 'instructions', .* or 'rate', got 'hours'$",
        ),
        (
            TABLE.replace("goal = 1", 'goal = "x"'),
            r"^goals.toml: goal 1: goal: Input should be a valid number, .*, got 'x'$",
        ),
        (TABLE.replace("goal = 1", "goal = 0"), r"^goals.toml: a: b / c: ratios are above zero, and finite$"),
        (TABLE.replace("goal = 1", "goal = inf"), r"^goals.toml: a: b / c: ratios are above zero, and finite$"),
        (TABLE + "held = { '3.11' = -1 }", r"^goals.toml: a: b / c: ratios are above zero, and finite$"),
        (TABLE + "held = { '3.11' = nan }", r"^goals.toml: a: b / c: ratios are above zero, and finite$"),
        (TABLE + "held = { py3 = 1 }", r"^goals.toml: a: b / c: held is by .*, such as \"3.11\", got 'py3'$"),
        (TABLE + 'moved = " "', r"^goals.toml: a: b / c: moved says why what is held was loosened, got nothing$"),
        (TABLE * 2, r"^goals.toml: a: b / c: it is there twice$"),
        (
            TABLE.replace("pyfly", "pylfy"),
            r"^goals.toml: a: b / c: expected peers out of pyfly, bare, .*, got 'pylfy'$",
        ),
        (TABLE.replace('"pyfly"', ""), r"^goals.toml: a: b / c: expected peers out of pyfly, bare, .*, got 'none'$"),
        (TABLE + "tolerance = 1.5", r"^goals.toml: a: b / c: expected a tolerance from 0 to below 1, got 1.5$"),
        (
            TABLE.replace("bytes", "instructions") + "tolerance = 0.1",
            r"^goals.toml: a: b / c: instructions do not spread, so they have no tolerance but 3%$",
        ),
    ],
)
def test_file_that_cannot_be_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "goals.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(GoalsError, match=message):
        read_goals(path)


def subjects_of(peer_names: list[str]) -> set[tuple[str, str]]:
    """Return metrics and subjects that are measured where some peers take part."""
    peers = {name: load_peer(name) for name in peer_names}
    subjects = {
        (contest.metric, subject.name)
        for name in SUITES
        if (contests := load_suite(name).contests) is not None
        for contest in contests(peers)
        for subject in contest.subjects
    }
    for peer in peers.values():
        kinds = {"startup": peer.built, "docs": peer.documents, "import": peer.imported}
        kinds |= dict.fromkeys(("memory", "socket"), peer.servers)
        subjects |= {(metric, name) for metric, named in kinds.items() for name in named}
        rooms = {name for room in peer.rooms for name in (room, f"{room}, one stalled")}
        subjects |= {(metric, name) for metric in ("delivered", "late") for name in rooms}
    return subjects


@pytest.mark.parametrize("goal", read_goals(FILE), ids=str)
def test_subjects_of_every_goal_come_from_its_peers(goal: Goal) -> None:
    """Where these take part, a goal that is not measured fails the check."""
    if absent := missing(*(distribution for name in goal.peers for distribution in DISTRIBUTIONS[name])):
        pytest.skip(f"{', '.join(absent)} is not installed")
    subjects = subjects_of(goal.peers)
    assert (goal.metric, goal.subject) in subjects
    assert (goal.metric, goal.of) in subjects
    for name in goal.peers:
        others = subjects_of([other for other in goal.peers if other != name])
        assert not {(goal.metric, goal.subject), (goal.metric, goal.of)} <= others, f"{name} is not needed"


@pytest.mark.parametrize("goal", read_goals(FILE), ids=str)
def test_every_goal_holds_a_figure_and_one_that_is_missed_says_why(goal: Goal) -> None:
    assert goal.held
    assert goal.note or all(goal.is_met_by(ratio) for ratio in goal.held.values())


def test_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(GoalsError, match=r"goals.toml cannot be read: No such file or directory$"):
        read_goals(tmp_path / "goals.toml")
