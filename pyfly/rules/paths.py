"""Rules for path templates by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfly.metadata import PathTemplate, PathTemplateError, did_you_mean
from pyfly.rules.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["check_path", "join_paths", "unknown_variable"]


def check_path(path: object) -> Fault | None:
    """Return what is wrong with the path that a decorator was given, if anything is."""
    try:
        PathTemplate.parse(path)  # type: ignore[arg-type]  # refuses what is no text
    except PathTemplateError as error:
        return Fault("pyfly-path", str(error))
    return None


def join_paths(base: str, path: str, *, handler: str) -> PathTemplate | Fault:
    """Return a handler's full path, or what keeps its two parts from making one.

    Args:
        base: The controller's base path.
        path: The path of the mapping.
        handler: ``Controller.method``.
    """
    try:
        return PathTemplate.parse(base).join(PathTemplate.parse(path))
    except PathTemplateError as error:
        return Fault("pyfly-path", f"{handler}: {error}")


def unknown_variable(key: str, paths: Collection[PathTemplate]) -> Fault | None:
    """Return what is wrong with ``session.path_params[key]`` in a handler, if anything is.

    Args:
        key: What is looked up.
        paths: The full paths of the handler.
    """
    if not paths or any(key in path.variables for path in paths):
        return None
    known = list(dict.fromkeys(name for path in paths for name in path.variables))
    listed = " and ".join(f'"{path.text}"' for path in paths)
    otherwise = f"there {'is' if len(known) == 1 else 'are'} {', '.join(known)}" if known else "name one in the path"
    subject = f"path {listed} has" if len(paths) == 1 else f"paths {listed} have"
    return Fault("pyfly-path", f'{subject} no variable "{key}"', did_you_mean(key, known, otherwise=otherwise))
