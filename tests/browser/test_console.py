"""Talking to endpoints through the console of the documentation page."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import quote

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.conftest import APPLICATION, DOCS, ROOT, Watch, show
from tests.conftest import LiveServer, ServeApp

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def console(page: Page, served: LiveServer) -> Page:
    await show(page, f"{served.base_url}/docs#console")
    return page


def client_of(page: Page, name: str = "Client A") -> Locator:
    return page.get_by_role("article", name=name)


def field(client: Locator, name: str) -> Locator:
    return client.get_by_role("textbox", name=name)


def frames(client: Locator, way: str) -> Locator:
    return client.locator(f"[data-log] > .{way} [data-content]")


def notes(client: Locator) -> Locator:
    return client.locator("[data-log] > .note")


async def connect(client: Locator, endpoint: str, **fields: str) -> None:
    await client.get_by_label("Endpoint").select_option(endpoint)
    for name, value in fields.items():
        await field(client, name).fill(value)
    await client.get_by_role("button", name="Connect").click()
    await expect(client.locator("[data-shown-state]")).to_have_text("Open")


async def send(client: Locator, text: str, form: str = "Text") -> None:
    await client.get_by_role("radiogroup").get_by_text(form, exact=True).click()
    await client.get_by_label("Message text").fill(text)
    await client.get_by_role("button", name="Send", exact=True).click()


async def test_messages_go_both_ways(console: Page) -> None:
    client = client_of(console)
    await connect(client, "WS /ws/chat")
    await send(client, "Hello")
    await expect(frames(client, "out")).to_have_text(["Hello"])
    await expect(frames(client, "in")).to_have_text(["Hello"])
    row = client.locator("[data-log] > .in")
    await expect(row.locator("[data-size]")).to_have_text("5 B")
    await expect(row.locator("time")).to_have_text(re.compile(r"^\d\d:\d\d:\d\d\.\d{3}$"))
    await expect(client.locator("[data-totals]")).to_have_text("1 received · 1 sent · 10 B")
    await client.get_by_role("button", name="Disconnect").click()
    await expect(notes(client).last).to_contain_text("Closed with 1000")
    await expect(notes(client).last).to_contain_text("You have closed the connection.")


async def test_two_clients_see_each_other(console: Page) -> None:
    first = client_of(console)
    await connect(first, "WS /ws/rooms/{room_id}", room_id="den", nickname="ada")
    await console.get_by_role("button", name="Add a second client").click()
    second = client_of(console, "Client B")
    await field(second, "nickname").fill("grace")
    await second.get_by_role("button", name="Connect").click()
    await expect(frames(first, "in").last).to_contain_text('"nickname": "grace"')
    await send(second, "Hi Ada")
    await expect(frames(first, "in").last).to_contain_text('"text": "Hi Ada"')
    await second.get_by_role("button", name="Remove").click()
    await expect(frames(first, "in").last).to_contain_text('"kind": "left"')
    await expect(first.get_by_role("button", name="Remove")).to_be_hidden()


async def test_events_arrive_with_their_names(console: Page) -> None:
    client = client_of(console)
    await client.get_by_label("Endpoint").select_option("SSE /odd/ticks/{count}")
    await field(client, "count").fill("3")
    await client.get_by_role("button", name="Connect").click()
    await expect(notes(client).last).to_contain_text("The server has ended the stream.")
    await expect(frames(client, "in")).to_have_text([f'{{\n  "number": {number}\n}}' for number in range(3)])
    await expect(client.locator("[data-log] > .in").last.locator(".chip")).to_have_text(["tick", "id 2"])


async def test_endless_streams_are_left(console: Page) -> None:
    client = client_of(console)
    await console.get_by_role("button", name="Add a second client").click()
    await connect(client_of(console, "Client B"), "WS /ws/rooms/{room_id}", room_id="den")
    await connect(client, "SSE /api/activity")
    await expect(frames(client, "in")).to_contain_text(['"room": "den"'])
    await client.get_by_role("button", name="Disconnect").click()
    await expect(notes(client).last).to_contain_text("You have left the stream.")


async def test_answer_that_is_no_stream_is_shown(console: Page, watch: Watch) -> None:
    watch.expected.append("Failed to load resource")
    client = client_of(console)
    await client.get_by_label("Endpoint").select_option("SSE /odd/ticks/{count}")
    await field(client, "count").fill("many")
    await client.get_by_role("button", name="Connect").click()
    await expect(frames(client, "in")).to_contain_text(['"title": "Not Found"'])
    await expect(notes(client).last).to_contain_text("Answered with 404")


async def test_stream_without_an_answer_is_explained(console: Page, watch: Watch) -> None:
    watch.expected.append("Failed to load resource")
    client = client_of(console)
    await client.get_by_label("Endpoint").select_option("SSE /odd/ticks/{count}")
    await field(client, "count").fill("3")
    await console.route("**/odd/ticks/3", lambda route: route.abort())
    await client.get_by_role("button", name="Connect").click()
    await expect(notes(client).last).to_contain_text("No answer to read")
    await expect(notes(client).last).to_contain_text("the server has to allow that by CORS")
    await console.route("**/asyncapi.json", lambda route: route.abort())
    await client.get_by_role("button", name="Connect").click()
    await expect(notes(client).last).to_contain_text("The server did not answer. Is it still running?")


async def test_denied_handshake_is_explained(console: Page, watch: Watch) -> None:
    watch.expected.append("WebSocket connection to")
    client = client_of(console)
    await client.get_by_label("Endpoint").select_option("WS /odd/denies")
    await client.get_by_role("button", name="Connect").click()
    await expect(notes(client).last).to_contain_text("Handshake refused")
    refused = "403 (Pages of this origin may not open sessions, or the handler has not accepted the session)"
    await expect(notes(client).last).to_contain_text(refused)
    await expect(notes(client).last).to_contain_text("429 (There are too many sessions of this address or user")
    await expect(client.get_by_role("button", name="Connect")).to_be_enabled()


async def test_server_that_is_gone_is_told_apart_from_a_refusal(browser: Browser, serve_app: ServeApp) -> None:
    server = serve_app(APPLICATION, path=ROOT / "examples", env=DOCS)
    page = await browser.new_page()
    await show(page, f"{server.base_url}/docs#console")
    server.stop()
    client = client_of(page)
    await client.get_by_role("button", name="Connect").click()
    await expect(notes(client).last).to_contain_text("The server did not answer. Is it still running?")


async def test_failure_of_the_handler_is_explained(console: Page) -> None:
    client = client_of(console)
    await connect(client, "WS /odd/fails")
    await send(client, "anything")
    await expect(notes(client).last).to_contain_text("Closed with 1011: Internal error")
    await expect(notes(client).last).to_contain_text("its traceback is in the server's log.")


async def test_bytes_are_written_and_shown_in_hexadecimal(console: Page, tmp_path: Path) -> None:
    client = client_of(console)
    await connect(client, "WS /odd/bytes")
    await send(client, "48 69 zz", "Binary")
    await expect(client.get_by_role("alert")).to_have_text("Bytes are written in hexadecimal, such as 48 65 6c 6c 6f.")
    await send(client, "48 69 0", "Binary")
    await expect(client.get_by_role("alert")).to_contain_text("one is missing")
    await send(client, "48 69 00", "Binary")
    await expect(frames(client, "in").last).to_have_text(re.compile(r"^48 69 00 48 69 00 +Hi·Hi·$"))
    file = tmp_path / "a.bin"
    file.write_bytes(b"file")
    await client.locator("[name=file]").set_input_files(file)
    await expect(frames(client, "in").last).to_contain_text("filefile")


async def test_json_is_checked_before_it_is_sent(console: Page) -> None:
    client = client_of(console)
    await connect(client, "WS /ws/chat")
    await send(client, '{"id": ', "JSON")
    await expect(client.get_by_role("alert")).to_contain_text("This is no JSON")
    await send(client, '{"id": 9007199254740993}', "JSON")
    await expect(frames(client, "in")).to_have_text(['{\n  "id": 9007199254740993\n}'])


async def test_subprotocols_and_token_are_sent(console: Page) -> None:
    client = client_of(console)
    await client.get_by_label("Endpoint").select_option("WS /odd/bytes")
    await client.get_by_text("Subprotocols and token").click()
    await field(client, "Subprotocols").fill("v1, v2")
    await client.get_by_label("Token", exact=True).fill("s e")
    await expect(client.locator("[data-address]")).to_have_text(re.compile(r"\?token=•••$"))
    await client.get_by_role("button", name="Connect").click()
    await expect(frames(client, "in").first).to_contain_text('"token": "s e"')
    await expect(notes(client).last).to_contain_text("Subprotocol v2.")
    await client.get_by_role("button", name="Disconnect").click()
    await client.get_by_label("Sent as").select_option("Subprotocol")
    await client.get_by_label("Token", exact=True).fill("secret")
    await client.get_by_role("button", name="Connect").click()
    await expect(frames(client, "in").last).to_contain_text('"bearer",\n    "secret"')
    await client.get_by_role("button", name="Disconnect").click()
    await client.get_by_label("Token", exact=True).fill("not a token")
    await client.get_by_role("button", name="Connect").click()
    await expect(notes(client).last).to_contain_text("Not sent")


async def test_declared_subprotocols_and_words_are_there(console: Page) -> None:
    client = client_of(console)
    await client.get_by_label("Endpoint").select_option("WS /odd/members/{room}")
    await expect(client.locator("[data-about]")).to_have_text(re.compile("^Talk to members . Only they may read.$"))
    await expect(field(client, "Subprotocols")).to_have_value("talk.v1, talk.v2")
    await expect(client.locator("[data-unset]")).to_have_text(
        "Browsers cannot set headers of a handshake; not sent: x-key."
    )
    await client.get_by_label("Token", exact=True).fill("ada")
    await connect(client, "WS /odd/members/{room}", room="den")
    await expect(notes(client).last).to_contain_text("Subprotocol talk.v2.")
    await send(client, "last")
    await expect(notes(client).last).to_contain_text("Closed with 4004")
    await expect(notes(client).last).to_contain_text("The room is closed for good.")


async def test_parameter_that_takes_the_token_is_the_token(console: Page) -> None:
    client = client_of(console)
    await client.get_by_label("Endpoint").select_option("WS /odd/members/{room}")
    await expect(client.locator("[data-place=query]")).to_be_hidden()
    await expect(client.get_by_label("Token", exact=True)).to_have_attribute("placeholder", "required")
    await client.get_by_label("Token", exact=True).fill("my-secret")
    await expect(client.locator("[data-address]")).to_have_text(re.compile(r"\?token=•••$"))
    assert "my-secret" not in await console.evaluate("location.href")
    await connect(client, "WS /odd/members/{room}")
    await expect(frames(client, "in")).to_have_text(["my-secret among ['token']"])
    await expect(client.locator("[data-log]")).not_to_contain_text("?token=my-secret")
    await client.get_by_role("button", name="Disconnect").click()
    await client.get_by_label("Named").fill("other")
    await client.locator("[data-place=query] input").fill("hidden")
    await expect(client.locator("[data-address]")).to_have_text(re.compile(r"\?token=•••&other=•••$"))
    assert "hidden" not in await console.evaluate("location.href")


async def test_path_variable_that_is_missing_is_told(console: Page) -> None:
    client = client_of(console)
    await client.get_by_label("Endpoint").select_option("WS /ws/rooms/{room_id}")
    await field(client, "room_id").fill("")
    await client.get_by_role("button", name="Connect").click()
    await expect(notes(client).last).to_contain_text("room_id is missing")
    await expect(field(client, "room_id")).to_be_focused()


async def test_link_restores_both_forms(console: Page, served: LiveServer) -> None:
    await client_of(console).get_by_label("Endpoint").select_option("WS /ws/rooms/{room_id}")
    await field(client_of(console), "room_id").fill("a/b &=?")
    await client_of(console).get_by_text("JSON", exact=True).click()
    await client_of(console).get_by_label("Message text").fill('{"text":\n"ä"}')
    await client_of(console).get_by_text("Subprotocols and token").click()
    await client_of(console).get_by_label("Token", exact=True).fill("secret")
    await console.get_by_role("button", name="Add a second client").click()
    await client_of(console, "Client B").get_by_label("Endpoint").select_option("SSE /odd/ticks/{count}")
    await field(client_of(console, "Client B"), "count").fill("7")
    address = await console.evaluate("location.href")
    assert "secret" not in address
    await show(console, address)
    await expect(field(client_of(console), "room_id")).to_have_value("a/b &=?")
    await expect(client_of(console).get_by_label("Message text")).to_have_value('{"text":\n"ä"}')
    await expect(client_of(console).locator("[value=json]")).to_be_checked()
    await expect(field(client_of(console, "Client B"), "count")).to_have_value("7")
    assert await console.evaluate("location.href") == address


async def test_link_to_an_unknown_endpoint_shows_another(console: Page, served: LiveServer) -> None:
    await show(console, f"{served.base_url}/docs#console?client={quote('endpoint=WS /gone')}")
    await expect(client_of(console).get_by_label("Endpoint")).to_have_value("WS /odd/bytes")


async def test_link_is_copied(console: Page, served: LiveServer) -> None:
    await console.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await client_of(console).get_by_role("button", name="Copy link").click()
    await expect(client_of(console).get_by_role("button", name="Copied")).to_be_visible()
    copied = await console.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"{served.base_url}/docs#console?client=endpoint")


async def test_console_is_left_and_found_as_it_was(console: Page) -> None:
    await connect(client_of(console), "WS /ws/chat")
    await console.get_by_role("link", name="WebSocket").click()
    await expect(client_of(console)).to_be_hidden()
    await console.get_by_role("link", name="Console").click()
    await expect(client_of(console).locator("[data-shown-state]")).to_have_text("Open")


async def test_keyboard_is_enough(console: Page) -> None:
    client = client_of(console)
    await client.get_by_label("Endpoint").focus()
    await console.keyboard.type("/ws/c")
    await console.keyboard.press("Tab")
    await console.keyboard.press("Tab")
    await console.keyboard.press("Tab")
    await expect(client.get_by_role("button", name="Connect")).to_be_focused()
    await console.keyboard.press("Enter")
    await expect(client.get_by_label("Message text")).to_be_focused()
    await console.keyboard.press("ControlOrMeta+a")
    await console.keyboard.type("by hand")
    await console.keyboard.press("Control+Enter")
    await expect(frames(client, "in")).to_have_text(["by hand"])


async def test_frames_are_saved_line_by_line(console: Page, tmp_path: Path) -> None:
    client = client_of(console)
    await connect(client, "WS /odd/bytes")
    await send(client, "00 ff", "Binary")
    await expect(frames(client, "in")).to_have_count(2)
    async with console.expect_download() as started:
        await client.get_by_role("button", name="Save").click()
    file = tmp_path / "frames"
    await (await started.value).save_as(file)
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [line["way"] for line in lines] == ["note", "note", "in", "out", "in"]
    assert (lines[3]["hex"], lines[4]["hex"], lines[4]["size"]) == ("00ff", "00ff00ff", 4)


async def test_old_frames_make_room_for_new_ones(console: Page) -> None:
    client = client_of(console)
    await client.get_by_label("Endpoint").select_option("SSE /odd/ticks/{count}")
    await field(client, "count").fill("1200")
    await client.get_by_role("button", name="Connect").click()
    await expect(client.locator("[data-totals]")).to_contain_text("1200 received")
    await expect(client.locator("[data-totals]")).to_contain_text("the last 500 are shown")
    await expect(notes(client).last).to_contain_text("Finished")
    await expect(client.locator("[data-log] > li")).to_have_count(500)
    await client.get_by_role("button", name="Clear").click()
    await expect(client.locator("[data-log] > li")).to_have_count(0)
    await expect(client.locator("[data-totals]")).to_have_text("0 received · 0 sent · 0 B")


async def test_large_frames_make_room_for_new_ones(console: Page) -> None:
    code = """async () => {
        const { Transcript } = await import("/docs/assets/transcript.js");
        const transcript = new Transcript(document.querySelector("[data-transcript]"), "Large");
        const data = "x".repeat(1_000_000);
        for (let sent = 0; sent < 20; sent += 1) transcript.frame("in", { kind: "text", data, size: data.length });
        transcript.frame("in", { kind: "event", data: "x", size: 1, name: "n".repeat(500), id: "i" });
        transcript.frame("in", { kind: "text", data: "x", size: 40_000_000 });
    }"""
    await console.evaluate(code)
    client = client_of(console)
    await expect(client.locator("[data-totals]")).to_contain_text(
        "22 received · 0 sent · 60.0 MB · the last 1 are shown"
    )
    await expect(client.locator("[data-log] > li")).to_have_count(1)


async def test_long_names_of_events_are_cut(console: Page) -> None:
    code = """async () => {
        const { Transcript } = await import("/docs/assets/transcript.js");
        const transcript = new Transcript(document.querySelector("[data-transcript]"), "Large");
        transcript.frame("in", { kind: "event", data: "x", size: 1, name: "n".repeat(500), id: "7" });
    }"""
    await console.evaluate(code)
    await expect(client_of(console).locator(".chip")).to_have_text([f"{'n' * 100}…", "id 7"])
