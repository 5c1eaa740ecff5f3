"""Paths that say nothing definite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["is_legible"]


def is_legible(scope: Mapping[str, Any]) -> bool:
    """Tell whether a path is UTF-8 without NUL, so that it means the same to everybody it is handed on to.

    Args:
        scope: The ASGI scope; servers put U+FFFD or a surrogate where they could not decode.
    """
    path: str = scope["path"]
    if path.isascii():
        return "\0" not in path
    if "\0" in path or any("\ud800" <= character <= "\udfff" for character in path):
        return False
    raw = scope.get("raw_path")
    if "\ufffd" not in path or raw is None:
        return "\ufffd" not in path
    try:
        unquote_to_bytes(raw).decode()
    except UnicodeDecodeError:
        return False
    return True
