# Generated from pyfly/server/targets.py; edit that, then run: python -m tools.stubs
"""Finds the application to serve: an object, or the import string of one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

from pyfly.server.ports import ASGIApp

__all__ = ["AppTarget"]

@final
@dataclass(frozen=True, slots=True)
class AppTarget:
    """The application to serve, before it is loaded.

    Attributes:
        application: An ASGI application or what makes one, or the import string `module:attribute` of either; only the
            latter can be loaded in other processes.
        factory: Whether it is a callable without arguments that makes the application.
    """

    application: ASGIApp | Callable[[], ASGIApp] | str
    factory: bool = False
    def load(self) -> ASGIApp:
        """Import and, for a factory, make the application.

        Returns:
            The ASGI application.

        Raises:
            PyflyError: What pyfly itself found wrong while the module was imported or the factory ran.
            ServerError: There is no such module or attribute, importing it or making it failed (then with the cause
                chained), or what it names cannot be called.
        """
