from __future__ import annotations

import re
import sys
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from pyfly.apidocs import page
from pyfly.apidocs.page import PAGE_HEADERS, all_assets, find_asset, render_page, render_static_page

STATIC = Path(page.__file__).parent / "static"


@pytest.mark.parametrize(("path", "home"), [("/docs", "./"), ("/internal/api-docs", "../"), ("/a/b/c", "../../")])
def test_all_addresses_are_relative_to_the_page(path: str, home: str) -> None:
    html = render_page(path).decode()
    name = path.rpartition("/")[2]
    addresses = re.findall(r'(?:src|href|data-(?:home|openapi|asyncapi|swagger|viewer))="([^"]*)"', html)
    assert f'data-home="{home}"' in html
    assert {address.partition("/")[0] for address in addresses if not address.startswith("#")} <= {
        name,
        *home.split("/"),
    }
    assert f'data-openapi="{name}/openapi.json"' in html


def test_every_address_is_filled_in() -> None:
    assert "$" not in render_page("/docs").decode()


def test_every_asset_of_the_page_is_there() -> None:
    for name in re.findall(r'"docs/assets/([^"]*)"', render_page("/docs").decode()):
        assert find_asset(name), name


def test_every_module_that_is_imported_is_there() -> None:
    for module in STATIC.glob("*.js"):
        for name in re.findall(r' from "\./([^"]*)"', module.read_text(encoding="utf-8")):
            assert find_asset(name), f"{module.name} imports {name}"


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "none.js",
        "../page.py",
        "../page.html",
        "/etc/passwd",
        "static/docs.js",
        "other/docs.js",
        "swagger-ui/manifest.json",
        "swagger-ui/../../page.py",
        "asyncapi-viewer/manifest.json",
        "a" * 5000,
        "swagger-ui/" + "a" * 5000,
        "docs.js\0",
    ],
)
def test_nothing_else_is_an_asset(name: str) -> None:
    assert find_asset(name) is None


def test_missing_viewer_is_told_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "asyncapi_viewer", None)
    html = render_page("/docs").decode()
    assert 'data-missing="Showing WebSocket endpoints needs asyncapi-viewer, which is not installed"' in html
    assert 'data-install="pip install &#x27;pyfly[docs]&#x27;"' in html
    assert find_asset("asyncapi-viewer/asyncapi-viewer.js") is None
    monkeypatch.undo()
    assert 'data-missing=""' in render_page("/docs").decode()


def test_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    policy = PAGE_HEADERS["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert "://" not in policy


def test_page_has_nothing_inline() -> None:
    html = render_page("/docs").decode()
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script>", html)
    assert all(re.search(r'src="', tag) for tag in re.findall(r"<script[^>]*>", html))


def test_static_page_lies_beside_what_it_refers_to() -> None:
    html = render_static_page("https://api.example.com?a=1&b=2").decode()
    addresses = re.findall(r'(?:src|href|data-(?:openapi|asyncapi|swagger|viewer))="([^"#]+)"', html)
    assert {address.partition("/")[0] for address in addresses} == {".", "assets", "openapi.json", "asyncapi.json"}
    assert set(re.findall(r'"assets/([^"]*)"', html)) <= set(all_assets())
    assert 'data-server="https://api.example.com?a=1&amp;b=2"' in html
    assert "$" not in html


def test_static_page_is_confined_by_itself() -> None:
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', render_static_page().decode())
    assert policy is not None
    assert policy[1].startswith("default-src &#x27;none&#x27;; connect-src &#x27;self&#x27; http: https: ws: wss:; ")
    assert "unsafe" not in policy[1]
    assert 'data-server=""' in render_static_page().decode()
    assert "http-equiv" not in render_page("/docs").decode()
    assert "data-server=" not in render_page("/docs").decode()


def test_all_assets_are_files_with_the_licences_of_others() -> None:
    assets = all_assets()
    assert all(path.is_file() for path in assets.values())
    assert {"docs.js", "swagger-ui/LICENSE", "swagger-ui/NOTICE", "asyncapi-viewer/asyncapi-viewer.js"} <= set(assets)
    assert "MIT License" in assets["asyncapi-viewer/LICENSE"].read_text(encoding="utf-8")


def test_viewer_that_is_not_installed_has_no_licence_to_ship(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(page, "distribution", missing)
    assert "asyncapi-viewer/LICENSE" not in all_assets()
    monkeypatch.setitem(sys.modules, "asyncapi_viewer", None)
    assert not [name for name in all_assets() if name.startswith("asyncapi-viewer/")]
