"""Values of a request that several parameters of a handler read: a document has each of them once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic_core import to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyfly.apidocs.parameter_documents import ParameterDocument
    from pyfly.apidocs.schemas import SchemaTable

__all__ = ["clashes", "joined"]

_ANNOTATIONS: Final = ("default", "description", "examples", "title")
_ANY_TEXT: Final[tuple[dict[str, Any], ...]] = ({}, {"type": "string"})
# Text may be any of these, and what is most particular comes first.
_SCALARS: Final = ("integer", "number", "boolean", "string")
_NUMBERS: Final = frozenset({"integer", "number"})
_MISSING: Final = object()


def joined(documents: Iterable[ParameterDocument], table: SchemaTable) -> Iterator[ParameterDocument]:
    """Yield each value once, as all that read it want it.

    Args:
        documents: What is read, and by which parameters; none of them is among the `clashes`.
        table: Finds what schemas refer to.
    """
    for document, *others in _by_value(documents):
        for other in others:
            texts = (document.description, other.description)
            document = document._replace(
                required=document.required or other.required,
                schema=_both(document.schema, other.schema, table) or {},
                description="\n\n".join(dict.fromkeys(text for text in texts if text)),
                deprecated=document.deprecated and other.deprecated,
            )
        yield document


def clashes(
    documents: Iterable[ParameterDocument], table: SchemaTable
) -> Iterator[tuple[ParameterDocument, ParameterDocument]]:
    """Yield each value that can never fit two of those that read it, as both want it.

    Args:
        documents: What is read, and by which parameters.
        table: Finds what schemas refer to.
    """
    for first, *others in _by_value(documents):
        for other in others:
            if _both(first.schema, other.schema, table) is None:
                yield first, other


def _by_value(documents: Iterable[ParameterDocument]) -> Iterator[list[ParameterDocument]]:
    found: dict[tuple[str, str], list[ParameterDocument]] = {}
    for document in documents:
        found.setdefault((document.where, document.name), []).append(document)
    yield from found.values()


def _both(one: dict[str, Any], other: dict[str, Any], table: SchemaTable) -> dict[str, Any] | None:
    """Return the schema of what fits two schemas, as requests carry it: as text. None where nothing does."""
    bare, bare_other = _bare(one), _bare(other)
    common = {name: one[name] for name in _ANNOTATIONS if one.get(name, _MISSING) == other.get(name)}
    if bare == bare_other or bare_other in _ANY_TEXT:
        return {**bare, **common}
    if bare in _ANY_TEXT:
        return {**bare_other, **common}
    kind, kind_other = _kind(bare, table), _kind(bare_other, table)
    if kind_other == "array" != kind:
        return _both(other, one, table)
    if kind == "array" != kind_other:  # who wants one value takes the last of several
        items = _both(bare.get("items", {}), bare_other, table)
        return None if items is None else {**bare, "items": items, **common}
    named, named_other = _texts_of(bare, table), _texts_of(bare_other, table)
    if named and named_other and named.isdisjoint(named_other):
        return None
    if kind and kind_other and kind != kind_other and not {kind, kind_other} <= _NUMBERS:
        if not {kind, kind_other} <= {*_SCALARS}:
            return None
        is_first = (
            _SCALARS.index(kind) < _SCALARS.index(kind_other) if bool(named) is bool(named_other) else bool(named)
        )
        return {**(bare if is_first else bare_other), **common}
    if kind != kind_other or any(bare[name] != bare_other[name] for name in bare.keys() & bare_other.keys()):
        return {"allOf": [bare, bare_other], **common}
    return {**bare, **bare_other, **common}


def _bare(schema: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in schema.items() if name not in _ANNOTATIONS}


def _texts_of(schema: dict[str, Any], table: SchemaTable) -> set[str]:
    """Return the values that a schema names, as requests carry them; none where it names none."""
    found = table.resolved(schema)
    values: list[Any] = [found["const"]] if "const" in found else found.get("enum", [])
    return {value if isinstance(value, str) else to_json(value).decode() for value in values}


def _kind(schema: dict[str, Any], table: SchemaTable) -> str:
    kind = table.resolved(schema).get("type", "")
    return kind if isinstance(kind, str) else ""
