"""The four checkers: how each is run, and how its answer is read."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["CHECKERS", "RULES", "Checker", "CheckerError", "Diagnostic", "Run", "run_checkers"]

ROOT = Path(__file__).resolve().parents[2]
PYTHON_VERSION = "3.11"
"""The oldest Python that pyfly runs on."""
_SECONDS = 300


class CheckerError(RuntimeError):
    """A checker did not do its work."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing that a checker says.

    Attributes:
        path: The file.
        line: The line, from 1.
        kind: ``error``, ``warning`` or ``note``; the first two fail a run.
        code: The checker's name for the rule; may be empty.
        message: Its words, of one or several lines.
    """

    path: Path
    line: int
    kind: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Run:
    """What a checker has said in one run.

    Attributes:
        checker: The checker's name.
        version: Its version.
        seconds: How long it took.
        diagnostics: All it said, in the order of lines.
    """

    checker: str
    version: str
    seconds: float
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Checker:
    """A type checker.

    Attributes:
        name: The name of its column, and of its distribution and its module unless ``module`` says otherwise.
        options: Its arguments, before the files.
        read: Reads its answer.
        module: The name of its distribution and its module.
    """

    name: str
    options: tuple[str, ...]
    read: Callable[[str], Iterator[Diagnostic]]
    module: str = ""

    def run(self, files: Sequence[Path], *, directory: Path) -> Run:
        """Check the files in one process.

        Args:
            files: What to check.
            directory: Where it stands, and where its configuration is looked for.

        Raises:
            CheckerError: It failed, or could not be understood.
        """
        start = time.perf_counter()
        module = self.module or self.name
        answer = subprocess.run(
            [sys.executable, "-m", module, *self.options, *map(str, files)],
            cwd=directory,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        seconds = time.perf_counter() - start
        try:
            found = tuple(sorted(self.read(answer.stdout), key=lambda diagnostic: diagnostic.line))
        except (ValueError, KeyError, TypeError) as error:
            raise CheckerError(f"{self.name} did not answer as expected ({error!r}):\n{_said(answer)}") from None
        # All four give 0 when all is well, and 1 when they have found something.
        if answer.returncode not in (0, 1):
            raise CheckerError(f"{self.name} failed with exit code {answer.returncode}:\n{_said(answer)}")
        absolute = tuple(_with_path(diagnostic, directory) for diagnostic in found)
        return Run(self.name, version(module), seconds, absolute)


def run_checkers(files: Sequence[Path], *, directory: Path, checkers: Sequence[Checker] | None = None) -> list[Run]:
    """Run checkers side by side over the files; all four by default."""
    chosen = CHECKERS if checkers is None else checkers
    with ThreadPoolExecutor(len(chosen)) as pool:
        return list(pool.map(lambda checker: checker.run(files, directory=directory), chosen))


def _said(answer: subprocess.CompletedProcess[str]) -> str:
    return (answer.stdout[-2000:] + answer.stderr[-2000:]).strip()


def _with_path(diagnostic: Diagnostic, directory: Path) -> Diagnostic:
    path = (directory / diagnostic.path).resolve()
    return Diagnostic(path, diagnostic.line, diagnostic.kind, diagnostic.code, diagnostic.message)


def _read_mypy(answer: str) -> Iterator[Diagnostic]:
    for line in answer.splitlines():
        item: dict[str, Any] = json.loads(line)
        message = item["message"] + (f"\n{item['hint']}" if item.get("hint") else "")
        kind = "error" if item["severity"] == "error" else "note"
        yield Diagnostic(Path(item["file"]), item["line"], kind, item["code"] or "", message)


def _read_pyright(answer: str) -> Iterator[Diagnostic]:
    kinds = {"error": "error", "warning": "warning", "information": "note"}
    for item in json.loads(answer)["generalDiagnostics"]:
        message = item["message"].replace("\N{NO-BREAK SPACE}", " ")
        line = item["range"]["start"]["line"] + 1
        yield Diagnostic(Path(item["file"]), line, kinds[item["severity"]], item.get("rule", ""), message)


def _read_ty(answer: str) -> Iterator[Diagnostic]:
    kinds = {"blocker": "error", "critical": "error", "major": "error", "minor": "warning", "info": "note"}
    for item in json.loads(answer):
        code, place = item["check_name"], item["location"]
        message = item["description"].removeprefix(f"{code}: ")
        line = place["positions"]["begin"]["line"]
        yield Diagnostic(Path(place["path"]), line, kinds[item["severity"]], code, message)


def _read_pyrefly(answer: str) -> Iterator[Diagnostic]:
    kinds = {"error": "error", "warn": "warning", "info": "note"}
    for item in json.loads(answer)["errors"]:
        kind = kinds[item["severity"]]
        yield Diagnostic(Path(item["path"]), item["line"], kind, item["name"], item["description"])


def _read_pyfly(answer: str) -> Iterator[Diagnostic]:
    for item in json.loads(answer):
        # What has no place is of the command line: a file without controllers, which holds no mistake of pyfly's.
        if item["file"] is not None:
            yield Diagnostic(Path(item["file"]), item["line"], item["severity"], item["code"] or "", item["message"])


def _mypy_options(configuration: str, cache: str) -> tuple[str, ...]:
    return (
        *("--strict", f"--config-file={configuration}", f"--python-version={PYTHON_VERSION}", "--output=json"),
        *("--no-error-summary", "--explicit-package-bases", f"--cache-dir={ROOT / '.mypy_cache' / cache}"),
    )


CHECKERS = (
    Checker("mypy", _mypy_options("", "cases"), _read_mypy),
    Checker("pyright", ("--outputjson", f"--pythonpath={sys.executable}"), _read_pyright),
    Checker(
        "ty",
        ("check", "--output-format=gitlab", f"--python={sys.executable}", f"--python-version={PYTHON_VERSION}"),
        _read_ty,
    ),
    Checker(
        "pyrefly",
        (
            *("check", "--output-format=json", f"--python-interpreter-path={sys.executable}"),
            *(f"--python-version={PYTHON_VERSION}", "--preset=default", "--disable-search-path-heuristics"),
        ),
        _read_pyrefly,
    ),
)
"""Each as its users have it at its strictest ordinary setting, without a plugin."""

RULES = (
    Checker("pyfly.mypy", _mypy_options(str(Path(__file__).with_name("plugin.ini")), "rules"), _read_mypy, "mypy"),
    Checker("pyfly check", ("check", "--format=json"), _read_pyfly, "pyfly"),
)
"""What holds pyfly's own rules: the plugin for mypy, and the command, which imports the files."""
