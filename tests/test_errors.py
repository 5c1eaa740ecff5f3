"""Errors that are no `Exception`, and what is made of them."""

from __future__ import annotations

import asyncio

import pytest

from pyfly.errors import MissingExtraError, as_exception, confined, is_own_failure


def test_a_missing_extra_says_what_to_install() -> None:
    error = MissingExtraError("granian", extra="granian", purpose="backend='granian'")
    assert str(error) == ("backend='granian' needs granian, which is not installed; run: pip install 'pyfly[granian]'")


def test_an_exception_stands_for_itself() -> None:
    error = ValueError("x")
    assert as_exception(error, source="C.m") is error


def test_an_exit_is_told_as_an_error_with_its_cause() -> None:
    error = as_exception(SystemExit(3), source="C.m")
    assert isinstance(error, RuntimeError)
    assert str(error) == "C.m raised SystemExit(3)"
    assert isinstance(error.__cause__, SystemExit)


async def test_a_cancellation_is_a_call_s_own_only_where_the_task_is_not_cancelled() -> None:
    assert is_own_failure(asyncio.CancelledError())
    assert is_own_failure(SystemExit())
    assert not is_own_failure(GeneratorExit())
    seen: list[bool] = []

    async def wait() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError as error:
            seen.append(is_own_failure(error))
            raise

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert seen == [False]


async def test_an_exit_in_a_task_of_its_own_is_an_error() -> None:
    async def leave() -> None:
        raise SystemExit(7)

    with pytest.raises(RuntimeError, match=r"^cleanup raised SystemExit\(7\)$"):
        await asyncio.create_task(confined(leave(), source="cleanup"))
