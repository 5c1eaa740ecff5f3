"""Typed, Spring-style controllers for real-time Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__all__ = ["__version__", "create_app"]

__version__ = "0.1.0"

if TYPE_CHECKING:
    from pyfly.application import create_app as create_app
else:
    # Who imports this name need not build an application yet: Starlette and pydantic are loaded by the first call.
    def create_app(*packages_or_modules: Any, **options: Any) -> Any:
        """Build an application; `pyfly.application.create_app` has the arguments."""
        from pyfly.application import create_app as build

        return build(*packages_or_modules, **options)
