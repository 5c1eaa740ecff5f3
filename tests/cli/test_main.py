"""The command as a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

import pyfly.cli

ROOT = Path(pyfly.cli.__file__).parents[2]
SECONDS = 30.0


class Command:
    """``python -m pyfly`` in the working directory of the test, with its output in files."""

    def __init__(self, directory: Path, arguments: tuple[str, ...]) -> None:
        self._out, self._err = directory / "stdout.txt", directory / "stderr.txt"
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "pyfly", *arguments],
                cwd=directory,
                env=os.environ | {"PYTHONPATH": str(ROOT)},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )

    @property
    def stdout(self) -> str:
        return self._out.read_text(encoding="utf-8")

    @property
    def stderr(self) -> str:
        return self._err.read_text(encoding="utf-8")

    def url(self) -> str:
        """Wait for the line that says where to connect."""
        deadline = time.monotonic() + SECONDS
        while (found := re.search(r"^Connect: (\S+)\n", self.stdout, re.MULTILINE)) is None:
            assert self.process.poll() is None, self.stderr
            assert time.monotonic() < deadline, self.stderr
            time.sleep(0.02)
        return found[1]

    def stop(self, number: int = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(SECONDS)


@pytest.fixture
def commands() -> Iterator[list[Command]]:
    """Commands to be ended with the test."""
    commands: list[Command] = []
    yield commands
    for command in commands:
        if command.process.poll() is None:
            command.process.kill()
        command.process.wait(SECONDS)


def start(commands: list[Command], directory: Path, *arguments: str) -> Command:
    commands.append(Command(directory, arguments))
    return commands[-1]


@pytest.mark.parametrize(
    ("options", "number"),
    [
        ((), signal.SIGTERM),
        ((), signal.SIGINT),
        (("--workers", "2"), signal.SIGINT),
        (("--reload",), signal.SIGTERM),
    ],
)
async def test_file_with_the_guides_controller_is_served_until_a_signal(
    commands: list[Command], directory: Path, echo: Path, options: tuple[str, ...], number: int
) -> None:
    command = start(commands, directory, "run", "echo.py", "--port", "0", *options)
    url = command.url()
    async with connect(url) as websocket:
        await websocket.send("hello")
        assert await websocket.recv() == "echo: hello"
    assert command.stop(number) == 0
    port = re.findall(r":(\d+)/", url)[0]
    documented = "--reload" in options
    assert command.stdout.splitlines() == [
        "KIND       PATH      HANDLER",
        *(["Docs       /docs     API documentation"] if documented else []),
        "WebSocket  /ws/echo  EchoController.echo",
        f"Connect: ws://127.0.0.1:{port}/ws/echo",
        *([f"Docs: http://127.0.0.1:{port}/docs"] if documented else []),
    ]
    assert "Traceback" not in command.stderr


def test_fault_ends_the_process_with_one_line(commands: list[Command], directory: Path) -> None:
    command = start(commands, directory, "run", "ech.py")
    assert command.process.wait(SECONDS) == 1
    assert (command.stdout, command.stderr) == ("", "ech.py: error: there is no such file\n")


@pytest.mark.parametrize("package", ["typer", "rich"])
def test_missing_package_is_told_with_its_extra(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], package: str
) -> None:
    for name in [name for name in sys.modules if name.startswith(("pyfly.cli.", f"{package}."))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    assert pyfly.cli.main() == 1
    assert capsys.readouterr().err == (
        f"error: the pyfly command needs {package}, which is not installed; run: pip install 'pyfly[standard]'\n"
    )


def test_other_missing_modules_are_not_blamed_on_an_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "pyfly.cli.commands", raising=False)
    monkeypatch.setitem(sys.modules, "pyfly.server.settings", None)
    with pytest.raises(ModuleNotFoundError, match=re.escape("pyfly.server.settings")):
        pyfly.cli.main()


def test_interrupt_while_the_command_loads_ends_quietly(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(**_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pyfly.cli.commands.app", interrupted)
    assert pyfly.cli.main() == 130


def test_command_that_returns_has_succeeded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pyfly.cli.commands.app", lambda **_: None)
    assert pyfly.cli.main() == 0


def test_help_loads_no_web_framework(commands: list[Command], directory: Path) -> None:
    script = (
        "import sys; sys.argv = ['pyfly', '--help']\n"
        "from pyfly.cli import main\n"
        "try: main()\n"
        "except SystemExit: print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=True,
    )
    assert "Usage: pyfly" in result.stdout
    loaded = set(result.stderr.split())
    assert "typer" in loaded
    assert loaded.isdisjoint({"starlette", "uvicorn", "anyio"})
