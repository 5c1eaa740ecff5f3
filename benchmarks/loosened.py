"""Looks for goals that were loosened: ``python -m benchmarks.loosened [--since REVISION]``.

What is held only ever improves. Where a peer's new version moves a ratio, or a subject is to do something else, the
goal says so in ``moved``, and passes. A revision that is not known is an error; one before there were goals is none.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.figures import MORE_IS_BETTER
from benchmarks.goals import TOLERANCE

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["loosened", "main"]

ROOT: Final = Path(__file__).parent.parent
FILE: Final = "benchmarks/goals.toml"


def loosened(before: str, after: str) -> list[str]:
    """Return a line for every goal that asks for less than before, and does not say why.

    Args:
        before: The text of the file of goals, as it was.
        after: The text as it is.
    """
    old, new = _goals_in(before), _goals_in(after)
    moved = {
        (key[0], key[2])
        for key, goal in new.items()
        if goal.get("moved") and goal["moved"] != old.get(key, {}).get("moved")
    }
    lines: list[str] = []
    for key, was in old.items():
        name = f"{key[0]}: {key[1]} / {key[2]}"
        if key not in new:
            if (key[0], key[2]) not in moved:
                lines.append(f"{name} is gone")
            continue
        now = new[key]
        changed = [f"the goal was {was['goal']:g} and is {now['goal']:g}"] if _is_worse(key, was, now) else []
        if not now.get("moved") or now["moved"] == was.get("moved"):
            changed += _worse_held(key, was, now)
        lines += [f"{name}: {change}" for change in changed]
    return lines


def _goals_in(text: str) -> dict[tuple[str, str, str, str], dict[str, Any]]:
    # As plain tables: former files may have been written by other rules.
    tables: list[dict[str, Any]] = tomllib.loads(text)["goal"]
    return {(table["metric"], table["subject"], table["of"], table["unit"]): table for table in tables}


def _is_worse(key: tuple[str, str, str, str], was: dict[str, Any], now: dict[str, Any]) -> bool:
    return bool(now["goal"] < was["goal"] if key[3] in MORE_IS_BETTER else now["goal"] > was["goal"])


def _worse_held(key: tuple[str, str, str, str], was: dict[str, Any], now: dict[str, Any]) -> list[str]:
    lines = [f"{peer} has to take part now" for peer in now.get("peers", []) if peer not in was.get("peers", [peer])]
    former: dict[str, float] = was.get("held", {})
    for python, ratio in former.items():
        held = now.get("held", {}).get(python)
        if held is None:
            lines.append(f"{ratio:.3f} was held for Python {python}, and nothing is")
        elif held < ratio if key[3] in MORE_IS_BETTER else held > ratio:
            lines.append(f"{ratio:.3f} was held for Python {python}, and {held:.3f} is")
    allowed, allows = was.get("tolerance", TOLERANCE), now.get("tolerance", TOLERANCE)
    if former and allows > allowed:
        lines.append(f"the tolerance was {allowed:.0%} and is {allows:.0%}")
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.loosened", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--since", default="HEAD", metavar="REVISION", help="what to compare with (default: HEAD)")
    options = parser.parse_args(arguments)
    known = _git("rev-parse", "--verify", "--quiet", f"{options.since}^{{commit}}")
    if known.returncode:
        parser.error(f"--since {options.since}: there is no such commit here; a clone may lack what came before")
    shown = _git("show", f"{options.since}:{FILE}")
    if shown.returncode:
        print(f"There were no goals at {options.since} yet.")
        return 0
    lines = loosened(shown.stdout, (ROOT / FILE).read_text(encoding="utf-8"))
    print(*lines, sep="\n", end="\n" if lines else "")
    if lines:
        print("What is held only ever improves. Say in 'moved' why it cannot, or put it back.")
    return 1 if lines else 0


def _git(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


if __name__ == "__main__":
    sys.exit(main())
