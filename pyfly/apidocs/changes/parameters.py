"""How the values beside a body have changed: path, query, headers and cookies, of either document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, final

from pyfly.apidocs.changes.report import Place

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyfly.apidocs.changes.references import Json
    from pyfly.apidocs.changes.report import Report
    from pyfly.apidocs.changes.schemas import SchemaComparison

__all__ = ["KINDS", "Parameter", "compare_parameters"]

KINDS: Final = {"path": "path variable", "query": "query parameter", "header": "header", "cookie": "cookie"}
"""What people call a parameter, by where it stands."""


@final
@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that a client sends beside the body.

    Attributes:
        where: ``path``, ``query``, ``header`` or ``cookie``.
        name: Its name.
        key: What it is found by: the name, or the position in the path, whose names no client sees.
        required: Whether it has to be there.
        schema: What it may be.
        form: How it is written, as far as that is told.
        deprecated: Whether it is on its way out.
    """

    where: str
    name: str
    key: str
    required: bool
    schema: Any
    form: Json
    deprecated: bool = False

    @property
    def subject(self) -> str:
        """What messages call it."""
        return f'{KINDS.get(self.where, self.where)} "{self.name}"'


def compare_parameters(
    old: Iterable[Parameter], new: Iterable[Parameter], endpoint: str, schemas: SchemaComparison, report: Report
) -> None:
    """Report how an endpoint's parameters have changed.

    Args:
        old: Those it had.
        new: Those it has.
        endpoint: Whose they are.
        schemas: Compares what they may be.
        report: Takes note of changes.
    """
    before = {(each.where, each.key): each for each in old}
    after = {(each.where, each.key): each for each in new}
    for key, one in before.items():
        place = Place(endpoint, one.subject)
        other = after.get(key)
        if other is None:
            report("breaking", "parameter-removed", place, "is gone")
            continue
        place = Place(endpoint, other.subject)
        if one.required != other.required:
            if other.required:
                report("breaking", "parameter-required", place, "is required now")
            else:
                report("compatible", "parameter-optional", place, "can be missing now")
        if one.form != other.form:
            report("breaking", "parameter-form", place, "is written in another form")
        if other.deprecated and not one.deprecated:
            report("compatible", "deprecated", place, "is deprecated")
        schemas.compare(one.schema, other.schema, place, "sent", as_text=True)
        if not (one.required or other.required):
            schemas.compare_defaults(one.schema, other.schema, place)
    for key, other in after.items():
        if key not in before:
            place = Place(endpoint, other.subject)
            if other.required:
                report("breaking", "parameter-added", place, "is new, and required")
            else:
                report("compatible", "parameter-added", place, "is new")
