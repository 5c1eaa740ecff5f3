"""What a client gives at a handshake besides the path, as a table for readers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic_core import to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pyfly.apidocs.parameter_documents import ParameterDocument
    from pyfly.apidocs.schemas import SchemaTable

__all__ = ["handshake_markdown", "markdown_table"]


def handshake_markdown(values: Iterable[ParameterDocument], table: SchemaTable) -> str:
    """Return the values of the query, headers and cookies as Markdown; empty for none.

    Args:
        values: What a handler takes, without its path variables.
        table: What schemas refer to.
    """
    rows = [(f"`{each.name}`", str(each.where), _kind(each, table), _meaning(each)) for each in values]
    return f"**Handshake**\n\n{markdown_table(('value', 'place', 'type', 'meaning'), rows)}" if rows else ""


def markdown_table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown.

    Args:
        titles: The columns' titles.
        rows: Their cells, in Markdown.
    """
    lines = [titles, ["---"] * len(titles), *([_cell(text) for text in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _kind(value: ParameterDocument, table: SchemaTable) -> str:
    words = _words(value.schema, table)
    if value.required:
        return f"{words}, required"
    default = value.schema.get("default")
    return words if default is None else f"{words}, {_code(default)} by default"


def _meaning(value: ParameterDocument) -> str:
    return f"**Deprecated.** {value.description}".rstrip() if value.deprecated else value.description


def _words(schema: dict[str, Any], table: SchemaTable) -> str:
    """Return what a value has to be: ``integer``, ``string (uuid)``, or the values there are."""
    found = table.resolved({"$ref": schema["$ref"]}) if "$ref" in schema else schema
    if "enum" in found:
        return " or ".join(_code(value) for value in found["enum"])
    if "const" in found:
        return _code(found["const"])
    if "anyOf" in found:
        return " or ".join(dict.fromkeys(_words(choice, table) for choice in found["anyOf"]))
    kind: str = found.get("type", "any value")
    if kind == "array":
        return f"several: {_words(found.get('items', {}), table)}"
    return f"{kind} ({found['format']})" if "format" in found else kind


def _code(value: Any) -> str:
    text = value if isinstance(value, str) else to_json(value).decode()
    return f"`{text}`" if text else '`""`'
