"""Checks the types that a wheel brings: its stubs alone on the examples, and everything in it for holes.

``python -m tools.published STEP DIRECTORY``; the step ``build`` comes first and fills the directory.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WHEEL = "installed"
"""Holds an environment with the wheel installed."""
STUBS = "stubs"
"""Holds an environment with nothing but the stubs out of it."""


def build(place: Path) -> int:
    """Build a wheel, install it in a fresh environment, and lay its stubs into another."""
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", str(place), str(ROOT)], check=True)
    (wheel,) = place.glob("*.whl")
    for name in (WHEEL, STUBS):
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place / name)], check=True)
        # Only the dependencies: an editable install of pyfly among them is not followed from here.
        lent = packages(place / name) / "dependencies.pth"
        lent.write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    install = ["--python", str(place / WHEEL), "install", "--no-deps", "--no-index", str(wheel)]
    subprocess.run([*pip, *install], check=True)
    shutil.copytree(packages(place / WHEEL) / "pyfly-stubs", packages(place / STUBS) / "pyfly-stubs")
    shutil.copytree(ROOT / "examples", place / "examples")
    print(f"{wheel.name} in {place}")
    return 0


def mypy(place: Path) -> int:
    """Check the examples against the stubs alone with ``mypy --strict``."""
    options = ["--strict", "--config-file=", "--python-executable", str(python(place / STUBS)), "examples"]
    return subprocess.run([sys.executable, "-m", "mypy", *options], cwd=place, check=False).returncode


def pyright(place: Path) -> int:
    """Check the examples against the stubs alone with pyright."""
    config = '{"include": ["examples"], "typeCheckingMode": "strict", "reportMissingModuleSource": false}\n'
    (place / "pyrightconfig.json").write_text(config, encoding="utf-8")
    options = ["--warnings", "--pythonpath", str(python(place / STUBS))]
    return subprocess.run([sys.executable, "-m", "pyright", *options], cwd=place, check=False).returncode


def verifytypes(place: Path) -> int:
    """Let pyright look for anything public without a known type in the installed wheel."""
    path = os.pathsep.join([str(python(place / WHEEL).parent), os.environ.get("PATH", "")])  # has no other option
    checked = subprocess.run(
        [sys.executable, "-m", "pyright", "--verifytypes", "pyfly", "--ignoreexternal"],
        cwd=place,
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    _, _, found = checked.stdout.partition("Symbols used in public interface:")
    print(found.strip() or checked.stdout)
    return checked.returncode


def python(environment: Path) -> Path:
    """Return an environment's interpreter."""
    return environment / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def packages(environment: Path) -> Path:
    """Return the directory of an environment's installed packages."""
    scheme = {"base": str(environment), "platbase": str(environment)}
    return Path(sysconfig.get_path("purelib", "venv", scheme))


def main() -> int:
    """Take one step; return its exit code."""
    steps = {step.__name__: step for step in (build, mypy, pyright, verifytypes)}
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tools.published")
    parser.add_argument("step", choices=steps)
    parser.add_argument("directory", type=Path)
    arguments = parser.parse_args()
    return steps[arguments.step](arguments.directory.resolve())


if __name__ == "__main__":
    sys.exit(main())
