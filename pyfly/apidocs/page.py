"""The page that shows an API: its HTML, its assets, and the headers that confine it."""

from __future__ import annotations

import importlib.util
from html import escape
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Final

from pyfly.errors import MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "PAGE_HEADERS",
    "all_assets",
    "find_asset",
    "has_viewer",
    "missing_viewer",
    "render_page",
    "render_static_page",
]

PAGE_HEADERS: Final = {
    "cache-control": "no-cache",
    "content-security-policy": "default-src 'none'; connect-src 'self'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
"""Headers of everything that is served for the page: nothing comes from elsewhere, and nothing inline is run."""

_STATIC_POLICY: Final = (
    "default-src 'none'; connect-src 'self' http: https: ws: wss:; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'"
)
"""What a page may do that talks to whatever server its reader names."""

_HERE: Final = Path(__file__).parent
_VIEWER: Final = "asyncapi_viewer"
_VENDORED: Final = {
    "swagger-ui": ("swagger-ui-bundle.js", "swagger-ui.css"),
    "asyncapi-viewer": ("asyncapi-viewer.js",),
}
_LICENCES: Final = ("LICENSE", "NOTICE", "swagger-ui-bundle.js.LICENSE.txt")


def render_page(path: str) -> bytes:
    """Return the page's HTML in UTF-8, whose links are all relative to it.

    Args:
        path: Where the page is served, such as ``/docs``.
    """
    *above, name = path.strip("/").split("/")
    return _render(home="../" * len(above) or "./", base=f"{name}/")


def render_static_page(server: str | None = None) -> bytes:
    """Return the HTML of a page that no application serves, in UTF-8, to lie beside its documents and its assets.

    It talks to a server that its reader names.

    Args:
        server: The server's address until the reader names another one; by default what the documents say.
    """
    policy = f'\n<meta http-equiv="Content-Security-Policy" content="{escape(_STATIC_POLICY)}">'
    return _render(home="./", base="", policy=policy, static=f' data-server="{escape(server or "")}"')


def _render(*, home: str, base: str, policy: str = "", static: str = "") -> bytes:
    values = {
        "home": home,
        "assets": f"{base}assets",
        "openapi": f"{base}openapi.json",
        "asyncapi": f"{base}asyncapi.json",
        "missing": "",
        "install": "",
    }
    if not has_viewer():
        values["missing"], _, values["install"] = str(missing_viewer()).partition("; run: ")
    escaped = {key: escape(value) for key, value in values.items()}
    text = (_HERE / "page.html").read_text(encoding="utf-8")
    return Template(text).substitute(escaped, policy=policy, static=static).encode()


def has_viewer() -> bool:
    """Tell whether what shows WebSocket endpoints is installed."""
    return _viewer_directory() is not None


def missing_viewer() -> MissingExtraError:
    """Return the error that says how to install what shows WebSocket endpoints."""
    return MissingExtraError("asyncapi-viewer", extra="docs", purpose="Showing WebSocket endpoints")


def all_assets() -> dict[str, Path]:
    """Return the files of all assets by their names below the page's assets, with the licences of the vendored ones."""
    own = _own_assets()
    vendored = [f"{folder}/{name}" for folder, names in _VENDORED.items() for name in names]
    found = {name: path for name in vendored if (path := find_asset(name)) is not None}
    licences = {f"swagger-ui/{name}": _HERE / "vendor" / "swagger-ui" / name for name in _LICENCES}
    if has_viewer():
        licences |= {f"asyncapi-viewer/{path.name}": path for path in _viewer_licences()}
    return dict(sorted({**own, **found, **licences}.items()))


def find_asset(name: str) -> Path | None:
    """Return the file of an asset, or None when there is no such asset.

    Args:
        name: Its name below the page's assets, such as ``docs.js`` or ``swagger-ui/swagger-ui.css``.
    """
    folder, _, file = name.rpartition("/")
    if file not in _VENDORED.get(folder, ()):
        return _own_assets().get(name)
    directory = _viewer_directory() if folder == "asyncapi-viewer" else _HERE / "vendor" / folder
    path = None if directory is None else directory / file
    return path if path is not None and path.is_file() else None


def _own_assets() -> dict[str, Path]:
    # Looked for among the files there are: no name that a client makes up reaches the file system.
    return {path.name: path for path in (_HERE / "static").iterdir() if path.is_file()}


def _viewer_licences() -> Iterator[Path]:
    try:
        files = distribution("asyncapi-viewer").files or ()
    except PackageNotFoundError:
        return  # lies on the path without being installed
    for file in files:
        if file.name.startswith(("LICENSE", "LICENCE", "NOTICE")):
            yield Path(str(file.locate()))


def _viewer_directory() -> Path | None:
    # Looked up without importing it, which would load what it has for other purposes.
    spec = importlib.util.find_spec(_VIEWER)
    places = spec.submodule_search_locations if spec else None
    return Path(places[0]) / "static" if places else None
