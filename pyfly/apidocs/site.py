"""The documentation page as files that any web server can serve."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pyfly.apidocs.page import all_assets, has_viewer, missing_viewer, render_static_page

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["document_text", "site_files"]


def document_text(document: Mapping[str, Any]) -> str:
    """Return a document as files hold it: JSON over several lines, the same for the same document."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


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
