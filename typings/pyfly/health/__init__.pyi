# Generated from pyfly/health/__init__.py; edit that, then run: python -m tools.stubs
"""Whether an application lives, and whether it is ready for clients: for load balancers and orchestrators."""

from pyfly.health.checks import Health, HealthChecks, HealthStatus
from pyfly.health.ports import HealthIndicator

__all__ = ["Health", "HealthChecks", "HealthIndicator", "HealthStatus"]
