"""The page that shows an API: its HTML, its assets, and the headers that confine it."""

from __future__ import annotations

import importlib.util
from html import escape
from pathlib import Path
from string import Template
from typing import Final

from pyfly.errors import MissingExtraError

__all__ = ["PAGE_HEADERS", "find_asset", "render_page"]

PAGE_HEADERS: Final = {
    "cache-control": "no-cache",
    "content-security-policy": "default-src 'none'; connect-src 'self'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
"""Headers of everything that is served for the page: nothing comes from elsewhere, and nothing inline is run."""

_HERE: Final = Path(__file__).parent
_VIEWER: Final = "asyncapi_viewer"
_VENDORED: Final = {
    "swagger-ui": ("swagger-ui-bundle.js", "swagger-ui.css"),
    "asyncapi-viewer": ("asyncapi-viewer.js",),
}


def render_page(path: str) -> bytes:
    """Return the page's HTML in UTF-8, whose links are all relative to it.

    Args:
        path: Where the page is served, such as ``/docs``.
    """
    *above, name = path.strip("/").split("/")
    values = {
        "home": "../" * len(above) or "./",
        "assets": f"{name}/assets",
        "openapi": f"{name}/openapi.json",
        "asyncapi": f"{name}/asyncapi.json",
        "missing": "",
        "install": "",
    }
    if _viewer_directory() is None:
        error = MissingExtraError("asyncapi-viewer", extra="docs", purpose="Showing WebSocket endpoints")
        values["missing"], _, values["install"] = str(error).partition("; run: ")
    text = (_HERE / "page.html").read_text(encoding="utf-8")
    return Template(text).substitute({key: escape(value) for key, value in values.items()}).encode()


def find_asset(name: str) -> Path | None:
    """Return the file of an asset, or None when there is no such asset.

    Args:
        name: Its name below the page's assets, such as ``docs.js`` or ``swagger-ui/swagger-ui.css``.
    """
    folder, _, file = name.rpartition("/")
    if file in _VENDORED.get(folder, ()):
        directory = _viewer_directory() if folder == "asyncapi-viewer" else _HERE / "vendor" / folder
    elif not folder and Path(file).name == file:
        directory = _HERE / "static"
    else:
        return None
    path = None if directory is None else directory / file
    return path if path is not None and path.is_file() else None


def _viewer_directory() -> Path | None:
    # Looked up without importing it, which would load what it has for other purposes.
    spec = importlib.util.find_spec(_VIEWER)
    places = spec.submodule_search_locations if spec else None
    return Path(places[0]) / "static" if places else None
