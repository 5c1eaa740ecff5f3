# Generated from pyfly/apidocs/changes/documents.py; edit that, then run: python -m tools.stubs
"""Compares two documents of the same kind."""

from collections.abc import Mapping
from typing import Any, Literal

from pyfly.apidocs.changes.report import Change

__all__ = ["DocumentKind", "compare_documents", "kind_of"]

DocumentKind = Literal["openapi", "asyncapi"]
"""The two kinds of documents, by the member that holds their version."""

def kind_of(document: Any) -> DocumentKind:
    """Return what kind of document this is.

    Raises:
        DocumentError: It is none, or one of a version that cannot be compared.
    """

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
