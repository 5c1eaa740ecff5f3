"""Processes of their own: what is measured in fresh ones, and servers."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import resource
import shlex
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.figures import Measurement

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence

    from benchmarks.figures import Unit
    from benchmarks.plan import Plan

__all__ = [
    "ROOT",
    "Server",
    "clean_environment",
    "free_port",
    "let_open_files",
    "measure_in_processes",
    "serving",
    "wait_for",
]

ROOT: Final = Path(__file__).parent.parent
START_SECONDS: Final = 30.0


def measure_in_processes(
    plan: Plan, programs: Mapping[str, Sequence[str]], *, metric: str, unit: Unit, each: str, rounds: int
) -> Measurement:
    """Run Python programs that print a number; those of a round take turns, and one that fails is left out.

    Args:
        plan: What shuffles them.
        programs: The arguments of the interpreter, by subject.
        metric: The measurement's name.
        unit: What the numbers are.
        each: What a number is the cost of.
        rounds: How often each is run.
    """
    works: dict[str, Callable[[], Awaitable[float]]] = {}
    for name, program in programs.items():
        try:
            _number(program)  # compiles what is not compiled yet
        except Exception as error:
            plan.failed(f"{metric}: {name}", error)
        else:
            works[name] = partial(_await_number, program)
    return Measurement(metric, unit, each, asyncio.run(plan.take_turns(metric, works, rounds)))


async def _await_number(arguments: Sequence[str]) -> float:
    return await asyncio.to_thread(_number, arguments)


def _number(arguments: Sequence[str]) -> float:
    command = [sys.executable, *arguments]
    result = subprocess.run(command, cwd=ROOT, env=clean_environment(), capture_output=True, text=True, check=False)
    if result.returncode:
        raise RuntimeError(f"{' '.join(arguments)} has failed:\n{result.stderr}")
    return float(json.loads(result.stdout))


def clean_environment() -> dict[str, str]:
    """Return the environment without what would be measured as well.

    Modules are compiled once, by whoever imports them first, as where packages are installed; and nobody looks over the
    shoulder of a process to see which lines it runs.
    """
    return {
        name: value
        for name, value in os.environ.items()
        if name != "PYTHONDONTWRITEBYTECODE" and not name.startswith("COVERAGE_")
    }


def let_open_files(count: int) -> None:
    """Let this process, and those that it starts from now on, have so many files and connections open.

    Raises:
        RuntimeError: The operating system lets nobody have so many.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < count:
        if hard != resource.RLIM_INFINITY and hard < count:
            raise RuntimeError(f"{count:,} open files are needed, and 'ulimit -Hn' lets a process have {hard:,}")
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))


@dataclass(frozen=True)
class Server:
    """A server in a process of its own."""

    process: subprocess.Popen[bytes]
    port: int

    def cpu_seconds(self) -> float:
        """Return the CPU time that its threads have spent, in the kernel and out of it."""
        threads = Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(thread.read_text(encoding="ascii").split()[0]) for thread in threads) / 1e9

    def memory(self) -> int:
        """Return the bytes of memory that are its own."""
        rollup = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text(encoding="ascii")
        kilobytes = {name: value.split()[0] for name, _, value in (line.partition(":") for line in rollup.splitlines())}
        return 1024 * (int(kilobytes["Private_Clean"]) + int(kilobytes["Private_Dirty"]))


@contextlib.contextmanager
def serving(peer: str, kind: str, subject: str) -> Iterator[Server]:
    """Run one of a peer's servers; see `benchmarks.serving`."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.serving", peer, kind, subject, str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=clean_environment())
    try:
        wait_for(port, process)
        yield Server(process, port)
    finally:
        process.kill()  # an orderly stop would wait for those who read nothing
        process.wait()


def _in_words(command: Any) -> str:
    return shlex.join(command) if isinstance(command, list) else str(command)


def free_port() -> int:
    """Return a port of the loopback that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(port: int, process: subprocess.Popen[bytes] | None = None) -> None:
    """Wait until somebody listens at a port of the loopback.

    Raises:
        RuntimeError: The process that should has ended.
        TimeoutError: Nobody does in time.
    """
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process is not None and process.poll() is not None:
            raise RuntimeError(f"{_in_words(process.args)} has ended with {process.returncode}")
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        time.sleep(0.02)
    raise TimeoutError(f"nobody listens at port {port} after {START_SECONDS:.0f} s")
