"""Finds the application to serve: an object, or the import string of one."""

from __future__ import annotations

import importlib
import os
import sys
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, cast, final

from pyfly.errors import PyflyError
from pyfly.server.errors import ServerError

if TYPE_CHECKING:
    from collections.abc import Callable

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
        label = self.application if isinstance(self.application, str) else _name_of(self.application)
        loaded: Any = _import(self.application) if isinstance(self.application, str) else self.application
        if not callable(loaded):
            raise ServerError(f"cannot serve {label!r}: expected an ASGI application, got {type(loaded).__name__}")
        if not self.factory:
            return cast("ASGIApp", loaded)
        try:
            made: Any = loaded()
        except PyflyError:
            raise
        except Exception as error:
            raise ServerError(f"cannot make the application: {label!r} raised {_describe(error)}") from error
        if not callable(made):
            raise ServerError(
                f"cannot serve what {label!r} made: expected an ASGI application, got {type(made).__name__}"
            )
        return cast("ASGIApp", made)


def _name_of(application: object) -> str:
    return getattr(application, "__qualname__", type(application).__qualname__)


def _describe(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _import(text: str) -> Any:
    module_name, separator, attribute = text.partition(":")
    if not separator or not module_name or not attribute:
        raise ServerError(f"cannot serve {text!r}: expected 'module:attribute', for example 'demo:app'")
    if (here := os.getcwd()) not in sys.path:
        sys.path.insert(0, here)
    value: Any = _import_module(text, module_name)
    for name in attribute.split("."):
        try:
            value = getattr(value, name)
        except AttributeError:
            near = get_close_matches(name, [entry for entry in dir(value) if not entry.startswith("_")], n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ServerError(f"cannot serve {text!r}: {module_name} has no attribute {name!r}{hint}") from None
    return value


def _import_module(text: str, module_name: str) -> object:
    try:
        return importlib.import_module(module_name)
    except PyflyError:
        raise
    except ModuleNotFoundError as error:
        if error.name is not None and (module_name + ".").startswith(error.name + "."):
            raise ServerError(
                f"cannot serve {text!r}: there is no module {error.name!r} in {os.getcwd()} or on the Python path"
            ) from None
        raise ServerError(f"cannot serve {text!r}: importing {module_name} raised {_describe(error)}") from error
    except Exception as error:
        raise ServerError(f"cannot serve {text!r}: importing {module_name} raised {_describe(error)}") from error
