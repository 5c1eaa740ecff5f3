"""Fixtures that every room's tests may use."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import hypothesis
import pytest

from pyfly.server.logs import LOGGERS

ROOT = Path(__file__).parent.parent


TIMED = ("tests/editor", "tests/mypy")
"""What a run tells the seconds of by itself: the editor's language server, and the plugin for mypy."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell how many tests of `TIMED` have run, and the seconds they took in all processes together."""
    reports = [report for found in terminalreporter.stats.values() for report in found]
    for line in seconds_told([report for report in reports if isinstance(report, pytest.TestReport)]):
        terminalreporter.write_line(line)


def seconds_told(reports: list[pytest.TestReport]) -> list[str]:
    """Return a line for each directory of `TIMED` with tests among those reported.

    A test tells how many cases it has looked at as its property ``cases``.
    """
    lines: list[str] = []
    for directory in TIMED:
        found = [report for report in reports if report.nodeid.startswith(f"{directory}/")]
        tests = len({report.nodeid for report in found if report.when == "call"})
        cases = sum(int(count) for report in found for name, count in _properties(report) if name == "cases")
        seconds = sum(report.duration for report in found)
        if tests:
            counts = [(tests, "test"), (cases, "case")]
            counted = ", ".join(f"{count} {noun}{'s' * (count > 1)}" for count, noun in counts if count)
            lines.append(f"{directory}: {counted}, {seconds:.1f} s")
    return lines


def _properties(report: pytest.TestReport) -> list[tuple[str, Any]]:
    # Each phase of a test repeats them.
    return [*report.user_properties] if report.when == "call" else []


class Backend(str):
    """A server's name, and what reads and writes frames for it.

    Attributes:
        ws: `ServerSettings.ws`.
    """

    ws: str = "auto"

    @classmethod
    def with_frames_by(cls, ws: str) -> Any:
        """Return uvicorn with one of its libraries, as a parameter."""
        backend = cls("uvicorn")
        backend.ws = ws
        return pytest.param(backend, id=full_name_of(backend))


def full_name_of(backend: str) -> str:
    """The name of a server, and of its library for frames where it has a choice."""
    return f"{backend}+{backend.ws}" if isinstance(backend, Backend) else backend


SERVERS = ["uvicorn", "granian", "hypercorn"]
UVICORN = [Backend.with_frames_by("websockets"), Backend.with_frames_by("picows")]
EXPENSIVE = {"site", "browser", "cache"}
"""Fixtures that take many seconds."""

START_SECONDS = 60.0
STOP_SECONDS = 60.0
SERVE = """
import json, sys
from pyfly.server import ServerError, ServerSettings, serve
target, factory, settings = json.loads(sys.argv[1])
if __name__ == "__main__":
    try:
        serve(target, factory=factory, settings=ServerSettings(**settings))
    except ServerError as error:
        sys.exit(f"ServerError: {error}")
"""


@dataclass
class LiveServer:
    """A server in a process of its own, listening on a free port of 127.0.0.1."""

    process: subprocess.Popen[bytes]
    host: str
    port: int
    log: Path
    tls: bool = False

    @property
    def base_url(self) -> str:
        return f"{'https' if self.tls else 'http'}://{self.host}:{self.port}"

    @property
    def ws_url(self) -> str:
        return f"{'wss' if self.tls else 'ws'}://{self.host}:{self.port}"

    def output(self) -> str:
        """What the process has printed so far, both streams together."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def signal(self, number: int = signal.SIGTERM) -> None:
        """Send a signal without waiting for what comes of it."""
        self.process.send_signal(number)

    def wait(self, timeout: float = STOP_SECONDS) -> int:
        """Wait until the process has ended; its exit code."""
        return self.process.wait(timeout)

    def stop(self, timeout: float = STOP_SECONDS) -> int:
        """Send SIGTERM unless the process has ended already, and wait; its exit code."""
        if self.process.poll() is None:
            self.signal()
        try:
            return self.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(timeout)
            raise

    def wait_for_output(self, text: str, *, times: int = 1, timeout: float = STOP_SECONDS) -> str:
        """Wait until the process has printed `text` so many times; all of its output."""
        deadline = time.monotonic() + timeout
        while (output := self.output()).count(text) < times:
            assert time.monotonic() < deadline, f"{text!r} was not printed:\n{output}"
            time.sleep(0.02)
        return output


class ServeApp(Protocol):
    """Starts servers for a test and ends them with it."""

    def __call__(
        self,
        target: str,
        *,
        backend: str = "uvicorn",
        factory: bool = False,
        path: Path | None = None,
        env: dict[str, str] | None = None,
        wait: bool = True,
        **settings: Any,
    ) -> LiveServer:
        """Serve an application.

        Args:
            target: An import string `module:attribute`, or the source text of a module that defines `app` (or
                `make_app` with `factory`).
            backend: The server.
            factory: Whether the target makes the application.
            path: Directory that the import string is found in, besides the repository.
            env: Additional environment variables.
            wait: Whether to wait until it accepts connections.
            settings: More fields of `ServerSettings`; values as JSON has them.
        """
        ...


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_accepting(server: LiveServer, timeout: float = START_SECONDS) -> None:
    deadline = time.monotonic() + timeout
    while True:
        assert server.process.poll() is None, f"the server ended:\n{server.output()}"
        try:
            socket.create_connection((server.host, server.port), timeout=1).close()
        except OSError:
            assert time.monotonic() < deadline, f"the server does not accept connections:\n{server.output()}"
            time.sleep(0.02)
        else:
            return


# No example fails for taking long: that would tell of the machine.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")


def pytest_xdist_auto_num_workers() -> int:
    """Run more tests at once than there are processors: most wait for a server, a client or a browser."""
    return 3 * (os.cpu_count() or 1)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep those together for which something is made that takes long, so that it is made once."""
    for item in items:
        made = EXPENSIVE.intersection(getattr(item, "fixturenames", ()))
        if made:
            item.add_marker(pytest.mark.xdist_group(min(made)))


@pytest.fixture(autouse=True)
def loggers_as_they_were() -> Iterator[None]:
    """Give back the loggers as a test has found them, whatever it serves within this process."""
    loggers = [logging.getLogger(name) for name in LOGGERS]
    before = [(logger.level, logger.handlers[:], logger.propagate) for logger in loggers]
    yield
    for logger, (level, handlers, propagate) in zip(loggers, before, strict=True):
        logger.setLevel(level)
        logger.handlers[:] = handlers
        logger.propagate = propagate


@pytest.fixture
def serve_app(tmp_path: Path) -> Iterator[ServeApp]:
    """Serve applications in processes of their own; each is ended gracefully when the test is over."""
    with serving(tmp_path) as serve:
        yield serve


@contextmanager
def serving(directory: Path) -> Iterator[ServeApp]:
    """Serve applications from a directory until the end, and end them gracefully."""
    servers: list[LiveServer] = []

    def serve(
        target: str,
        *,
        backend: str = "uvicorn",
        factory: bool = False,
        path: Path | None = None,
        env: dict[str, str] | None = None,
        wait: bool = True,
        **settings: Any,
    ) -> LiveServer:
        place = directory / f"server{len(servers)}"
        place.mkdir()
        if "\n" in target:
            (place / "served.py").write_text(target, encoding="utf-8")
            target = "served:make_app" if factory else "served:app"
        ws = getattr(backend, "ws", "auto")
        settings = {"port": free_port(), "graceful_timeout": 2, "backend": backend, "ws": ws, **settings}
        search = [str(place), *([str(path)] if path is not None else []), str(ROOT), os.environ.get("PYTHONPATH", "")]
        script = place / "serve_it.py"
        script.write_text(SERVE, encoding="utf-8")
        log = place / "output.txt"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, str(script), json.dumps([target, factory, settings])],
                cwd=place,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, search))} | (env or {}),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        host = str(settings.get("host", "127.0.0.1"))
        server = LiveServer(process, host, int(settings["port"]), log, tls="ssl_certfile" in settings)
        servers.append(server)
        if wait:
            wait_until_accepting(server)
        return server

    try:
        yield serve
    finally:
        for server in servers:
            server.stop()


@pytest.fixture(params=SERVERS)
def server_name(request: pytest.FixtureRequest) -> str:
    """Each of the servers in turn, where it makes no difference who reads and writes frames."""
    name: str = request.param
    pytest.importorskip(name)
    return name


@pytest.fixture(params=[*UVICORN, "granian", "hypercorn"])
def backend(request: pytest.FixtureRequest) -> str:
    """Each of the servers in turn, and each of uvicorn's libraries for frames."""
    name: str = request.param
    pytest.importorskip(name)
    if isinstance(name, Backend):
        pytest.importorskip(name.ws)
    return name


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documentation, built."""
    target = tmp_path_factory.mktemp("site")
    # Coverage would follow into the other process, where it only costs time.
    unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(target)],
        cwd=ROOT,
        env={**unmeasured, "PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    return target
