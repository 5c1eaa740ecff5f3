"""The tests' own client: what it does when a server does not do its part."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.editor.language_server import LanguageServer, ServerError


def start(tmp_path: Path, code: str, *, patience: float = 60.0) -> LanguageServer:
    command = [sys.executable, "-c", code]
    return LanguageServer(command, [tmp_path], settings={}, log=tmp_path / "log.txt", patience=patience)


def test_server_that_ends_is_told_with_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(ServerError, match="the server has ended\nno licence"):
        start(tmp_path, "import sys; sys.exit('no licence')")


def test_server_that_does_not_answer_is_ended(tmp_path: Path) -> None:
    with pytest.raises(ServerError, match=r"initialize: no answer after 0\.5 s"):
        start(tmp_path, "import sys; sys.stdin.read()", patience=0.5)


def test_error_of_a_server_is_raised_with_its_code(tmp_path: Path) -> None:
    answer = '{"jsonrpc": "2.0", "id": 1, "error": {"code": -32603, "message": "broken"}}'
    sending = f"print('Content-Length: {len(answer)}\\r\\n\\r\\n{answer}', end='', flush=True)"
    code = f"import sys; sys.stdin.readline(); {sending}; sys.stdin.read()"
    with pytest.raises(ServerError, match="broken") as caught:
        start(tmp_path, code)
    assert caught.value.code == -32603
