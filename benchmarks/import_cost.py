"""Measure what ``from pyfly import create_app`` costs, next to what it stands on.

Each import runs in fresh processes, in turns, so that what else the machine does falls on all alike.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOUNDATION = "import starlette.applications, pydantic"
IMPORTS = {
    "nothing": "pass",
    "pyfly": "import pyfly",
    "foundation": FOUNDATION,
    "foundation in use": f"{FOUNDATION}; from pydantic import BaseModel, Field, TypeAdapter",
    "create_app": "from pyfly import create_app",
    "create_app in use": "import pyfly.application",
}
LIMIT = 1.2
TIMED = "import time; start = time.perf_counter(); {statement}; print(time.perf_counter() - start)"


def seconds(statement: str) -> float:
    """Run a statement in a new process; how long it took, without the process's own start."""
    command = [sys.executable, "-c", TIMED.format(statement=statement)]
    # As where packages are installed: compiled once, by whoever imports them first.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return float(result.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=20, help="processes for each import (default: 20)")
    runs = max(1, parser.parse_args().runs)
    for statement in IMPORTS.values():
        seconds(statement)  # compiles what is not compiled yet
    measured: dict[str, list[float]] = {name: [] for name in IMPORTS}
    for _ in range(runs):
        for name, statement in IMPORTS.items():
            measured[name].append(seconds(statement))
    medians = {name: statistics.median(times) for name, times in measured.items()}
    for name, median in medians.items():
        print(f"{median * 1000:8.1f} ms  {name:18} {IMPORTS[name]}")
    # Both load most of themselves at their first use: pydantic with its first name, pyfly with its first application.
    for name, foundation in (("create_app", "foundation"), ("create_app in use", "foundation in use")):
        print(f"{name} / {foundation}: {medians[name] / medians[foundation]:.2f} (at most {LIMIT} is wanted)")


if __name__ == "__main__":
    main()
