"""The line of the author's code that a task waits at."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Generator
from typing import Any

import pytest

from pyfly.testing.whereabouts import Whereabouts


class Step(Awaitable[None]):
    def __await__(self) -> Generator[Any, None, None]:
        yield from asyncio.sleep(3600).__await__()


async def waits_directly() -> None:
    await asyncio.sleep(3600)


async def waits_deeper() -> None:
    await waits_directly()


async def waits_in_a_group() -> None:
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(waits_directly())


async def numbers() -> AsyncIterator[int]:
    await asyncio.sleep(3600)
    yield 1


async def waits_in_a_generator() -> None:
    async for _ in numbers():
        pass


async def waits_in_an_awaitable() -> None:
    await Step()


@pytest.mark.parametrize(
    ("function", "code"),
    [
        (waits_directly, "await asyncio.sleep(3600)"),
        (waits_deeper, "await asyncio.sleep(3600)"),
        (waits_in_a_group, "async with asyncio.TaskGroup() as tasks:"),
        # The object behind an iteration over a generator does not tell what it waits for.
        (waits_in_a_generator, "async for _ in numbers():"),
        (waits_in_an_awaitable, "yield from asyncio.sleep(3600).__await__()"),
    ],
)
async def test_innermost_line_of_the_author_is_told(function: Any, code: str) -> None:
    task = asyncio.create_task(function())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    found = Whereabouts.of(task)
    task.cancel()
    await asyncio.wait({task})
    assert found is not None
    assert found.file == __file__
    assert found.code == code
    assert str(found) == f"{__file__}:{found.line} ({code})"


async def test_task_without_a_line_of_the_author_has_none() -> None:
    task = asyncio.create_task(asyncio.Event().wait())
    await asyncio.sleep(0)
    assert Whereabouts.of(task) is None
    task.cancel()
    await asyncio.wait({task})
    assert Whereabouts.of(task) is None


def test_line_whose_text_is_unknown_is_shown_without_it() -> None:
    assert str(Whereabouts("<string>", 3, "")) == "<string>:3"
