from __future__ import annotations

import asyncio
from typing import Any

import pytest

from pyfly.server.adapters import hypercorn
from tests.conftest import ServeApp
from tests.reliability.misbehaving import RawClient, handshake

APP = """
async def app(scope, receive, send):
    assert scope["type"] == "websocket"
    await receive()
    await send({"type": "websocket.accept"})
    await receive()
"""


async def test_only_cancellations_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()
    reported: list[dict[str, Any]] = []
    monkeypatch.setattr(asyncio.BaseEventLoop, "default_exception_handler", lambda _, context: reported.append(context))
    hypercorn._pass_over_cancellation(loop, {"exception": asyncio.CancelledError()})
    hypercorn._pass_over_cancellation(loop, {"message": "odd"})
    assert reported == [{"message": "odd"}]


@pytest.mark.parametrize(
    "header", ["Connection: upgrade, caf\xe9", "Sec-WebSocket-Protocol: caf\xe9", "Sec-WebSocket-Extensions: caf\xe9"]
)
async def test_a_handshake_that_is_not_ascii_is_answered_with_400(serve_app: ServeApp, header: str) -> None:
    server = serve_app(APP, backend="hypercorn")
    async with await RawClient.reach(server) as client, asyncio.timeout(20):
        await client.send(handshake("/", header).decode().encode("latin-1"))
        assert (await client.answer()).startswith(b"HTTP/1.1 400")
    async with await RawClient.open(server, "/"):
        pass
    await asyncio.to_thread(server.stop)
    assert "Traceback" not in server.output()


@pytest.mark.parametrize(
    ("parameters", "agreed"),
    [
        ("client_max_window_bits", True),
        ("client_max_window_bits=10", True),
        ("client_max_window_bits=99", False),
        ("client_max_window_bits=ten", False),
        ("server_max_window_bits=", False),
    ],
)
async def test_compression_is_agreed_to_where_its_parameters_can_be_read(
    serve_app: ServeApp, parameters: str, agreed: bool
) -> None:
    server = serve_app(APP, backend="hypercorn", compression=True)
    async with await RawClient.reach(server) as client, asyncio.timeout(20):
        await client.send(handshake("/", f"Sec-WebSocket-Extensions: permessage-deflate; {parameters}"))
        head = await client.answer()
    assert head.startswith(b"HTTP/1.1 101")
    assert (b"permessage-deflate" in head) is agreed
    await asyncio.to_thread(server.stop)
    assert "Traceback" not in server.output()
