"""Compares two documents of the same kind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, Literal

from pyfly.apidocs.changes.asyncapi import compare_asyncapi
from pyfly.apidocs.changes.errors import DocumentError
from pyfly.apidocs.changes.openapi import compare_openapi
from pyfly.apidocs.changes.references import mapping
from pyfly.apidocs.changes.report import SEVERITIES, Change

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfly.apidocs.changes.report import Place, Severity

__all__ = ["DocumentKind", "compare_documents", "kind_of"]

DocumentKind = Literal["openapi", "asyncapi"]
"""The two kinds of documents, by the member that holds their version."""

_VERSIONS: Final[Mapping[DocumentKind, tuple[str, re.Pattern[str]]]] = {
    "openapi": ("OpenAPI 3.1", re.compile(r"3\.[12]\.\d+")),
    "asyncapi": ("AsyncAPI 3.0", re.compile(r"3\.\d+\.\d+")),
}


def kind_of(document: Any) -> DocumentKind:
    """Return what kind of document this is.

    Raises:
        DocumentError: It is none, or one of a version that cannot be compared.
    """
    known = " or ".join(title for title, _ in _VERSIONS.values())
    for kind, (title, pattern) in _VERSIONS.items():
        version = mapping(document).get(kind)
        if version is None:
            continue
        if isinstance(version, str) and pattern.fullmatch(version):
            return kind
        raise DocumentError(f"expected {title}, got version {version}; export it anew in that version")
    if "swagger" in mapping(document):
        raise DocumentError(f"expected {known}, got Swagger; export it anew in that version")
    raise DocumentError(f'expected {known}, got JSON with neither "openapi" nor "asyncapi" in it')


def compare_documents(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Change, ...]:
    """Return what clients can notice of the changes from one document to another, the worst first.

    Both are OpenAPI 3.1 documents, or both AsyncAPI 3.0 documents. Values are compared by what they may be: names of
    models, operations, channels and path variables do not matter, nor does prose.

    Args:
        old: The document that clients were made for.
        new: The document of what they will meet.

    Raises:
        DocumentError: One of them is no such document, or they are of two kinds.
    """
    kind = kind_of(old)
    if kind_of(new) != kind:
        raise DocumentError(f"expected two documents of one kind, got {kind} and {kind_of(new)}")
    found: dict[Change, None] = {}

    def note(severity: Severity, code: str, place: Place, text: str) -> None:
        found[Change(severity, code, place.endpoint, str(place), text)] = None

    compare = compare_openapi if kind == "openapi" else compare_asyncapi
    compare(old, new, note)
    return tuple(sorted(found, key=lambda change: SEVERITIES.index(change.severity)))
