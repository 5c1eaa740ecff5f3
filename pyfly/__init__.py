"""Typed, Spring-style controllers for real-time Python."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyfly.application import create_app as create_app

__all__ = ["__version__", "create_app"]

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """Load ``create_app`` at first use, so that ``import pyfly`` alone stays light (PEP 562)."""
    if name == "create_app":
        from pyfly.application import create_app

        return create_app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
