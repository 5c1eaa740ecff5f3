"""What there is one of for each event loop."""

from __future__ import annotations

import asyncio
import gc
from weakref import ref

import pytest

from pyfly.event_loops import PerLoop


class Thing: ...


def test_one_loop_has_one_and_each_its_own() -> None:
    things = PerLoop(Thing)

    async def here() -> Thing:
        return things.here()

    with asyncio.Runner() as one, asyncio.Runner() as other:
        first, second = one.run(here()), other.run(here())
        assert first is not second
        assert (one.run(here()), other.run(here()), one.run(here())) == (first, second, first)


def test_it_goes_with_its_loop() -> None:
    things = PerLoop(Thing)

    async def here() -> ref[Thing]:
        return ref(things.here())

    thing = asyncio.run(here())
    gc.collect()
    assert thing() is None


def test_without_a_running_loop_there_is_none() -> None:
    with pytest.raises(RuntimeError):
        PerLoop(Thing).here()
