"""Marks the suite, and prints its board."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

from tests.conftest import LiveServer, free_port, full_name_of, wait_until_accepting
from tests.reliability.board import Line, drawn

if TYPE_CHECKING:
    from collections.abc import Iterator

APPS = Path(__file__).parent / "apps"
SECTION = "reliability"
board: list[Line] = []


class Note(Protocol):
    """Writes a line of the board."""

    def __call__(self, scenario: str, criterion: str, seen: str) -> None:
        """Write down what was seen on the server of this test."""
        ...


class ServeStarlette(Protocol):
    """Starts a server with its own command, without pyfly."""

    def __call__(self, target: str) -> LiveServer:
        """Serve the application of an import string."""
        ...


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker("reliability")


@pytest.fixture
def note(request: pytest.FixtureRequest) -> Note:
    """Write lines of the board."""
    callspec = getattr(request.node, "callspec", None)
    server = "-" if callspec is None else full_name_of(callspec.params.get("backend", "-"))

    def note(scenario: str, criterion: str, seen: str) -> None:
        request.node.user_properties.append((SECTION, Line(scenario, criterion, seen, server)))

    return note


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "teardown":
        board.extend(line for kind, line in report.user_properties if kind == SECTION and isinstance(line, Line))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if board:
        terminalreporter.section("reliability board")
        for line in drawn(board):
            terminalreporter.write_line(line)


@pytest.fixture
def serve_starlette(tmp_path: Path, backend: str) -> Iterator[ServeStarlette]:
    """Serve what pyfly is compared with, by the server's own command, in processes that end with the test."""
    with contextlib.ExitStack() as servers:

        def serve(target: str) -> LiveServer:
            port = free_port()
            commands = {
                "uvicorn": [target, "--port", str(port), "--ws", "websockets-sansio", "--log-level", "warning"],
                "granian": [target, "--port", str(port), "--interface", "asgi"],
                "hypercorn": [target, "--bind", f"127.0.0.1:{port}"],
            }
            log = tmp_path / "starlette.txt"
            with log.open("wb") as output:
                process = subprocess.Popen(
                    [sys.executable, "-m", backend, *commands[backend]],
                    cwd=APPS,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                )
            server = LiveServer(process, "127.0.0.1", port, log)
            servers.callback(_end, server)
            wait_until_accepting(server)
            return server

        yield serve


def _end(server: LiveServer) -> None:
    # Some servers wait for connections for ever: ten seconds are enough for what nobody looks at.
    with contextlib.suppress(subprocess.TimeoutExpired):
        server.stop(10)
