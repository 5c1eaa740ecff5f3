"""How what clients send or receive has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, final

from pyfly.apidocs.changes.alternatives import ANYTHING, Alternative, alternatives, matched, shown
from pyfly.apidocs.changes.constraints import compare_constraints
from pyfly.apidocs.changes.references import Json, mapping, resolve, sequence
from pyfly.apidocs.own_examples import MISFIT_DEFAULT

if TYPE_CHECKING:
    from collections.abc import Hashable

    from pyfly.apidocs.changes.report import Direction, Place, Report, Severity

__all__ = ["SchemaComparison"]

_MISSING: Final = object()
_LIMITS: Final = frozenset({"const", "enum", "format", "maxLength", "minLength", "pattern"})
_SINGLE: Final = frozenset({"boolean", "integer", "number", "string"})
_WRITTEN: Final = frozenset({"boolean", "integer", "number"})


@final
class SchemaComparison:
    """Compares schemas of two documents, by what they allow and not by what models are called.

    A model that is met several times in one value is told of once.

    Args:
        old: The document that was.
        new: The document that is.
        report: Takes note of changes.
    """

    __slots__ = ("_alike", "_as_text", "_changed", "_new", "_old", "_report", "_seen")

    def __init__(self, old: Json, new: Json, report: Report) -> None:
        self._old = old
        self._new = new
        self._report = report
        self._seen: set[Hashable] = set()
        self._alike: set[Hashable] = set()
        self._changed = False
        self._as_text = False

    def compare(self, old: Any, new: Any, place: Place, direction: Direction, *, as_text: bool = False) -> bool:
        """Report how a schema has changed.

        Args:
            old: What it was; True for one that allows anything.
            new: What it is.
            place: What it is the schema of.
            direction: Who sends the value.
            as_text: Whether it travels as text, where whoever takes any text takes a number as well.

        Returns:
            Whether it has changed.
        """
        self._seen = set()
        self._changed = False
        self._as_text = as_text
        self._compare(old, new, place, direction)
        if not self._changed:
            # Only now: inside a cycle nothing is known of those that are still being compared.
            self._alike |= self._seen
        return self._changed

    def compare_defaults(self, old: Any, new: Any, place: Place) -> None:
        """Report a default that has come or gone, of a value that could be missing before and still can.

        Args:
            old: The value's schema as it was.
            new: The schema as it is.
            place: What it is the schema of.
        """
        before, after = _default_of(resolve(self._old, old)), _default_of(resolve(self._new, new))
        if before not in (_MISSING, None) and after is _MISSING:
            self._note("risky", "default-changed", place, f"has no default any more, was {shown(before)}")
        elif before is _MISSING and after not in (_MISSING, None):
            self._note("risky", "default-changed", place, f"is {shown(after)} by default, had none")

    def _note(self, severity: Severity, code: str, place: Place, text: str) -> None:
        self._changed = True
        self._report(severity, code, place, text)

    def _compare(self, old: Any, new: Any, place: Place, direction: Direction) -> None:
        pair = _identity(old), _identity(new), direction, self._as_text
        if pair in self._seen or pair in self._alike:
            return
        self._seen.add(pair)
        before, after = alternatives(self._old, old), alternatives(self._new, new)
        pairs, gone, added = matched(before, after)
        for one, other in pairs:
            self._compare_pair(one, other, place, direction)
        for each in gone:
            self._compare_gone(each, after, place, direction)
        for each in added:
            self._compare_added(each, before, place, direction)
        self._compare_annotations(resolve(self._old, old), resolve(self._new, new), place, direction)

    def _compare_gone(self, gone: Alternative, left: list[Alternative], place: Place, direction: Direction) -> None:
        if self._covered(gone, left):
            return
        if direction == "received":
            self._note("compatible", "type-narrowed", place, f"is never {gone.label} any more")
        else:
            self._note("breaking", "type-narrowed", place, f"can no longer be {gone.label}")

    def _compare_added(self, added: Alternative, known: list[Alternative], place: Place, direction: Direction) -> None:
        if self._covered(added, known):
            return
        severity: Severity = "compatible"
        if direction == "received":
            # Who reads a union of models has to expect others; nobody expects null.
            grows = added.type == "object" and any(each.type == "object" for each in known)
            severity = "risky" if grows else "breaking"
        self._note(severity, "type-widened", place, f"can be {added.label} now")

    def _compare_pair(self, old: Alternative, new: Alternative, place: Place, direction: Direction) -> None:
        if self._as_text and new.type == "array" and old.type in _SINGLE:
            # One value is a list of one where it travels as text.
            least = new.schema.get("minItems", 1)
            severity: Severity = "compatible" if least <= 1 else "breaking"
            of_several = "" if least <= 1 else f" of {least} or more"
            self._note(severity, "type-changed", place, f"is {new.label}{of_several}, was {old.label}")
            self._compare(old.schema, _schema(_items(new.schema)[0]), place.inside("[]"), direction)
            return
        if old.type != new.type:
            wider, narrower = (new, old) if direction == "sent" else (old, new)
            severity = "compatible" if self._covered(narrower, [wider]) else "breaking"
            self._note(severity, "type-changed", place, f"is {new.label}, was {old.label}")
            return
        reference = old.schema.get("$ref"), new.schema.get("$ref")
        if reference[0] != reference[1]:
            self._note("risky", "reference-changed", place, f"refers to {reference[1]}, referred to {reference[0]}")
        self._compare_values(old, new, place, direction)
        compare_constraints(old.schema, new.schema, place, direction, self._note)
        if old.type in ("object", ""):
            self._compare_fields(old.schema, new.schema, place, direction)
        if old.type in ("array", ""):
            self._compare_items(old.schema, new.schema, place, direction)
        if "contentSchema" in old.schema and "contentSchema" in new.schema:
            self._compare(old.schema["contentSchema"], new.schema["contentSchema"], place, direction)

    def _covered(self, alternative: Alternative, others: list[Alternative]) -> bool:
        """Tell whether another alternative allows all that one of another type does."""
        if self._as_text and alternative.type in _WRITTEN and any(_takes_any_text(each) for each in others):
            return True
        return any(not each.type or (alternative.type == "integer" and each.type == "number") for each in others)

    def _compare_values(self, old: Alternative, new: Alternative, place: Place, direction: Direction) -> None:
        before, after = old.values, new.values
        if before is None or after is None:
            if before is not None or after is not None:
                narrows = after is not None
                severity: Severity = "breaking" if narrows == (direction == "sent") else "compatible"
                text = f"is one of {_listed(after)}" if after is not None else f"is no longer one of {_listed(before)}"
                self._note(severity, "values-narrowed" if narrows else "values-widened", place, text)
            return
        gone = [value for value in before if value not in after]
        added = [value for value in after if value not in before]
        if gone and len(gone) == len(before) and added:
            self._note("breaking", "values-changed", place, f"is {_listed(after)}, was {_listed(before)}")
        elif direction == "sent":
            if gone:
                self._note("breaking", "values-narrowed", place, f"can no longer be {_listed(gone)}")
            if added:
                self._note("compatible", "values-widened", place, f"can be {_listed(added)} now")
        else:
            if gone:
                self._note("compatible", "values-narrowed", place, f"is never {_listed(gone)} any more")
            if added:
                self._note("risky", "values-widened", place, f"can be {_listed(added)} now")

    def _compare_fields(self, old: Json, new: Json, place: Place, direction: Direction) -> None:
        before, after = mapping(old.get("properties")), mapping(new.get("properties"))
        were_required, are_required = set(sequence(old.get("required"))), set(sequence(new.get("required")))
        for name in before:
            inner = place.inside(name)
            if name not in after:
                self._note("breaking", "field-removed", inner, "is gone")
                continue
            if name in are_required and name not in were_required:
                severity: Severity = "breaking" if direction == "sent" else "compatible"
                self._note(severity, "field-required", inner, "is required now")
            elif name in were_required and name not in are_required:
                severity = "breaking" if direction == "received" else "compatible"
                self._note(severity, "field-optional", inner, "can be missing now")
            self._compare(before[name], after[name], inner, direction)
            if direction == "sent" and name not in were_required | are_required:
                self.compare_defaults(before[name], after[name], inner)
        for name in after:
            if name not in before:
                required = name in are_required and direction == "sent"
                text = "is new, and required" if required else "is new"
                self._note("breaking" if required else "compatible", "field-added", place.inside(name), text)
        unknown = [name for name in are_required - were_required if name not in after]
        for name in sorted(unknown):
            self._note(
                "breaking" if direction == "sent" else "compatible",
                "field-required",
                place.inside(name),
                "is required now",
            )
        self._compare_other_fields(old, new, place, direction)

    def _compare_other_fields(self, old: Json, new: Json, place: Place, direction: Direction) -> None:
        before, after = old.get("additionalProperties", True), new.get("additionalProperties", True)
        if before is False or after is False:
            if before is not after:
                narrows = after is False
                severity: Severity = "breaking" if narrows and direction == "sent" else "compatible"
                text = "takes no other fields any more" if narrows else "takes other fields now"
                self._note(severity, "fields-closed" if narrows else "fields-opened", place, text)
        elif before is not True or after is not True:
            self._compare(_schema(before), _schema(after), place.inside("*"), direction)

    def _compare_items(self, old: Json, new: Json, place: Place, direction: Direction) -> None:
        before, after = _items(old), _items(new)
        if len(before) != len(after):
            self._note(
                "breaking",
                "type-changed",
                place,
                f"has {len(after) - 1} items of their own kind, had {len(before) - 1}",
            )
            return
        for one, other in zip(before, after, strict=True):
            if one is False or other is False:
                if one is not other:
                    narrows = other is False
                    severity: Severity = "breaking" if narrows == (direction == "sent") else "compatible"
                    text = "takes no more items any more" if narrows else "takes more items now"
                    self._note(severity, "type-narrowed" if narrows else "type-widened", place, text)
            else:
                self._compare(_schema(one), _schema(other), place.inside("[]"), direction)

    def _compare_annotations(self, old: Json, new: Json, place: Place, direction: Direction) -> None:
        before, after = _default_of(old), _default_of(new)
        if direction == "sent" and _MISSING not in (before, after) and before != after:
            self._note("risky", "default-changed", place, f"is {shown(after)} by default, was {shown(before)}")
        if new.get("deprecated") and not old.get("deprecated"):
            self._note("compatible", "deprecated", place, "is deprecated")


def _default_of(schema: Json) -> Any:
    """Return what holds for a value that is missing, be it one that could be sent or none."""
    return schema.get("default", schema.get(MISFIT_DEFAULT, _MISSING))


def _identity(schema: Any) -> Hashable:
    found = mapping(schema)
    return found["$ref"] if set(found) == {"$ref"} else id(schema)


def _schema(value: Any) -> Any:
    return ANYTHING if value is True else value


def _items(schema: Json) -> list[Any]:
    """Return the schemas of a tuple's items, and that of all others; True for anything, False for nothing."""
    items = schema.get("items", True)
    if isinstance(items, list):  # as drafts before 2020 write tuples
        return [*sequence(items), schema.get("additionalItems", True)]
    return [*sequence(schema.get("prefixItems")), items]


def _takes_any_text(alternative: Alternative) -> bool:
    return alternative.type == "string" and _LIMITS.isdisjoint(alternative.schema)


def _listed(values: list[Any] | None) -> str:
    return ", ".join(shown(value) for value in values or ())
