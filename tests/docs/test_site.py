"""The built documentation: complete, and loading nothing from elsewhere."""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UNMEASURED = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
LOADING = {"script": "src", "link": "href", "img": "src", "source": "src", "iframe": "src", "use": "href"}
ELSEWHERE = re.compile(r"(?:[a-z]+:)?//", re.IGNORECASE)
STYLE_SOURCE = re.compile(r"(?:(?:@import\s*)?url\(|@import)\s*[\"']?(?P<address>[^\"')\s;]+)")
PACKAGES = [
    "pyfly.apidocs",
    "pyfly.apidocs.adapters.routes",
    "pyfly.application",
    "pyfly.container",
    "pyfly.context",
    "pyfly.errors",
    "pyfly.events",
    "pyfly.metadata",
    "pyfly.server",
    "pyfly.testing",
    "pyfly.web",
    "pyfly.web.adapters.starlette",
    "pyfly.web.sse",
    "pyfly.web.sse.adapters.starlette",
    "pyfly.websocket",
    "pyfly.websocket.adapters.starlette",
]


class Sources(HTMLParser):
    """Gathers what a browser loads when it shows a page, and the anchors there are."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.anchors: set[str] = set()
        self.classes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.anchors.add(values.get("id") or "")
        self.classes.update((values.get("class") or "").split())
        if address := values.get(LOADING.get(tag, "")):
            self.loaded.append(address)
        self.loaded += [match["address"] for match in STYLE_SOURCE.finditer(values.get("style") or "")]


def sources_of(html: str) -> Sources:
    sources = Sources()
    sources.feed(html)
    inline = re.findall(r"<style[^>]*>(.*?)</style>", html, re.DOTALL)
    sources.loaded += [match["address"] for style in inline for match in STYLE_SOURCE.finditer(style)]
    return sources


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(target)],
        cwd=ROOT,
        env={**UNMEASURED, "PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    return target


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


def test_every_public_name_is_in_the_reference(site: Path) -> None:
    pages = (site / "reference").glob("*.html")
    anchors = {anchor for page in pages for anchor in sources_of(page.read_text(encoding="utf-8")).anchors}
    names = {f"{package}.{name}" for package in PACKAGES for name in importlib.import_module(package).__all__}
    assert sorted(names - anchors) == []


def test_what_loads_from_elsewhere_is_seen() -> None:
    html = (
        '<link href="//cdn.test/a.css"><script src="https://cdn.test/b.js"></script><img src="own.png">'
        "<style>@import url(https://cdn.test/c.css);</style><p style=\"background: url('http://cdn.test/d.png')\">"
    )
    outside = [address for address in sources_of(html).loaded if ELSEWHERE.match(address)]
    assert [address.rpartition("/")[2] for address in outside] == ["a.css", "b.js", "d.png", "c.css"]
