"""Infinities and NaN, which Python's floats have and JSON has not: what holds one is left out of schemas."""

from __future__ import annotations

import json
from math import isfinite
from typing import Any, Final, cast

__all__ = ["holds_infinity", "without_infinities"]

_SCHEMAS_BY_NAME: Final = frozenset({"properties", "patternProperties", "dependentSchemas"})
_VALUES: Final = frozenset({"const", "default"})
_LISTS_OF_VALUES: Final = frozenset({"enum", "examples"})


def holds_infinity(value: Any) -> bool:
    """Tell whether JSON data holds an infinity or NaN."""
    if isinstance(value, str | int | None):
        return False
    try:
        json.dumps(value, allow_nan=False, skipkeys=True, default=str)
    except ValueError:
        return True
    return False


def without_infinities(schema: Any) -> Any:
    """Return a schema without the bounds, defaults and values that JSON cannot write; it is more general then."""
    if isinstance(schema, list):
        return [without_infinities(each) for each in cast("Any", schema)]
    if not isinstance(schema, dict):
        return schema
    written: dict[str, Any] = {}
    for keyword, value in cast("dict[str, Any]", schema).items():
        if keyword in _SCHEMAS_BY_NAME:
            written[keyword] = {name: without_infinities(each) for name, each in value.items()}
        elif keyword in _LISTS_OF_VALUES:
            if values := [each for each in value if not holds_infinity(each)]:
                written[keyword] = values
        elif keyword in _VALUES:
            if not holds_infinity(value):
                written[keyword] = value
        elif not isinstance(value, float) or isfinite(value):
            written[keyword] = without_infinities(value)
    return written
