"""The built documentation: complete, and loading nothing from elsewhere."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import re
from html.parser import HTMLParser
from pathlib import Path

import pyfly
from tools.links import find_faults, read_pages

ROOT = Path(__file__).resolve().parents[2]
LOADING = {"script": "src", "link": "href", "img": "src", "source": "src", "iframe": "src", "use": "href"}
ELSEWHERE = re.compile(r"(?:[a-z]+:)?//", re.IGNORECASE)
REFERENCE = ROOT / "docs" / "reference"
ADAPTER = re.compile(r"^::: (?P<module>pyfly[\w.]*\.adapters\.\w+)$", re.MULTILINE)
STYLE_SOURCE = re.compile(r"(?:(?:@import\s*)?url\(|@import)\s*[\"']?(?P<address>[^\"')\s;]+)")
INTERNAL = {
    "pyfly.apidocs.changes": "what of it is public is in pyfly.apidocs",
    "pyfly.asgi": "what the server tells sessions",
    "pyfly.cli": "the command, which the reference describes as one",
    "pyfly.rules": "what starts and checkers share",
}
"""What is nobody's to import, though other packages do."""


class Sources(HTMLParser):
    """Gathers what a browser loads when it shows a page, and the anchors and links there are."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.anchors: set[str] = set()
        self.classes: set[str] = set()
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.anchors.add(values.get("id") or "")
        self.classes.update((values.get("class") or "").split())
        if tag == "a":
            self.links.add(values.get("href") or "")
        if address := values.get(LOADING.get(tag, "")):
            self.loaded.append(address)
        self.loaded += [match["address"] for match in STYLE_SOURCE.finditer(values.get("style") or "")]


def sources_of(html: str) -> Sources:
    sources = Sources()
    sources.feed(html)
    inline = re.findall(r"<style[^>]*>(.*?)</style>", html, re.DOTALL)
    sources.loaded += [match["address"] for style in inline for match in STYLE_SOURCE.finditer(style)]
    return sources


def test_pages_load_nothing_from_elsewhere(site: Path) -> None:
    pages = {page: sources_of(page.read_text(encoding="utf-8")) for page in site.rglob("*.html")}
    assert len(pages) > 30
    outside = {f"{page.name}: {at}" for page, found in pages.items() for at in found.loaded if ELSEWHERE.match(at)}
    styles = [file.read_text(encoding="utf-8") for file in site.rglob("*.css")]
    outside |= {
        at["address"] for style in styles for at in STYLE_SOURCE.finditer(style) if ELSEWHERE.match(at["address"])
    }
    assert outside == set()
    # The theme would fetch the library that draws these.
    assert not any("mermaid" in found.classes for found in pages.values())


def public_modules() -> set[str]:
    """The packages and the modules beside them, and what the reference shows of adapters."""
    found = {module.name for module in pkgutil.walk_packages(pyfly.__path__, "pyfly.") if module.ispkg}
    beside = {f"pyfly.{module.name}" for module in pkgutil.iter_modules(pyfly.__path__)} - {"pyfly.__main__"}
    adapters = {name for page in REFERENCE.glob("*.md") for name in ADAPTER.findall(page.read_text(encoding="utf-8"))}
    names = {"pyfly", *found, *beside, *adapters} - set(INTERNAL)
    return {name for name in names if hasattr(importlib.import_module(name), "__all__")}


def test_every_public_name_is_in_the_reference(site: Path) -> None:
    pages = (site / "reference").glob("*.html")
    anchors = {anchor for page in pages for anchor in sources_of(page.read_text(encoding="utf-8")).anchors}
    modules = public_modules()
    assert modules > {
        "pyfly",
        "pyfly.application",
        "pyfly.errors",
        "pyfly.web.sse",
        "pyfly.websocket.adapters.starlette",
    }
    names = {f"{module}.{name}" for module in modules for name in importlib.import_module(module).__all__}
    assert sorted(names - anchors) == []


def test_what_is_internal_is_there() -> None:
    assert [name for name in INTERNAL if importlib.util.find_spec(name) is None] == []


def test_links_lead_somewhere(site: Path) -> None:
    assert find_faults(site, read_pages(site)) == []


def test_all_pages_are_in_the_navigation(site: Path) -> None:
    linked = sources_of((site / "404.html").read_text(encoding="utf-8")).links
    exported = "/reference/chat/index.html"  # the chat example's own page, which its reference links to
    pages = {f"/{page.relative_to(site).as_posix()}" for page in site.rglob("*.html")} - {"/404.html", exported}
    assert pages - linked == set()


def test_what_loads_from_elsewhere_is_seen() -> None:
    html = (
        '<link href="//cdn.test/a.css"><script src="https://cdn.test/b.js"></script><img src="own.png">'
        "<style>@import url(https://cdn.test/c.css);</style><p style=\"background: url('http://cdn.test/d.png')\">"
    )
    outside = [address for address in sources_of(html).loaded if ELSEWHERE.match(address)]
    assert [address.rpartition("/")[2] for address in outside] == ["a.css", "b.js", "d.png", "c.css"]
