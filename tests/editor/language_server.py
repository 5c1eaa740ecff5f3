"""A client of language servers, as far as an editor asks for completions and hovers."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import signal
import subprocess
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import IO, Any

CONTENT_MODIFIED = -32801
"""A server's answer when it learnt something new while it looked; the question may be asked again."""
CAPABILITIES = {
    "workspace": {"configuration": True, "workspaceFolders": True},
    "textDocument": {
        "completion": {
            "completionItem": {
                "documentationFormat": ["markdown"],
                "resolveSupport": {"properties": ["documentation", "detail"]},
            }
        },
        "hover": {"contentFormat": ["markdown"]},
        "definition": {},
    },
}


class ServerError(Exception):
    """A server answered with an error, or not at all."""

    def __init__(self, message: str, code: int = 0) -> None:
        super().__init__(message)
        self.code = code


class LanguageServer:
    """A language server in a process of its own.

    Args:
        command: What starts it, speaking through its standard streams.
        folders: The workspace.
        settings: What it is told when it asks for its configuration, by section.
        log: Takes what it writes to its standard error.
        patience: Seconds an answer may take, however busy the machine is.
    """

    def __init__(
        self, command: list[str], folders: list[Path], *, settings: dict[str, Any], log: Path, patience: float
    ) -> None:
        self._settings = settings
        self._log = log
        self._patience = patience
        self._ids = itertools.count(1)
        self._waiting: dict[int, Future[Any]] = {}
        self._writing = threading.Lock()
        with log.open("wb") as errors:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env={**os.environ, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"},
                start_new_session=True,
            )
        self._ended = False
        self._reader = threading.Thread(target=self._read, name="language server", daemon=True)
        self._reader.start()
        try:
            self._initialize(folders)
        except ServerError:
            self._end()
            raise

    def request(self, method: str, params: object) -> Any:
        """Ask the server and wait for its answer.

        Raises:
            ServerError: It answered with an error, has ended, or takes too long.
        """
        while True:
            number = next(self._ids)
            answer = self._waiting[number] = Future[Any]()
            try:
                self._send({"id": number, "method": method, "params": params})
                return answer.result(self._patience)
            except TimeoutError:
                raise ServerError(f"{method}: no answer after {self._patience} s\n{self.output()}") from None
            except ServerError as error:
                if error.code != CONTENT_MODIFIED:
                    raise

    def notify(self, method: str, params: object) -> None:
        """Tell the server something."""
        self._send({"method": method, "params": params})

    def output(self) -> str:
        """Return what the server has written to its standard error."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def close(self) -> int:
        """Let the server end in good order, or end it after all; return its exit code."""
        try:
            self.request("shutdown", None)
            self.notify("exit", None)
            return self.process.wait(self._patience)
        finally:
            self._end()

    def _initialize(self, folders: list[Path]) -> None:
        workspace = [{"uri": folder.as_uri(), "name": folder.name} for folder in folders]
        client = {"processId": os.getpid(), "rootUri": None, "capabilities": CAPABILITIES}
        self.request("initialize", {**client, "workspaceFolders": workspace})
        self.notify("initialized", {})

    def _end(self) -> None:
        if self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self._reader.join()
        for stream in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(BrokenPipeError):
                _opened(stream).close()

    def _send(self, message: dict[str, Any]) -> None:
        try:
            self._write(message)
        except BrokenPipeError:
            self._reader.join(self._patience)
        if self._ended:
            raise ServerError(f"the server has ended\n{self.output()}")

    def _write(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        stream = _opened(self.process.stdin)
        with self._writing:
            stream.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
            stream.flush()

    def _read(self) -> None:
        stream = _opened(self.process.stdout)
        try:
            while (message := _next_message(stream)) is not None:
                if "method" not in message:
                    self._resolve(self._waiting.pop(message["id"]), message)
                elif "id" in message:
                    self._write({"id": message["id"], "result": self._answer(message)})
        except BrokenPipeError:
            return
        finally:
            self._ended = True
            for answer in self._waiting.values():
                answer.set_exception(ServerError(f"the server has ended\n{self.output()}"))

    def _resolve(self, answer: Future[Any], message: dict[str, Any]) -> None:
        if error := message.get("error"):
            answer.set_exception(ServerError(error["message"], error["code"]))
        else:
            answer.set_result(message["result"])

    def _answer(self, message: dict[str, Any]) -> Any:
        if message["method"] != "workspace/configuration":
            return None
        return [self._settings.get(item.get("section"), {}) for item in message["params"]["items"]]


def _opened(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream


def _next_message(stream: IO[bytes]) -> dict[str, Any] | None:
    """Return the next message of the base protocol; None at the end of the stream."""
    length = 0
    while (line := stream.readline().strip()) or not length:
        if not line:
            return None
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    message: dict[str, Any] = json.loads(stream.read(length))
    return message
