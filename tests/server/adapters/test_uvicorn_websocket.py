from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

if TYPE_CHECKING:
    from tests.conftest import ServeApp

APP = """
async def app(scope, receive, send):
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.send", "text": "too early"})
"""


async def test_a_message_out_of_turn_stays_the_application_s_error(serve_app: ServeApp) -> None:
    server = serve_app(APP)
    with pytest.raises(InvalidStatus) as caught:
        await connect(server.ws_url)
    assert caught.value.response.status_code == 500
    assert server.stop() == 0
    assert "RuntimeError: Expected ASGI message 'websocket.accept'" in server.output()


KICKING_APP = """
async def app(scope, receive, send):
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        first = await receive()
        await send({"type": "websocket.close", "code": 4000})
        print(first["text"], (await receive())["type"], flush=True)
"""


HEARING_APP = """
import asyncio


async def app(scope, receive, send):
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        await asyncio.sleep(0.2)
        lengths = []
        while (message := await receive())["type"] == "websocket.receive":
            lengths.append(len(message["text"]))
        print("heard", lengths, message["code"], flush=True)
"""


@pytest.mark.parametrize(("ending", "code"), [(b"\x88\x82" + bytes(4) + b"\x03\xe9", 1001), (b"", 1006)])
async def test_all_that_arrived_together_is_received_one_by_one(serve_app: ServeApp, ending: bytes, code: int) -> None:
    lengths = [0, 1, 125, 0, 20_000, 3, *[0] * 400, 50_000, 7]
    server = serve_app(HEARING_APP, ws="websockets")
    async with connect(server.ws_url) as client:
        client.transport.write(b"".join(text_frame(length) for length in lengths) + ending)
        if ending:
            await client.wait_closed()
        else:
            await asyncio.sleep(0.1)
            client.transport.abort()
    assert f"heard {lengths} {code}" in server.wait_for_output("heard")


CLOSING_APP = """
async def app(scope, receive, send):
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        await receive()
        await send({"type": "websocket.close", "code": 4000})
        print("told", (await receive())["type"], flush=True)
"""


async def test_a_close_does_not_wait_behind_messages_that_nobody_receives(serve_app: ServeApp) -> None:
    server = serve_app(CLOSING_APP, ws="websockets", close_timeout=3600)
    async with connect(server.ws_url) as client:
        client.transport.write(text_frame(20) * 5000)
        async with asyncio.timeout(30):
            await client.wait_closed()  # which the server does once it has seen the client's answer
        assert client.close_code == 4000
    assert "told websocket.disconnect" in server.wait_for_output("told")


def text_frame(length: int) -> bytes:
    size = bytes([0x80 | length]) if length < 126 else b"\xfe" + length.to_bytes(2, "big")
    return b"\x81" + size + bytes(4) + b"a" * length


async def test_a_message_that_is_no_utf_8_is_refused_also_right_before_a_close_frame(serve_app: ServeApp) -> None:
    server = serve_app(HEARING_APP, ws="websockets")
    async with connect(server.ws_url) as client:
        client.transport.write(b"\x81\x81" + bytes(4) + b"\xff" + b"\x88\x82" + bytes(4) + b"\x03\xe8")
        await client.wait_closed()
    assert "heard [] 1007" in server.wait_for_output("heard")
    assert server.stop() == 0
    assert "Fatal error" not in server.output()


async def test_handshakes_are_in_the_access_log_and_nowhere_else(serve_app: ServeApp) -> None:
    for access_log in (True, False):
        server = serve_app(HEARING_APP, access_log=access_log)
        async with connect(f"{server.ws_url}/room?ticket=1234"):
            pass
        server.wait_for_output("heard")
        assert ("ticket=1234" in server.output()) is access_log


async def test_nothing_is_received_after_a_close(serve_app: ServeApp) -> None:
    server = serve_app(KICKING_APP)
    frames = b"".join(b"\x81\x83" + bytes(4) + text for text in (b"one", b"two"))
    async with connect(server.ws_url) as client:
        client.transport.write(frames)  # both arrive together
        await client.wait_closed()
    assert "one websocket.disconnect" in server.wait_for_output("one")
