# Generated from pyfly/__init__.py; edit that, then run: python -m tools.stubs
"""Typed, Spring-style controllers for real-time Python."""

from pyfly.application import create_app as create_app

__all__ = ["__version__", "create_app"]

__version__: str
