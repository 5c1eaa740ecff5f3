# Generated from pyfly/health/ports.py; edit that, then run: python -m tools.stubs
"""What an application may add to its health."""

from typing import Protocol, runtime_checkable

__all__ = ["HealthIndicator"]

@runtime_checkable
class HealthIndicator(Protocol):
    """A bean that tells whether something the application needs is there; the answer has its status under its name."""
    async def is_healthy(self) -> bool:
        """Tell whether all is well; what it raises, and two seconds without an answer, count as no."""
