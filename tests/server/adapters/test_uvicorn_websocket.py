from __future__ import annotations

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


async def test_nothing_is_received_after_a_close(serve_app: ServeApp) -> None:
    server = serve_app(KICKING_APP)
    frames = b"".join(b"\x81\x83" + bytes(4) + text for text in (b"one", b"two"))
    async with connect(server.ws_url) as client:
        client.transport.write(frames)  # both arrive together
        await client.wait_closed()
    assert "one websocket.disconnect" in server.wait_for_output("one")
