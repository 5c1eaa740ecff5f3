"""What the health of an application is made of."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, final

from pyfly.context.lifecycle import LifecycleState
from pyfly.health.ports import HealthIndicator
from pyfly.websocket.open_sessions import OpenSessions
from pyfly.websocket.rooms.ports import Backplane

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfly.context import ApplicationContext

__all__ = ["Health", "HealthChecks", "HealthStatus"]

logger: logging.Logger = logging.getLogger("pyfly.health")

ANSWER_SECONDS: Final = 2.0
"""How long an indicator may take."""


@final
class HealthStatus(StrEnum):
    """How something fares."""

    UP = "UP"
    DOWN = "DOWN"
    OUT_OF_SERVICE = "OUT_OF_SERVICE"


@final
@dataclass(frozen=True, slots=True)
class Health:
    """How an application fares.

    Attributes:
        status: All in all.
        components: What that is made of, by name.
    """

    status: HealthStatus
    components: Mapping[str, HealthStatus]


@final
class HealthChecks:
    """Looks at an application: its sessions, its backplane, and whatever `HealthIndicator` beans look at.

    Args:
        context: The application's context.
    """

    __slots__ = ("_context", "_failing")

    def __init__(self, context: ApplicationContext) -> None:
        self._context = context
        self._failing: set[str] = set()

    async def readiness(self) -> Health:
        """Tell whether clients may come.

        It is ``OUT_OF_SERVICE`` while sessions are drained, or the context is not started; ``DOWN`` while the backplane
        is not connected, or an indicator says so.
        """
        components = {"sessions": self._sessions()}
        port: type[Any] = Backplane
        if self._context.scope_of(port) is not None and self._context.state is LifecycleState.STARTED:
            backplane: Backplane = await self._context.get_bean_async(port)
            components["backplane"] = HealthStatus.UP if backplane.healthy else HealthStatus.DOWN
        indicators = await self._indicators()
        statuses = await asyncio.gather(*(self._ask(name, indicator) for name, indicator in indicators.items()))
        components.update(zip(indicators, statuses, strict=True))
        for status in (HealthStatus.OUT_OF_SERVICE, HealthStatus.DOWN):
            if status in components.values():
                return Health(status, components)
        return Health(HealthStatus.UP, components)

    def _sessions(self) -> HealthStatus:
        started = self._context.state is LifecycleState.STARTED
        draining = self._context.scope_of(OpenSessions) is not None and self._context.get_bean(OpenSessions).draining
        return HealthStatus.UP if started and not draining else HealthStatus.OUT_OF_SERVICE

    async def _indicators(self) -> dict[str, HealthIndicator]:
        if self._context.state is not LifecycleState.STARTED:
            return {}
        beans = self._context.container.definitions
        names = [bean.name for bean in beans if issubclass(bean.type, HealthIndicator)]
        return {name: await self._context.container.get_named_async(name) for name in names}

    async def _ask(self, name: str, indicator: HealthIndicator) -> HealthStatus:
        problem: Exception | None = None
        healthy = False
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                healthy = await indicator.is_healthy()
        except Exception as error:
            problem = error
        if healthy:
            self._failing.discard(name)
            return HealthStatus.UP
        if name not in self._failing:  # once, and not at each probe
            self._failing.add(name)
            logger.warning("%s is not healthy", name, exc_info=problem)
        return HealthStatus.DOWN
