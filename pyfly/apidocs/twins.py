"""Definitions that differ in their names alone: models that refer to themselves, as they are accepted and sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["joined_names", "renamed"]

_ENDINGS: Final = ("-Input", "-Output")


def joined_names(definitions: Mapping[str, Any], prefix: str) -> dict[str, str]:
    """Return the references that change when each pair of twins becomes one definition, with what they become.

    ``Node-Input`` and ``Node-Output`` are twins when they are the same once all twins among what they refer to are.

    Args:
        definitions: Schemas by name.
        prefix: What stands before the name in a reference.
    """
    stems = {name.removesuffix(_ENDINGS[0]) for name in definitions if name.endswith(_ENDINGS[0])}
    stems = {stem for stem in stems if f"{stem}{_ENDINGS[1]}" in definitions and stem not in definitions}
    while True:
        names = {f"{prefix}{stem}{ending}": f"{prefix}{stem}" for stem in stems for ending in _ENDINGS}
        alike = {
            stem
            for stem in stems
            if renamed(definitions[f"{stem}{_ENDINGS[0]}"], names)
            == renamed(definitions[f"{stem}{_ENDINGS[1]}"], names)
        }
        if alike == stems:
            return names
        stems = alike


def renamed(schema: Any, names: Mapping[str, str]) -> Any:
    """Return a schema with other references, wherever they are.

    Args:
        schema: The schema, or a part of it.
        names: New references by old ones.
    """
    if isinstance(schema, list):
        return [renamed(each, names) for each in cast("Any", schema)]
    if not isinstance(schema, dict):
        return schema
    written: dict[str, Any] = {}
    for keyword, value in cast("dict[str, Any]", schema).items():
        if keyword == "$ref" and isinstance(value, str):
            written[keyword] = names.get(value, value)
        elif keyword == "discriminator" and isinstance(value, dict):
            written[keyword] = _with_mapping(cast("dict[str, Any]", value), names)
        else:
            written[keyword] = renamed(value, names)
    return written


def _with_mapping(discriminator: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return a discriminator, or a property of that name, with other references."""
    mapping = discriminator.get("mapping")
    if not isinstance(mapping, dict):
        return cast("dict[str, Any]", renamed(discriminator, names))
    references = {tag: names.get(str(each), each) for tag, each in cast("dict[str, Any]", mapping).items()}
    return {**discriminator, "mapping": references}
