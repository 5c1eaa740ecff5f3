"""The documentation page as files that any web server can serve."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pyfly.apidocs.page import all_assets, has_viewer, missing_viewer, render_static_page

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["document_text", "site_files"]


def document_text(document: Mapping[str, Any], *, indent: int | None = 2) -> str:
    """Return a document as strict JSON with a line break at its end, the same for the same document.

    Args:
        document: The document.
        indent: How many blanks each level is indented by; None for no line breaks within.
    """
    separators = (",", ":") if indent is None else None
    return json.dumps(document, indent=indent, separators=separators, ensure_ascii=False, allow_nan=False) + "\n"


def site_files(
    openapi: Mapping[str, Any], asyncapi: Mapping[str, Any], *, server: str | None = None
) -> dict[str, bytes]:
    """Return the files of a folder with the page, its documents and its assets, by their paths in it.

    All links are relative, so that the folder can lie anywhere.

    Args:
        openapi: The OpenAPI document.
        asyncapi: The AsyncAPI document.
        server: Where the API is served, until the reader names another server; by default what the documents say.

    Raises:
        MissingExtraError: There are WebSocket endpoints, and what shows them is not installed.
    """
    if asyncapi.get("channels") and not has_viewer():
        raise missing_viewer()
    files = {
        "index.html": render_static_page(server),
        "openapi.json": document_text(openapi).encode(),
        "asyncapi.json": document_text(asyncapi).encode(),
    }
    return files | {f"assets/{name}": path.read_bytes() for name, path in all_assets().items()}
