"""What an application's health is made of."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from pyfly.container import component
from pyfly.context import ApplicationContext, Settings
from pyfly.draining import Draining, DrainPlan
from pyfly.health import Health, HealthChecks, HealthIndicator, HealthStatus, checks
from pyfly.websocket.adapters.starlette import WebSocketRegistrar
from pyfly.websocket.rooms.memory import MemoryBackplane

UP, DOWN, OUT_OF_SERVICE = HealthStatus.UP, HealthStatus.DOWN, HealthStatus.OUT_OF_SERVICE


class Database(HealthIndicator):
    def __init__(self) -> None:
        self.answer: Any = True

    async def is_healthy(self) -> bool:
        if isinstance(self.answer, Exception):
            raise self.answer
        if self.answer is None:
            await asyncio.Event().wait()
        return bool(self.answer)


def context_with(*beans: tuple[object, str, list[Any]]) -> ApplicationContext:
    context = ApplicationContext(settings=Settings())
    for instance, name, types in beans:
        context.register_instance(instance, name=name, types=types)
    WebSocketRegistrar(controllers=[]).collect_routes(context)
    return context


async def test_a_started_application_is_up() -> None:
    context = context_with()
    async with context:
        assert await HealthChecks(context).readiness() == Health(UP, {"sessions": UP, "backplane": UP})


async def test_an_application_that_is_not_started_is_out_of_service() -> None:
    context = context_with()
    assert await HealthChecks(context).readiness() == Health(OUT_OF_SERVICE, {"sessions": OUT_OF_SERVICE})


async def test_an_application_without_rooms_has_no_backplane() -> None:
    context = ApplicationContext(settings=Settings())
    async with context:
        assert await HealthChecks(context).readiness() == Health(UP, {"sessions": UP})


async def test_an_application_is_out_of_service_while_its_server_stops() -> None:
    context = context_with()
    async with context:
        await Draining.here().run(DrainPlan())
        health = await HealthChecks(context).readiness()
        Draining.here().end()
    assert health == Health(OUT_OF_SERVICE, {"sessions": OUT_OF_SERVICE, "backplane": UP})


async def test_an_application_that_has_lost_its_backplane_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    context = context_with()
    async with context:
        with monkeypatch.context() as lost:
            lost.setattr(MemoryBackplane, "healthy", property(lambda _: False))
            assert await HealthChecks(context).readiness() == Health(DOWN, {"sessions": UP, "backplane": DOWN})
        assert (await HealthChecks(context).readiness()).status is UP


@pytest.mark.parametrize("answer", [False, LookupError("no such host"), None], ids=["no", "error", "silence"])
async def test_an_indicator_that_does_not_say_yes_is_down(
    answer: object, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(checks, "ANSWER_SECONDS", 0.01)
    caplog.set_level(logging.WARNING, "pyfly.health")
    database = Database()
    context = context_with((database, "database", [Database]))
    health = HealthChecks(context)
    async with context:
        assert (await health.readiness()).components["database"] is UP
        for database.answer in (answer, answer, True, answer):
            told = await health.readiness()
            assert told.components["database"] is (UP if database.answer is True else DOWN)
            assert told.status is told.components["database"]
    assert caplog.messages == ["database is not healthy"] * 2


async def test_an_indicator_has_the_name_of_its_bean() -> None:
    context = ApplicationContext(settings=Settings())
    context.register(component(name="ledger")(Database), name="ledger")
    async with context:
        assert (await HealthChecks(context).readiness()).components == {"sessions": UP, "ledger": UP}
