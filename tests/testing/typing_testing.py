"""Checked by mypy and pyright, never run."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Never, Protocol, assert_type
from uuid import UUID

from pydantic import BaseModel, Field
from starlette.applications import Starlette
from starlette.testclient import TestClient

from pyfly.container import rest_controller
from pyfly.testing import (
    Closing,
    Connecting,
    HandshakeDenied,
    SyncWebSocketClient,
    WebSocketClient,
    connect,
    connect_path,
    connect_path_sync,
    connect_sync,
    connect_url,
    connect_url_sync,
    replace_beans,
)
from pyfly.testing.fixtures import Connect, ConnectSync
from pyfly.web import Cookie, Header, QueryParam
from pyfly.websocket import WebSocketSession, websocket_mapping


class Say(BaseModel):
    kind: Literal["say"] = "say"
    text: str


class Leave(BaseModel):
    kind: Literal["leave"] = "leave"


@dataclass
class Said:
    text: str


Incoming = Annotated[Say | Leave, Field(discriminator="kind")]


class Clock(Protocol):
    def hour(self) -> int: ...


@rest_controller
class ChatController:
    @websocket_mapping("/rooms/{room_id}")
    async def chat(self, session: WebSocketSession[Say | Leave, Said], room_id: str) -> None: ...

    @websocket_mapping("/orders/{order:uuid}")
    async def order(
        self,
        session: WebSocketSession[str, bytes],
        order: UUID,
        limit: QueryParam[int] = 20,
        user_agent: Header[str | None] = None,
        *,
        token: Cookie[str],
    ) -> None: ...

    @websocket_mapping("/feed")
    async def feed(self, session: WebSocketSession[Never, Said]) -> None: ...

    @websocket_mapping("/annotated")
    async def annotated(self, session: WebSocketSession[Incoming, Said]) -> None: ...

    @websocket_mapping("/plain")
    async def plain(self, session: WebSocketSession) -> None: ...

    async def no_handler(self, room_id: str) -> None: ...


app = Starlette()


async def clients_have_the_handlers_messages_the_other_way_round() -> None:
    async with connect(app, ChatController.chat, room_id="x") as client:
        assert_type(client, WebSocketClient[Say | Leave, Said])
        assert_type(await client.receive(), Said)
        assert_type(await client.closed(), Closing)
        await client.send(Leave())
        async for message in client:
            assert_type(message, Said)
        await client.send(Said("x"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # the handler sends it
        await client.send("x")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # text is for send_text
        print((await client.receive()).txt)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]  # misspelt
    async with connect(app, ChatController.annotated) as annotated:
        await annotated.send(Say(text="x"))
    async with connect(app, ChatController.plain) as plain:
        assert_type(plain, WebSocketClient[Any, Any])
        await plain.send({"anything": 1})
    async with connect_path(app, "/anywhere") as anywhere:
        assert_type(anywhere, WebSocketClient[Any, Any])


async def who_only_listens_can_send_nothing_typed() -> None:
    async with connect(app, ChatController.feed) as client:
        assert_type(await client.receive(), Said)
        await client.send("x")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # Never
        await client.send_text("x")


async def arguments_are_the_handlers_own() -> None:
    order = UUID(int=0)
    connect(app, ChatController.chat, "x")
    connect(app, ChatController.order, order, token="t")
    connect(app, ChatController.order, order=order, limit=3, user_agent="x", token="t")
    connect(app, ChatController.chat)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]  # room_id is missing
    connect(app, ChatController.chat, room="x")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]  # misspelt
    connect(app, ChatController.chat, room_id=3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # str
    connect(app, ChatController.chat, "x", "y")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]  # too many
    connect(app, ChatController.order, order="x", token="t")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # UUID
    connect(app, ChatController.order, order=order)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]  # no token
    connect(app, ChatController.no_handler, "x")  # type: ignore[call-arg, arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]  # no session
    connect(app, ChatController().chat, "x")  # type: ignore[call-arg, arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]  # bound to an object
    connect(app, "/rooms/x")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]  # that is connect_path


async def options_keep_the_types() -> None:
    connecting = connect(app, ChatController.chat, room_id="x").using(headers={"a": "b"}, timeout=1)
    assert_type(connecting, Connecting[Say | Leave, Said])
    assert_type(await connecting.denied(), HandshakeDenied)
    connecting.using(header={"a": "b"})  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]  # misspelt


def the_synchronous_twin_has_the_same_types(http: TestClient) -> None:
    with connect_sync(app, ChatController.chat, room_id="x") as client:
        assert_type(client, SyncWebSocketClient[Say | Leave, Said])
        assert_type(client.receive(), Said)
        for message in client:
            assert_type(message, Said)
        client.send(Said("x"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # the handler sends it
    connect_sync(http, ChatController.chat, "x")
    connect_sync(app, ChatController.chat)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]  # room_id is missing
    with connect_path_sync(http, "/anywhere") as anywhere:
        assert_type(anywhere, SyncWebSocketClient[Any, Any])


async def live_servers_have_the_same_types() -> None:
    async with connect_url("ws://127.0.0.1:8000", ChatController.chat, room_id="x") as client:
        assert_type(client, WebSocketClient[Say | Leave, Said])
    async with connect_url("ws://127.0.0.1:8000/rooms/x") as untyped:
        assert_type(untyped, WebSocketClient[Any, Any])
    with connect_url_sync("ws://127.0.0.1:8000", ChatController.chat, "x") as sync:
        assert_type(sync, SyncWebSocketClient[Say | Leave, Said])
    connect_url("ws://127.0.0.1:8000", ChatController.chat)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]  # room_id


async def fixtures_have_the_same_types(connect: Connect, connect_sync: ConnectSync) -> None:
    async with connect(ChatController.chat, room_id="x") as client:
        assert_type(client, WebSocketClient[Say | Leave, Said])
    with connect_sync(ChatController.chat, room_id="x") as sync:
        assert_type(sync, SyncWebSocketClient[Say | Leave, Said])
    connect(ChatController.chat)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]  # room_id is missing


def beans_are_replaced_by_any_type(fake: object) -> None:
    with replace_beans(app, {Clock: fake, Say: fake}):
        pass


async def clients_are_passed_on_by_what_they_send_and_receive(client: WebSocketClient[Say | Leave, Said]) -> None:
    fewer_sent_more_expected: WebSocketClient[Say, Said | None] = client
    messages: AsyncIterator[Said] = client
    await fewer_sent_more_expected.send(Say(text="x"))
    assert_type(await anext(messages), Said)
