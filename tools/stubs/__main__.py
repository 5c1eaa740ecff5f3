"""``python -m tools.stubs`` writes ``typings/``; with ``--check`` it tells whether that would change anything."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.stubs.rendering import render
from tools.stubs.sources import Package, StubError
from tools.stubs.surface import Surface, documented

ROOT = Path(__file__).resolve().parents[2]
COMMAND = "python -m tools.stubs"
PARTIAL = "partial\n"
"""Tells type checkers that modules without a stub are to be read in the package itself (PEP 561)."""


def generate(root: Path, name: str = "pyfly") -> dict[Path, str]:
    """Return the stubs of a package by their paths below the root.

    Args:
        root: Directory with the package and ``docs/reference``, whose pages name what is public.
        name: The package.

    Raises:
        StubError: A source does not tell what a stub has to say.
    """
    roots = [name, *documented((root / "docs" / "reference").glob("*.md"))]
    folder = Path("typings") / name
    stubs = {folder / "py.typed": PARTIAL}
    for stub in Surface(Package(root, name), roots).stubs.values():
        stubs["typings" / stub.source.path.with_suffix(".pyi")] = render(stub)
    return laid_out(stubs, root)


def laid_out(stubs: dict[Path, str], root: Path) -> dict[Path, str]:
    """Return stubs with sorted imports, in the repository's format."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        for path, text in stubs.items():
            (place / path).parent.mkdir(parents=True, exist_ok=True)
            (place / path).write_text(text, encoding="utf-8")
        ruff = [sys.executable, "-m", "ruff"]
        options = ["--quiet", "--no-cache", "--config", str(root / "pyproject.toml"), "."]
        sort = ["check", "--fix-only", "--select", "I", "--config", 'lint.isort.known-first-party=["pyfly"]']
        for command in ([*ruff, *sort, *options], [*ruff, "format", *options]):
            subprocess.run(command, cwd=place, check=True)
        return {path: (place / path).read_text(encoding="utf-8") for path in sorted(stubs)}


def differences(stubs: dict[Path, str], root: Path) -> list[str]:
    """Return a line for each file below ``typings`` that is not as it should be."""
    found = []
    for path, text in stubs.items():
        written = (root / path).read_text(encoding="utf-8") if (root / path).exists() else None
        if written is None:
            found.append(f"{path.as_posix()}: missing")
        elif written != text:
            found.append(f"{path.as_posix()}:{_first_difference(written, text)}: not what its source says")
    return [*found, *(f"{path.as_posix()}: nothing public has this stub" for path in superfluous(stubs, root))]


def superfluous(stubs: dict[Path, str], root: Path) -> list[Path]:
    """Return the files below ``typings`` that are none of the stubs."""
    written = (path.relative_to(root) for path in (root / "typings").rglob("*") if path.is_file())
    return sorted(path for path in written if path not in stubs)


def write(stubs: dict[Path, str], root: Path) -> None:
    """Make ``typings`` hold these stubs and nothing else."""
    for path in superfluous(stubs, root):
        (root / path).unlink()
    for path, text in stubs.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")


def main(arguments: list[str] | None = None, *, root: Path = ROOT) -> int:
    """Write or check; return the exit code: 1 for stubs that differ, 2 for sources that do not tell a type."""
    parser = argparse.ArgumentParser(prog=COMMAND, description="Write the stubs in typings/ from the sources.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a stub is not up to date")
    check = parser.parse_args(arguments).check
    try:
        stubs = generate(root)
    except StubError as error:
        print(error, file=sys.stderr)
        return 2
    found = differences(stubs, root)
    if not check:
        write(stubs, root)
        print(f"{len(stubs)} files in typings, {len(found)} changed")
        return 0
    if found:
        print(*found, f"{len(found)} files in typings are not up to date; run: {COMMAND}", sep="\n")
        return 1
    print(f"{len(stubs)} files in typings are up to date")
    return 0


def _first_difference(written: str, wanted: str) -> int:
    lines = list(zip(written.splitlines(), wanted.splitlines(), strict=False))
    return next((number for number, (one, other) in enumerate(lines, 1) if one != other), len(lines) + 1)


if __name__ == "__main__":
    sys.exit(main())
