# Generated from pyfly/testing/overrides.py; edit that, then run: python -m tools.stubs
"""Beans replaced by type, for as long as a test needs it."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

__all__ = ["replace_beans"]

@contextmanager
def replace_beans(target: object, replacements: Mapping[type[Any], object], /) -> Generator[None]:
    """Let objects stand in for beans until the block ends.

    It makes no difference whether the application is running, and whether the beans have been made: singletons that
    hold a replaced bean, directly or through others, are made anew when they are used, and those made before are back
    when the block ends. Controllers are such singletons. Connections that are open keep what they have.

    Args:
        target: An application made by `create_app`, or one that serves a context's routes; an `ApplicationContext`; or
            a `Container`.
        replacements: What stands in, by the type that it is asked for by.

    Raises:
        OverrideError: There is no such bean, or more than one, or it cannot be replaced.
    """
