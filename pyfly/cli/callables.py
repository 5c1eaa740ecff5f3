"""Tells applications from functions that make one, and makes it."""

from __future__ import annotations

import inspect
import traceback
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeGuard

from pyfly.cli.errors import TargetError
from pyfly.container import Stereotype
from pyfly.errors import PyflyError
from pyfly.metadata import DeclarationError, SourceLocation, default_registry, read_signature

if TYPE_CHECKING:
    from pyfly.server.ports import ASGIApp

__all__ = ["is_application", "is_plain_application", "make_application"]


def is_application(value: Any) -> TypeGuard[ASGIApp]:
    """Tell whether something is to be called with ASGI's scope, receive and send."""
    return callable(value) and _can_be_called(value, 3) and (_is_async(value) or not _can_be_called(value, 0))


def is_plain_application(value: Any) -> TypeGuard[ASGIApp]:
    """Tell whether something nobody has named as an application is certainly one."""
    return not isinstance(value, type) and is_application(value) and _is_async(value)


def make_application(value: Any, target: str) -> ASGIApp:
    """Call a function without arguments that makes an application.

    Args:
        value: What the target names.
        target: What the user wrote.

    Raises:
        TargetError: It is no such function, or what it made is no application.
        DeclarationError: It raised an error that is not pyfly's; the place is its own line that failed.
        PyflyError: It raised this.
    """
    if not callable(value) or not _can_be_called(value, 0) or _is_controller(value):
        raise TargetError(target, *_no_factory(value, target))
    try:
        made = value()
    except PyflyError:
        raise
    except (Exception, SystemExit) as error:
        raise _failed(error, target) from error
    if inspect.iscoroutine(made):
        made.close()
        raise TargetError(target, "is an async function", "make it a plain one that returns the application")
    if not is_application(made):
        raise TargetError(
            target, f"made an object of type {type(made).__name__}, not an ASGI application", "return the application"
        )
    return made


def _is_async(value: Any) -> bool:
    return inspect.iscoroutinefunction(value) or inspect.iscoroutinefunction(type(value).__call__)


def _can_be_called(value: Any, count: int) -> bool:
    try:
        read_signature(value).bind(*[None] * count)
    except TypeError:
        return False
    except ValueError:  # written in C, without a signature
        return count == 3 and not isinstance(value, type)
    return True


def _is_controller(value: Any) -> bool:
    return isinstance(value, type) and default_registry.find(value, Stereotype) is not None


def _no_factory(value: Any, target: str) -> tuple[str, str]:
    place = target.rpartition(":")[0]
    if _is_controller(value):
        return f"is the class {value.__name__}, not an application", f'write "{place}" to serve its controllers'
    if isinstance(value, ModuleType):
        return f"is the module {value.__name__}", f'write "{value.__name__}"'
    expected = "expected an ASGI application, or a function without arguments that makes one"
    if callable(value):
        return f"is {getattr(value, '__qualname__', type(value).__name__)}, which takes arguments", expected
    return f"is an object of type {type(value).__name__}", expected


def _failed(error: BaseException, target: str) -> DeclarationError:
    # The first frame is the call here, the second the author's function.
    frames = traceback.extract_tb(error.__traceback__)[1:2]
    place = SourceLocation(file=frames[0].filename, line=frames[0].lineno or 1) if frames else None
    text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return DeclarationError(place, f"cannot make the application {target}: {text}")
