"""The guide's code, as it is printed, over real servers."""

from __future__ import annotations

import asyncio
import inspect
import json
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

import pyfly.websocket
from pyfly.websocket import WebSocketSession

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

    from tests.conftest import LiveServer, ServeApp
    from tests.guide.conftest import Dial

SNIPPETS = Path(__file__).parent / "snippets"
IMPORTS = """\
from pyfly.container import rest_controller
from pyfly.web import get_mapping, request_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping
"""
CONTROLLER = """
@rest_controller
@request_mapping("/ws")
class GuideController:
"""
MEMBERS = """
from pyfly.web import get_mapping

@rest_controller
class MembersController:
    def __init__(self, chat: ChatController) -> None:
        self.chat = chat

    @get_mapping("/members")
    async def members(self) -> int:
        return len(self.chat.{attribute})
"""
APPLICATION = """
from pyfly import create_app

app = create_app(__name__)
"""
WAIT = 10.0


def snippet(name: str) -> str:
    return (SNIPPETS / f"{name}.py").read_text(encoding="utf-8")


def module(*parts: str) -> str:
    return "\n".join([*parts, APPLICATION])


def method_in_controller(name: str) -> str:
    return IMPORTS + CONTROLLER + textwrap.indent(snippet(name), "    ")


async def read(client: ClientConnection) -> str | bytes:
    async with asyncio.timeout(WAIT):
        return await client.recv()


async def code_at_end(client: ClientConnection) -> int | None:
    with pytest.raises(ConnectionClosed):
        await read(client)
    return client.close_code


async def members_become(server: LiveServer, expected: int) -> None:
    async with asyncio.timeout(WAIT), httpx2.AsyncClient(base_url=server.base_url, trust_env=False) as client:
        while True:
            if (await client.get("/members")).json() == expected:
                return
            await asyncio.sleep(0.01)


def test_public_types_come_from_one_import() -> None:
    names: dict[str, Any] = {}

    exec(snippet("fragments/imports"), names)

    for name in ("WebSocketHandler", "WebSocketSession", "websocket_mapping"):
        assert names[name] is getattr(pyfly.websocket, name)


async def test_echo(serve_app: ServeApp, backend: str, dial: Dial) -> None:
    server = serve_app(module(snippet("echo")), backend=backend)
    client = await dial(server, "/ws/echo")

    for text in ("hello", "", "zwölf Boxkämpfer 🥊", "x" * 65_536):
        await client.send(text)
        assert await read(client) == f"echo: {text}"

    await client.close()
    assert client.close_code == 1000


async def test_handler_without_accept_denies_the_handshake(serve_app: ServeApp, backend: str, dial: Dial) -> None:
    server = serve_app(module(method_in_controller("fragments/handle_chat")), backend=backend)

    with pytest.raises(InvalidStatus) as denied:
        await dial(server, "/ws/chat")

    assert denied.value.response.status_code == 403


async def test_path_params_hold_the_room(serve_app: ServeApp, backend: str, dial: Dial) -> None:
    hook = """
    async def on_disconnect(self, session: WebSocketSession) -> None:
        print("path_params:", session.path_params, flush=True)
"""
    server = serve_app(module(method_in_controller("fragments/join") + hook), backend=backend)

    client = await dial(server, "/ws/rooms/blue")

    assert await code_at_end(client) == 1000
    await asyncio.to_thread(server.wait_for_output, "path_params: {'room_id': 'blue'}")


async def test_feed_answers_in_json_and_closes(serve_app: ServeApp, backend: str, dial: Dial) -> None:
    server = serve_app(module(method_in_controller("fragments/feed")), backend=backend)
    client = await dial(server, "/ws/feed")

    await client.send('{"price": 1.5, "currency": "€"}')

    assert json.loads(await read(client)) == {"received": {"price": 1.5, "currency": "€"}}
    assert await code_at_end(client) == 1000


def test_handler_protocol_is_the_guides() -> None:
    names: dict[str, Any] = {"WebSocketSession": WebSocketSession}
    exec(snippet("fragments/handler"), names)
    printed = names["WebSocketHandler"]

    class Complete:
        async def on_connect(self, session: WebSocketSession) -> None: ...
        async def on_message(self, session: WebSocketSession, data: str) -> None: ...
        async def on_disconnect(self, session: WebSocketSession) -> None: ...

    class Partial:
        async def on_disconnect(self, session: WebSocketSession) -> None: ...

    for protocol in (printed, pyfly.websocket.WebSocketHandler):
        assert isinstance(Complete(), protocol)
        assert not isinstance(Partial(), protocol)
    for hook in ("on_connect", "on_message", "on_disconnect"):
        ours = inspect.signature(getattr(pyfly.websocket.WebSocketHandler, hook), eval_str=False)
        assert list(ours.parameters) == list(inspect.signature(getattr(printed, hook)).parameters)


async def test_on_disconnect_takes_the_session_out_of_the_room(serve_app: ServeApp, backend: str, dial: Dial) -> None:
    source = module(IMPORTS, snippet("fragments/lifecycle"), MEMBERS.format(attribute="_sessions"))
    server = serve_app(source, backend=backend)
    first, second = await dial(server, "/ws/chat"), await dial(server, "/ws/chat")

    for client in (first, second):
        await client.send("hello")
        assert await read(client) == "hello"
    await members_become(server, 2)

    await first.close()
    await members_become(server, 1)
    second.transport.abort()
    await members_become(server, 0)


async def test_broadcast_reaches_three_clients_and_who_stays(serve_app: ServeApp, backend: str, dial: Dial) -> None:
    server = serve_app(module(snippet("broadcast"), MEMBERS.format(attribute="_clients")), backend=backend)
    clients = [await dial(server, "/ws/chat") for _ in range(3)]
    await members_become(server, 3)

    for number, sender in enumerate(clients):
        await sender.send(f"from {number}")
        assert [await read(client) for client in clients] == [f"from {number}"] * 3

    leaving, vanishing, staying = clients
    await leaving.close()
    await members_become(server, 2)
    await staying.send("two of us")
    assert [await read(client) for client in (vanishing, staying)] == ["two of us"] * 2

    vanishing.transport.abort()
    for line in ("anybody", "there?"):
        await staying.send(line)
        assert await read(staying) == line
    await members_become(server, 1)

    await staying.close()
    await members_become(server, 0)
    assert "WARNING" not in server.output()


async def test_on_connect_and_on_message_are_left_to_the_author(serve_app: ServeApp, backend: str, dial: Dial) -> None:
    hooks = """
    async def on_connect(self, session: WebSocketSession) -> None:
        print("on_connect was called", flush=True)

    async def on_message(self, session: WebSocketSession, data: str) -> None:
        print("on_message was called", flush=True)

    async def on_disconnect(self, session: WebSocketSession) -> None:
        print("on_disconnect was called", flush=True)
"""
    server = serve_app(module(method_in_controller("fragments/feed") + hooks), backend=backend)
    client = await dial(server, "/ws/feed")
    await client.send("{}")
    await read(client)
    await code_at_end(client)

    output = await asyncio.to_thread(server.wait_for_output, "on_disconnect was called")

    assert "on_connect was called" not in output
    assert "on_message was called" not in output
