from __future__ import annotations

import logging

import pytest

from pyfly.server import ServerSettings
from pyfly.server.logs import LOGGERS, configure_logging


def test_an_application_that_logs_itself_keeps_its_handlers() -> None:
    assert logging.getLogger().handlers, "pytest has some"
    configure_logging(ServerSettings(log_level="warning"))
    logger = logging.getLogger("pyfly")
    assert (logger.level, logger.handlers, logger.propagate) == (logging.WARNING, [], True)


def test_without_handlers_there_is_one_for_pyfly_and_each_server(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    configure_logging(ServerSettings(log_level="debug"))
    configure_logging(ServerSettings(log_level="info"))
    for name in LOGGERS:
        logging.getLogger(name).info("once")
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition(" ")[2] for line in lines] == [f"INFO    {name}: once" for name in LOGGERS]


def test_several_workers_are_told_apart(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    configure_logging(ServerSettings(workers=2))
    logging.getLogger("pyfly.server").info("hello")
    assert f"[{logging.LogRecord('', 0, '', 0, '', (), None).process}] pyfly.server: hello" in capsys.readouterr().err


def test_control_characters_are_escaped(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    configure_logging(ServerSettings())
    forged = "/a\n12:00:00 INFO pyfly: forged\x1b[2J\x9b\u2028\r"
    logging.getLogger("hypercorn").info('"GET %s"', forged)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith(r'hypercorn: "GET /a\n12:00:00 INFO pyfly: forged\x1b[2J\x9b\u2028\r"')


def test_reports_of_pyfly_keep_their_lines(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    configure_logging(ServerSettings())
    logging.getLogger("pyfly.server").info("2 settings are wrong:\n\tone\x1b\n\ttwo")
    assert capsys.readouterr().err.splitlines()[1:] == ["\tone\\x1b", "\ttwo"]


def test_no_line_of_an_error_passes_for_a_record(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    configure_logging(ServerSettings())
    logging.getLogger("pyfly.websocket").info("failed", exc_info=ValueError("a\n12:00:00 INFO forged\x07"))
    _, *lines = capsys.readouterr().err.splitlines()
    assert lines == ["  ValueError: a", "  12:00:00 INFO forged\\x07"]
