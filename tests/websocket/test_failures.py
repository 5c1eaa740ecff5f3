"""Failures are logged where they happen, and told to those who watch."""

from __future__ import annotations

import asyncio
import logging

import pytest

from pyfly.websocket.failures import report_failure, watching_failures


def test_a_failure_is_logged_with_its_traceback_at_the_line_that_reports_it(caplog: pytest.LogCaptureFixture) -> None:
    error = ValueError("no")
    report_failure(error, "%s: the handler failed", "Chat.join")
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("pyfly.websocket", logging.WARNING)
    assert record.getMessage() == "Chat.join: the handler failed"
    assert record.exc_info is not None
    assert (record.exc_info[1], record.filename) == (error, "test_failures.py")


def test_a_watcher_is_told_whatever_the_log_is_set_to(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, logger="pyfly.websocket")
    seen: list[BaseException] = []
    error = ValueError("no")
    with watching_failures(seen.append):
        report_failure(error, "failed")
    report_failure(ValueError("later"), "failed")
    assert seen == [error]
    assert caplog.records == []


async def test_each_task_has_its_own_watcher_and_hands_it_to_those_it_starts() -> None:
    async def fail(text: str) -> None:
        report_failure(ValueError(text), "failed")

    async def watch(text: str) -> list[BaseException]:
        seen: list[BaseException] = []
        with watching_failures(seen.append):
            await asyncio.create_task(fail(text))
        return seen

    first, second = await asyncio.gather(watch("first"), watch("second"))
    assert [str(error) for error in (*first, *second)] == ["first", "second"]
