"""Runs mypy with the plugin, and the command, on small programs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest

CONFIGURATION = "[mypy]\nplugins = pyfly.mypy\nstrict = True\n"
IMPORTS = (
    "import dataclasses, enum, functools, pydantic, starlette.requests, uuid\nfrom pyfly import create_app as app\n"
)
SECONDS = 280


class Project:
    """A directory with a program, and mypy's cache of it."""

    def __init__(self, directory: Path, cache: Path | None = None) -> None:
        self.directory = directory
        self.write("mypy.ini", CONFIGURATION)
        if cache is not None:
            shutil.copytree(cache, directory / ".mypy_cache")

    def write(self, name: str, text: str) -> None:
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", *command],
            cwd=self.directory,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    def mypy(self, *options: str) -> list[str]:
        """What mypy says of the whole directory."""
        ran = self.run("mypy", "--no-error-summary", "--show-traceback", "--no-fast-exit", *options, ".")
        assert ran.stderr == ""
        assert "INTERNAL ERROR" not in ran.stdout
        return ran.stdout.splitlines()

    def dmypy(self, *arguments: str) -> list[str]:
        """What mypy's daemon says; see `daemon`."""
        ran = self.run("mypy.dmypy", "--status-file", "status.json", *arguments)
        assert ran.stderr == ""
        return [line for line in ran.stdout.splitlines() if not line.startswith(("Success", "Found", "Daemon"))]


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """mypy's cache of the packages that programs import, so that each test need not read them again."""
    project = Project(tmp_path_factory.mktemp("cache"))
    project.write("imports.py", IMPORTS)
    assert project.mypy() == []
    return project.directory / ".mypy_cache"


@pytest.fixture
def project(tmp_path: Path, cache: Path) -> Project:
    return Project(tmp_path, cache)


@pytest.fixture
def daemon(project: Project) -> Iterator[Callable[[], list[str]]]:
    """Check with a daemon of the project's own, which is stopped afterwards."""

    def check() -> list[str]:
        return project.dmypy("run", "--timeout", str(SECONDS), "--", "--no-error-summary", "--show-traceback", ".")

    yield check
    project.run("mypy.dmypy", "--status-file", "status.json", "stop")
