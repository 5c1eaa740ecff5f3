"""How a server that stops has everything in its event loop drained."""

from __future__ import annotations

import asyncio
import logging

import pytest

from pyfly.draining import Draining, DrainPlan


class Part:
    def __init__(self, error: Exception | None = None) -> None:
        self.plans: list[DrainPlan] = []
        self.error = error

    async def drain(self, plan: DrainPlan) -> None:
        self.plans.append(plan)
        if self.error is not None:
            raise self.error


async def batches_of(plan: DrainPlan, count: int, seconds: float) -> list[int]:
    return [len(batch) async for batch in plan.batches(range(count), seconds=seconds)]


@pytest.mark.parametrize(
    ("plan", "seconds", "sizes"),
    [
        (DrainPlan(batch=3, pause=0.001), 1.0, [3, 3, 3, 1]),
        (DrainPlan(batch=3, pause=0.001), 0.001, [5, 5]),
        (DrainPlan(batch=3, pause=3600), 1.0, [10]),
        (DrainPlan(batch=3, pause=0), 1.0, [10]),
        (DrainPlan(batch=100, pause=3600), 0.0, [10]),
    ],
    ids=["as set", "larger where time is short", "no time for a pause", "no pause", "one"],
)
async def test_connections_come_in_batches(plan: DrainPlan, seconds: float, sizes: list[int]) -> None:
    assert await batches_of(plan, 10, seconds) == sizes


async def test_nothing_makes_no_batch() -> None:
    assert await batches_of(DrainPlan(), 0, 1.0) == []


async def test_all_that_joined_is_drained_once_and_a_failure_is_no_obstacle(caplog: pytest.LogCaptureFixture) -> None:
    draining = Draining.here()
    well, broken = Part(), Part(LookupError("no such session"))
    for part in (broken, well, well):
        draining.join(part)
    plan = DrainPlan(code=1012)
    await draining.run(plan)
    assert draining.begun
    assert (well.plans, broken.plans) == ([plan], [plan])
    assert [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR] == [
        "Connections could not be drained"
    ]
    draining.end()
    assert not Draining.here().begun


async def test_what_is_gone_is_not_drained() -> None:
    Draining.here().join(Part())
    await Draining.here().run(DrainPlan())
    Draining.here().end()


def test_each_event_loop_has_its_own() -> None:
    async def here() -> Draining:
        return Draining.here()

    async def twice() -> bool:
        return Draining.here() is await asyncio.create_task(here())

    assert asyncio.run(twice())
    assert asyncio.run(here()) is not asyncio.run(here())
