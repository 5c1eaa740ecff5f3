"""The documentation page as a browser shows it."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.browser.conftest import APPLICATION, DOCS, ROOT, Watch, show
from tests.conftest import LiveServer, ServeApp

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

BELOW = """
from served import app as inner


async def app(scope, receive, send):
    if scope["type"] != "lifespan":
        assert scope["path"].startswith("/shop/v1/"), scope["path"]
        scope = {scope_change}
    await inner(scope, receive, send)
"""
STRIPPED = """scope | {"path": scope["path"].removeprefix("/shop/v1"), "raw_path": None}"""
MOUNTED = """scope | {"root_path": "/shop/v1"}"""


async def test_tabs_show_what_there_is(page: Page) -> None:
    await expect(page.locator("[data-title]")).to_have_text("Chat")
    await expect(page).to_have_title("Chat")
    tabs = page.get_by_role("navigation").get_by_role("link")
    await expect(tabs).to_have_text(["HTTP 7", "WebSocket 6", "Console"])
    await expect(page.locator(".opblock").first).to_be_visible()
    await tabs.nth(1).click()
    await expect(page.locator("asyncapi-viewer .op").first).to_be_visible()
    await expect(page.locator(".opblock").first).to_be_hidden()
    await tabs.nth(2).click()
    await expect(page.get_by_role("button", name="Connect")).to_be_visible()
    await expect(tabs.nth(2)).to_have_attribute("aria-current", "page")


async def test_http_operations_are_tried_in_place(page: Page) -> None:
    operation = page.locator(".opblock", has_text="/odd/greeting")
    await operation.locator(".opblock-summary-control").click()
    await operation.get_by_role("button", name="Try it out").click()
    await operation.get_by_placeholder("name").fill("Ada")
    await operation.get_by_role("button", name="Execute").click()
    await expect(operation.locator(".live-responses-table")).to_contain_text("Hello, Ada!")


async def test_event_streams_are_tried_in_the_console(page: Page) -> None:
    operation = page.locator(".opblock", has_text="/odd/ticks")
    await operation.locator(".opblock-summary-control").click()
    await expect(operation.locator(".opblock-body")).to_be_visible()
    await expect(operation.get_by_role("button", name="Try it out")).to_have_count(0)
    await operation.get_by_role("link", name="Try it").click()
    await expect(page.get_by_label("Endpoint")).to_have_value("SSE /odd/ticks/{count}")


async def test_channels_are_tried_in_the_console(page: Page) -> None:
    await page.get_by_role("link", name="WebSocket").click()
    operations = page.locator("asyncapi-viewer .op")
    await expect(operations.first).to_be_visible()
    links = operations.get_by_role("link", name="Try it")
    await expect(links).to_have_count(await operations.count())
    await operations.filter(has_text="/odd/bytes").first.get_by_role("link", name="Try it").click()
    await expect(page.get_by_label("Endpoint")).to_have_value("WS /odd/bytes")


async def test_channels_are_shown_with_all_that_is_told_of_them(page: Page) -> None:
    await page.get_by_role("link", name="WebSocket").click()
    operation = page.locator("asyncapi-viewer .op[id$=OddController_members_receive]")
    for told in ("Only they may read.", "talk.v2", "Who you are.", "x-key", "The room is closed for good.", "422"):
        await expect(operation.locator(".op__desc")).to_contain_text(told)
    await expect(operation.locator(".op__desc table")).to_have_count(3)


async def test_anchors_of_the_viewer_lead_to_its_tab(page: Page, served: LiveServer) -> None:
    await page.get_by_role("link", name="WebSocket").click()
    href = await page.locator("asyncapi-viewer .side a[href*='--']").nth(2).get_attribute("href")
    await show(page, f"{served.base_url}/docs{href}")
    await expect(page.locator("asyncapi-viewer")).to_be_visible()


@pytest.mark.parametrize("system", ["light", "dark"])
async def test_colours_follow_the_system_until_one_chooses(
    browser: Browser, served: LiveServer, watch: Watch, system: str
) -> None:
    other = {"light": "dark", "dark": "light"}[system]
    context = await browser.new_context(color_scheme=system)  # type: ignore[arg-type]  # one of two literals
    page = await context.new_page()
    watch.attach(page)
    await show(page, f"{served.base_url}/docs")
    root = page.locator("html")
    await expect(root).to_have_attribute("data-theme", system)
    await page.get_by_role("button", name=f"Switch to {other} colours").click()
    await expect(root).to_have_attribute("data-theme", other)
    await show(page, f"{served.base_url}/docs")
    await expect(root).to_have_attribute("data-theme", other)
    assert await root.evaluate("root => root.classList.contains('dark-mode')") is (other == "dark")
    await page.emulate_media(color_scheme=other)  # type: ignore[arg-type]  # one of two literals
    await page.get_by_role("button", name=f"Switch to {system} colours").click()
    await page.get_by_role("button", name=f"Switch to {other} colours").click()
    assert await page.evaluate("localStorage.length") == 0
    watch.check()


@pytest.mark.parametrize("fragment", ["", "#websocket", "#console"])
async def test_nothing_is_wider_than_a_phone(browser: Browser, served: LiveServer, watch: Watch, fragment: str) -> None:
    context = await browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = await context.new_page()
    watch.attach(page)
    await show(page, f"{served.base_url}/docs{fragment}")
    shown = {"": ".opblock", "#websocket": "asyncapi-viewer .op", "#console": ".client"}[fragment]
    await expect(page.locator(shown).first).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    watch.check()


LONG = """
from pyfly import create_app
from pyfly.container import rest_controller
from pyfly.web import QueryParam, get_mapping


@rest_controller
class LongController:
    @get_mapping("/long")
    async def find(
        self,
        several: QueryParam[list[int | float | bool]] = [1],
        a_parameter_whose_name_goes_on_and_on_and_on: QueryParam[int | str] = 1,
    ) -> int:
        return 1


app = create_app(LongController)
"""


async def test_forms_of_long_parameters_fit_on_a_phone(browser: Browser, serve_app: ServeApp) -> None:
    server = serve_app(LONG, env=DOCS)
    context = await browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = await context.new_page()
    await show(page, f"{server.base_url}/docs")
    await page.locator(".opblock-summary-control").click()
    await page.get_by_role("button", name="Try it out").click()
    controls = page.locator(".parameters-col_description :is(input, button, select)")
    await expect(controls).to_have_count(4)
    edge = await page.locator(".opblock").evaluate("block => block.getBoundingClientRect().right")
    assert max(await controls.evaluate_all("all => all.map((each) => each.getBoundingClientRect().right)")) <= edge
    await context.close()


@pytest.mark.parametrize("change", [STRIPPED, MOUNTED], ids=["stripped by a proxy", "under a root path"])
async def test_page_works_below_another_path(browser: Browser, serve_app: ServeApp, change: str) -> None:
    source = APPLICATION + BELOW.replace("from served import app as inner", "inner = app").replace(
        "{scope_change}", change
    )
    server = serve_app(source, path=ROOT / "examples", env=DOCS)
    watch = Watch(urlsplit(server.base_url).netloc)
    page = await browser.new_page()
    watch.attach(page)
    await show(page, f"{server.base_url}/shop/v1/docs")
    operation = page.locator(".opblock", has_text="/odd/greeting")
    await operation.locator(".opblock-summary-control").click()
    await operation.get_by_role("button", name="Try it out").click()
    await operation.get_by_placeholder("name").fill("Ada")
    await operation.get_by_role("button", name="Execute").click()
    await expect(operation.locator(".live-responses-table")).to_contain_text("Hello, Ada!")
    await page.get_by_role("link", name="WebSocket").click()
    await expect(page.locator("asyncapi-viewer .op").first).to_be_visible()
    await page.get_by_role("link", name="Console").click()
    await page.get_by_label("Endpoint").select_option("WS /ws/chat")
    await page.get_by_role("button", name="Connect").click()
    await expect(page.locator("[data-shown-state]")).to_have_text("Open")
    watch.check()


async def test_tab_that_the_reader_goes_on_to_stays_when_swagger_ui_comes_late(page: Page, served: LiveServer) -> None:
    gone_on = asyncio.Event()

    async def late(route: Route) -> None:
        await gone_on.wait()
        await route.continue_()

    await page.route("**/swagger-ui-bundle.js", late)
    await show(page, f"{served.base_url}/docs")
    await page.get_by_role("link", name="Console").click()
    gone_on.set()
    await page.locator(".opblock").first.wait_for(state="attached")
    assert urlsplit(page.url).fragment == "console"


async def test_link_to_an_operation_opens_it(page: Page, watch: Watch) -> None:
    watch.expected.append("Deprecated: escaping deep link whitespace")  # Swagger UI of any "_" in an operation's id
    operation = page.locator(".opblock", has_text="/odd/greeting")
    await operation.locator(".opblock-summary-control").click()
    await expect(operation.locator(".opblock-body")).to_be_visible()
    await show(page, page.url)
    await expect(operation.locator(".opblock-body")).to_be_visible()


async def test_missing_viewer_is_told_with_its_extra(browser: Browser, serve_app: ServeApp) -> None:
    without = "import sys\n\nsys.modules['asyncapi_viewer'] = None\n"
    server = serve_app(without + APPLICATION, path=ROOT / "examples", env=DOCS)
    page = await browser.new_page()
    await show(page, f"{server.base_url}/docs#websocket")
    notice = page.locator("[data-view=websocket]")
    await expect(notice).to_contain_text("Showing WebSocket endpoints needs asyncapi-viewer, which is not installed.")
    await expect(notice.locator("code")).to_have_text("pip install 'pyfly[docs]'")


async def test_document_that_cannot_be_made_is_told(page: Page, served: LiveServer, watch: Watch) -> None:
    watch.expected.append("Failed to load resource")
    await page.route("**/openapi.json", lambda route: route.fulfill(status=500, body="{}"))
    await show(page, f"{served.base_url}/docs")
    await expect(page.locator("[data-view=http]")).to_contain_text(
        "openapi.json: the server answered with 500; its log says why"
    )
    await page.get_by_role("link", name="WebSocket").click()
    await expect(page.locator("asyncapi-viewer .op").first).to_be_visible()


async def test_application_without_endpoints_says_so(browser: Browser, serve_app: ServeApp) -> None:
    source = "from pyfly import create_app\nfrom pyfly.context import ApplicationContext\n\n"
    server = serve_app(source + "app = create_app(context=ApplicationContext())\n", env=DOCS)
    page = await browser.new_page()
    await show(page, f"{server.base_url}/docs")
    await expect(page.get_by_role("main")).to_contain_text("This application has no endpoints.")
    await expect(page.get_by_role("navigation").get_by_role("link")).to_have_count(0)


async def test_policy_lets_nothing_in_from_elsewhere(page: Page, watch: Watch) -> None:
    watch.expected += [
        "Connecting to",
        "Executing inline",
        "Fetch API cannot load",
        "Applying inline",
    ]
    await page.evaluate("""() => {
        globalThis.blocked = [];
        const note = (event) => blocked.push(event.effectiveDirective);
        document.addEventListener("securitypolicyviolation", note);
        fetch("http://127.0.0.2:9/").catch(() => {});
        const script = document.createElement("script");
        script.textContent = "globalThis.inline = true";
        document.body.append(script);
        const style = document.createElement("style");
        style.textContent = "body { display: none }";
        document.head.append(style);
    }""")
    await page.wait_for_function("blocked.length >= 3")
    assert sorted(await page.evaluate("blocked")) == ["connect-src", "script-src-elem", "style-src-elem"]
    assert await page.evaluate("globalThis.inline === undefined")
    await expect(page.locator("body")).to_be_visible()
    assert len(watch.complaints) >= 3
