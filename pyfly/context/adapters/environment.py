"""Settings from environment variables and ``.env`` files, read by pydantic-settings."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast, final, get_args, get_origin

from pydantic import AliasChoices, BaseModel, SecretBytes, SecretStr, ValidationError

from pyfly.context.errors import SettingsError
from pyfly.errors import MissingExtraError
from pyfly.metadata import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic.fields import FieldInfo
    from pydantic_core import ErrorDetails
    from pydantic_settings import BaseSettings, EnvSettingsSource

__all__ = ["load_settings"]

Model = TypeVar("Model", bound=BaseModel)

_EXPECTED = {"bool_parsing": "true or false", "int_parsing": "a whole number", "float_parsing": "a number"}


@final
class _Origin(NamedTuple):
    """Where a value was found: the name it has there, the place, and how to show it."""

    name: str
    place: str
    got: str

    def __str__(self) -> str:
        return f"{self.name} ({self.place}): got {self.got}"


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
    values: dict[str, Any] = {}
    origins: dict[str, _Origin] = {}
    problems: list[str] = []
    for place, source in _sources(model, prefix, env_file):
        for name, field in model.model_fields.items():
            raw, key, is_complex = source.get_field_value(field, name)
            if raw is None:
                continue
            origin = _Origin(_found_name(name, field, prefix, source.env_vars), place, _shown(field, raw))
            try:
                value = _with_commas(field, raw)
                if value is None:
                    value = source.prepare_field_value(name, field, raw, is_complex)
                values[key] = value
            except ValueError as error:
                problems.append(f"{origin}, expected JSON: {error}")
            else:
                origins[key] = origin
    for name, value in overrides.items():
        values[name] = value
        origins[name] = _Origin(name, "argument", _shown(model.model_fields.get(name), value))
    if problems:
        raise SettingsError(problems)
    try:
        return model.model_validate(values)
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=False)
    raise SettingsError([_problem(model, prefix, detail, origins) for detail in details])


def _with_commas(field: FieldInfo, raw: object) -> list[str] | None:
    """Return the items of a list that is not written as JSON, or None."""
    is_list = get_origin(field.annotation) in (list, tuple, set, frozenset)
    if not (is_list and isinstance(raw, str)) or raw.lstrip().startswith("["):
        return None
    return [item.strip() for item in raw.split(",") if item.strip()]


def _sources(
    model: type[BaseModel], prefix: str, env_file: str | Path | None
) -> Iterator[tuple[str, EnvSettingsSource]]:
    """Yield the sources there are with what to call them, the weakest first."""
    if not _may_be_set(model, prefix, env_file):  # most often; to load what reads them takes as long as to build routes
        return
    try:
        from pydantic_settings import DotEnvSettingsSource, EnvSettingsSource
    except ImportError:
        _refuse_to_ignore(model, prefix, env_file)
        return
    settings_class = cast("type[BaseSettings]", model)  # the sources read its fields and configuration only
    if env_file is not None:
        try:
            yield str(env_file), DotEnvSettingsSource(settings_class, env_file=env_file, env_prefix=prefix)
        except (OSError, UnicodeDecodeError) as error:
            raise _unreadable(env_file, error) from None
    yield "environment", EnvSettingsSource(settings_class, env_prefix=prefix)


def _may_be_set(model: type[BaseModel], prefix: str, env_file: str | Path | None) -> bool:
    """Tell whether there is a file, or a variable for one of the fields."""
    if env_file is not None and Path(env_file).expanduser().exists():
        return True
    present = {name.upper() for name in os.environ}
    return any(
        variable.upper() in present
        for name, field in model.model_fields.items()
        for variable in (*_names(name, field, prefix), f"{prefix}{name}")
    )


def _refuse_to_ignore(model: type[BaseModel], prefix: str, env_file: str | Path | None) -> None:
    present = {name.upper() for name in os.environ}
    path = None if env_file is None else Path(env_file).expanduser()
    if path is not None and path.is_file():
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise _unreadable(path, error) from None
        found = (re.match(r"\s*(?:export\s+)?(\w+)\s*=", line) for line in lines)
        present |= {match[1].upper() for match in found if match}
    for name, field in model.model_fields.items():
        for variable in _names(name, field, prefix):
            if variable.upper() in present:
                raise MissingExtraError(
                    "pydantic-settings", extra="standard", purpose=f"reading the setting {variable}"
                )


def _unreadable(env_file: str | Path, error: Exception) -> SettingsError:
    return SettingsError([f"{env_file}: cannot be read: {error}; it is a UTF-8 text of NAME=value lines"])


def _names(field_name: str, field: FieldInfo, prefix: str) -> list[str]:
    """Return the variables that can hold a field, as they are usually written."""
    alias = field.validation_alias
    if alias is None:
        return [f"{prefix}{field_name}".upper()]
    choices = alias.choices if isinstance(alias, AliasChoices) else [alias]
    return [choice if isinstance(choice, str) else str(choice.path[0]) for choice in choices]


def _found_name(field_name: str, field: FieldInfo, prefix: str, found: Mapping[str, str | None]) -> str:
    names = _names(field_name, field, prefix)
    return next((name for name in names if name in found or name.lower() in found), names[0])


def _shown(field: FieldInfo | None, value: object) -> str:
    return "a secret" if field is not None and _is_secret(field.annotation) else repr(value)


def _is_secret(annotation: Any) -> bool:
    return annotation in (SecretStr, SecretBytes) or any(_is_secret(part) for part in get_args(annotation))


def _problem(model: type[BaseModel], prefix: str, detail: ErrorDetails, origins: Mapping[str, _Origin]) -> str:
    key, *inner = (str(part) for part in detail["loc"]) if detail["loc"] else ("",)
    origin = origins.get(key)
    message = detail["msg"].removeprefix("Value error, ")
    if detail["type"] == "extra_forbidden" and not inner:
        near = did_you_mean(key, model.model_fields)
        return f"{key}: {model.__name__} has no such setting" + (f"; {near}" if near else "")
    if origin is None:
        field = model.model_fields.get(key)
        name = key if field is None else _names(key, field, prefix)[0]
        if detail["type"] == "missing":
            return f"{name}: not set, and {model.__name__} has no default for it; set it in the environment"
        return f"{name or model.__name__}: {message}"
    at = f" at {'.'.join(inner)}" if inner else ""
    if expected := _EXPECTED.get(detail["type"]):
        return f"{origin}, expected {expected}{at}"
    if message.startswith("Input should be "):
        return f"{origin}, expected {message.removeprefix('Input should be ')}{at}"
    return f"{origin}: {message}{at}"
