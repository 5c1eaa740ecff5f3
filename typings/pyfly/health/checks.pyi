# Generated from pyfly/health/checks.py; edit that, then run: python -m tools.stubs
"""What the health of an application is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import final

from pyfly.context import ApplicationContext

__all__ = ["Health", "HealthChecks", "HealthStatus"]

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
    def __init__(self, context: ApplicationContext) -> None: ...
    async def readiness(self) -> Health:
        """Tell whether clients may come.

        It is ``OUT_OF_SERVICE`` while sessions are drained, or the context is not started; ``DOWN`` while the backplane
        is not connected, or an indicator says so.
        """
