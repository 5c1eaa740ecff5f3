# Generated from pyfly/context/adapters/environment.py; edit that, then run: python -m tools.stubs
"""Settings from environment variables and ``.env`` files, read by pydantic-settings."""

from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

__all__ = ["load_settings"]

Model = TypeVar("Model", bound=BaseModel)

def load_settings(model: type[Model], *, prefix: str, env_file: str | Path | None = ".env", **overrides: Any) -> Model:
    """Return a settings model filled from the environment.

    A field ``debug`` is the variable ``{prefix}DEBUG``, in any case; lists and models are written as JSON, and lists
    with commas in between as well. The first of these that has a value wins: ``overrides``, the environment, the file,
    the model's default.

    Args:
        model: A pydantic model.
        prefix: What the names of its variables start with.
        env_file: A file of ``NAME=value`` lines, relative to the working directory; it need not exist. None for none.
        **overrides: Values by field name.

    Raises:
        SettingsError: Values that the model refuses, or a file that cannot be read.
        MissingExtraError: There are such variables, and pydantic-settings, which would read them, is not installed.
    """
