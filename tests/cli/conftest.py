"""A directory of its own for each test, with what it imports forgotten afterwards, and the command in this process."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from typing import TypeAlias

import pytest
from typer.testing import CliRunner, Result

from pyfly.cli.commands import app
from pyfly.cli.running import DOCS_VARIABLE

ECHO = """\
from pyfly.container import rest_controller
from pyfly.web import request_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping


@rest_controller
@request_mapping("/ws")
class EchoController:

    @websocket_mapping("/echo")
    async def echo(self, session: WebSocketSession) -> None:
        await session.accept()
        while True:
            msg = await session.receive_text()
            await session.send_text(f"echo: {msg}")
"""

Write: TypeAlias = Callable[[str, str], Path]
Pyfly: TypeAlias = Callable[..., Result]


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The working directory; modules imported from it are forgotten afterwards."""
    directory = tmp_path.resolve()
    monkeypatch.chdir(directory)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    for name in [name for name in os.environ if name.startswith("PYFLY_")]:
        monkeypatch.delenv(name)
    # What a command sets in the environment is taken back, too.
    monkeypatch.setenv(DOCS_VARIABLE, "")
    monkeypatch.delenv(DOCS_VARIABLE)
    before = set(sys.modules)
    yield directory
    for name in set(sys.modules) - before:
        module = sys.modules[name]
        places = [getattr(module, "__file__", None), *getattr(module, "__path__", ())]
        if any(str(place).startswith(str(directory)) for place in places):
            del sys.modules[name]


@pytest.fixture
def write(directory: Path) -> Write:
    """Write a file, with the directories above it."""

    def write(name: str, text: str) -> Path:
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
        return path

    return write


@pytest.fixture
def echo(write: Write) -> Path:
    """A file that holds nothing but the guide's echo controller."""
    return write("echo.py", ECHO)


@pytest.fixture
def pyfly() -> Pyfly:
    """Run the command in this process."""

    def pyfly(*arguments: str) -> Result:
        return CliRunner().invoke(app, list(arguments), prog_name="pyfly")

    return pyfly
