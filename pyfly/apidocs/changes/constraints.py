"""How the limits of a value have changed: its range, its length, its format."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, Final

from pyfly.apidocs.changes.alternatives import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyfly.apidocs.changes.references import Json
    from pyfly.apidocs.changes.report import Direction, Place, Report, Severity

__all__ = ["compare_constraints"]

_LOWER: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_UPPER: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_FORMS: Final = ("format", "contentEncoding", "contentMediaType")
"""What clients read values by."""
_RULES: Final = ("pattern", "multipleOf", "uniqueItems")
_OTHERS: Final = (
    "not",
    "if",
    "then",
    "else",
    "contains",
    "dependentRequired",
    "dependentSchemas",
    "patternProperties",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
)


def compare_constraints(old: Json, new: Json, place: Place, direction: Direction, report: Report) -> None:
    """Report how limits have changed.

    Args:
        old: The schema that was.
        new: The schema that is.
        place: What it is the schema of.
        direction: Who sends the value.
        report: Takes note of changes.
    """
    for names, stricter in ((_LOWER, operator.gt), (_UPPER, operator.lt)):
        for name in names:
            if old.get(name) != new.get(name):
                narrows = _narrows(old.get(name), new.get(name), stricter)
                report(_severity(narrows, direction), _code(narrows), place, _text(name, old, new))
    for name in (*_FORMS, *_RULES):
        before, after = old.get(name) or None, new.get(name) or None
        if before != after:
            _compare_rule(name, old, new, place, direction, report)
    for name in _OTHERS:
        if old.get(name) != new.get(name):
            report("risky", "rule-changed", place, f"has another rule {name!r}")


def _compare_rule(name: str, old: Json, new: Json, place: Place, direction: Direction, report: Report) -> None:
    """Report a rule that has no more or less, so that another one both narrows and widens."""
    narrows, widens = bool(new.get(name)), bool(old.get(name))
    severity: Severity = "compatible"
    if narrows and direction == "sent":
        severity = "breaking"
    elif widens and direction == "received":
        severity = "breaking" if name in _FORMS else "risky"
    report(severity, _code(narrows), place, _text(name, old, new))


def _narrows(before: Any, after: Any, stricter: Callable[[Any, Any], bool]) -> bool:
    if before is None or after is None:
        return before is None
    return stricter(after, before)


def _severity(narrows: bool, direction: Direction) -> Severity:
    if direction == "sent":
        return "breaking" if narrows else "compatible"
    return "compatible" if narrows else "risky"


def _code(narrows: bool) -> str:
    return "limit-narrowed" if narrows else "limit-widened"


def _text(name: str, old: Json, new: Json) -> str:
    before, after = (shown(schema[name]) if name in schema else "none" for schema in (old, new))
    return f"has {name} {after}, had {before}"
