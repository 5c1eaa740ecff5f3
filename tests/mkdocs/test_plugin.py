"""Sites that MkDocs builds with the plugin."""

from __future__ import annotations

import os
import subprocess
import sys
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from mkdocs.livereload import LiveReloadServer

from pyfly.mkdocs import PyflyPlugin

ROOT = Path(__file__).parents[2]
SHOP = '''
from collections.abc import AsyncIterator

from pyfly.container import rest_controller
from pyfly.web import get_mapping, operation, post_mapping
from pyfly.web.sse import sse_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping


@rest_controller
class OrderController:
    @get_mapping("/orders/{number}")
    async def find(self, number: int) -> str:
        """Find <script>alert(1)</script> a list<Order> | *or* [none](javascript:alert(2)) of_all_"""
        return ""

    @sse_mapping("/news")
    async def news(self) -> AsyncIterator[int]:
        yield 1

    @websocket_mapping("/talk")
    async def talk(self, session: WebSocketSession[str, int]) -> None:
        """Talk."""

    @operation("Old & <b>bold</b>", deprecated=True, tags=["A/B <x>"])
    @post_mapping("/old")
    async def old(self) -> int:
        return 1
'''
PAGE = """\
# The API

<!-- pyfly: reference/shop -->

See [the page](reference/shop/index.html).

```html
<!-- pyfly: reference/shop -->
```
"""


def build(
    directory: Path, options: str = "", page: str = PAGE, more: str = ""
) -> tuple[subprocess.CompletedProcess[str], Path]:
    """Build a site that has a page below a folder, as strictly as MkDocs can."""
    (directory / "shop.py").write_text(SHOP, encoding="utf-8")
    docs = directory / "docs"
    (docs / "guides").mkdir(parents=True, exist_ok=True)
    (docs / "index.md").write_text(page, encoding="utf-8")
    (docs / "guides" / "deep.md").write_text("# Deep\n\n<!-- pyfly: reference/shop -->\n", encoding="utf-8")
    options = options or "      target: shop.py\n      folder: reference/shop\n"
    config = directory / "mkdocs.yml"
    config.write_text(
        f"site_name: Shop\nplugins:\n  - search\n  - pyfly:\n{options}{more}"
        "validation:\n  omitted_files: warn\n  unrecognized_links: warn\n  anchors: warn\n",
        encoding="utf-8",
    )
    site = directory / "site"
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", str(config), "-d", str(site)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    return done, site


def test_site_has_the_page_its_documents_and_a_list(tmp_path: Path) -> None:
    done, site = build(tmp_path)
    assert done.returncode == 0, done.stderr
    folder = site / "reference" / "shop"
    assert {path.name for path in folder.iterdir()} == {"assets", "index.html", "openapi.json", "asyncapi.json"}
    html = (site / "index.html").read_text(encoding="utf-8")
    text = unescape(html)
    assert text.count("GET /orders/{number}") == 1
    assert "Find <script>alert(1)</script> a list<Order> | *or* [none](javascript:alert(2)) of_all_" in text
    assert "<script>alert" not in html
    assert "Old & <b>bold</b>" in text
    assert "<b>" not in html
    assert "<code>POST /old</code> (deprecated)" in text
    assert "<code>GET /news</code> (event stream)" in text
    assert 'href="reference/shop/#/A%2FB%20%3Cx%3E/OrderController_old"' in html
    assert '<a href="reference/shop/">Read it and try it</a></p>' in html
    assert 'href="reference/shop/#/Order/OrderController_find"' in html
    assert 'href="reference/shop/#console?client=endpoint%3DSSE%2B%252Fnews"' in html
    assert 'href="reference/shop/#console?client=endpoint%3DWS%2B%252Ftalk"' in html
    assert "&lt;!-- pyfly: reference/shop --&gt;" in html
    deep = (site / "guides" / "deep" / "index.html").read_text(encoding="utf-8")
    assert 'href="../../reference/shop/openapi.json"' in deep
    search = (site / "search" / "search_index.json").read_text(encoding="utf-8")
    assert "/orders/{number}" in search


def test_link_to_the_page_is_a_button_where_the_site_s_markdown_knows_attributes(tmp_path: Path) -> None:
    done, site = build(tmp_path, more="markdown_extensions: [attr_list]\n")
    assert done.returncode == 0, done.stderr
    assert '<a class="md-button" href="reference/shop/">' in (site / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("folder", "mend"), [("reference/shopp", 'did you mean "reference/shop"?'), ("other", "known are: reference/shop")]
)
def test_marker_of_an_unknown_folder_is_told(tmp_path: Path, folder: str, mend: str) -> None:
    done, _ = build(tmp_path, page=f"# The API\n\n<!-- pyfly: {folder} -->\n")
    assert done.returncode != 0
    assert f'index.md: no API lies in the folder "{folder}"; {mend}' in done.stderr


def test_server_is_on_the_page(tmp_path: Path) -> None:
    options = "      target: shop\n      folder: reference/shop\n      server: https://api.example.com\n"
    done, site = build(tmp_path, options)
    assert done.returncode == 0, done.stderr
    assert 'data-server="https://api.example.com"' in (site / "reference/shop/index.html").read_text(encoding="utf-8")


def test_several_apis_share_a_site(tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text(SHOP.replace("/talk", "/chat"), encoding="utf-8")
    more = "  - pyfly:\n      target: other.py\n      folder: other\n"
    done, site = build(tmp_path, page=PAGE + "\n<!-- pyfly: other -->\n", more=more)
    assert done.returncode == 0, done.stderr
    html = (site / "index.html").read_text(encoding="utf-8")
    assert "/talk" in html
    assert "/chat" in html


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("      folder: a\n", "option 'target': expected a text, got nothing"),
        ("      target: 5\n", "option 'target': expected a text, got 5"),
        ("      target: shop.py\n      folder: ../up\n", "option 'folder': expected a folder of the site such as"),
        (
            "      target: shop.py\n      server: api.example.com\n",
            "option 'server': expected an address such as https://api.example.com, got 'api.example.com'",
        ),
        ("      target: shop.py\n      traget: a\n", "Unrecognised configuration name: traget"),
        ("      target: nowhere.py\n", "pyfly cannot document nowhere.py:\nnowhere.py: error: there is no such file"),
    ],
)
def test_wrong_options_are_told(tmp_path: Path, options: str, told: str) -> None:
    done, _ = build(tmp_path, options, page="# Nothing\n")
    assert done.returncode != 0
    assert told in done.stderr


def test_folder_that_is_taken_is_told(tmp_path: Path) -> None:
    taken = tmp_path / "docs" / "reference" / "shop"
    taken.mkdir(parents=True)
    (taken / "index.html").write_text("mine", encoding="utf-8")
    done, _ = build(tmp_path)
    assert done.returncode != 0
    assert "the site has a file reference/shop/index.html already; give another folder for shop.py" in done.stderr


@pytest.mark.parametrize("page", ["reference/shop.md", "reference/shop/index.md"])
def test_page_that_ends_up_where_the_api_does_is_told(tmp_path: Path, page: str) -> None:
    path = tmp_path / "docs" / page
    path.parent.mkdir(parents=True)
    path.write_text("# Mine\n", encoding="utf-8")
    done, _ = build(tmp_path)
    assert done.returncode != 0
    clash = f"the site has a file reference/shop/index.html already, from {page}; give another folder for shop.py"
    assert clash in done.stderr


def test_page_that_is_left_out_takes_nobody_s_place(tmp_path: Path) -> None:
    path = tmp_path / "docs" / "reference" / "shop.md"
    path.parent.mkdir(parents=True)
    path.write_text("# Mine\n", encoding="utf-8")
    done, site = build(tmp_path, more="exclude_docs: reference/shop.md\n")
    assert (done.returncode, done.stderr.count("already")) == (0, 0), done.stderr
    assert "data-openapi" in (site / "reference" / "shop" / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("target", "watched"),
    [
        ("shop.py", "shop.py"),
        ("shop.py:app", "shop.py"),
        ("pack.inner:app", "pack"),
        ("shop:app", "shop.py"),
        ("json", None),
    ],
)
def test_target_is_watched_while_the_site_is_served(tmp_path: Path, target: str, watched: str | None) -> None:
    from mkdocs.config.defaults import MkDocsConfig

    (tmp_path / "shop.py").write_text("", encoding="utf-8")
    (tmp_path / "pack").mkdir()
    config = MkDocsConfig()
    assert isinstance(config, MkDocsConfig)
    config.config_file_path = str(tmp_path / "mkdocs.yml")
    plugin = PyflyPlugin()
    assert plugin.load_config({"target": target}) == ([], [])
    seen: list[str] = []

    class Server(LiveReloadServer):
        def __init__(self) -> None:
            pass

        def watch(self, path: str, func: Any = None, *, recursive: bool = True) -> None:
            seen.append(path)

    server = Server()
    assert plugin.on_serve(server, config=config, builder=None) is server
    assert seen == ([] if watched is None else [str(tmp_path / watched)])
