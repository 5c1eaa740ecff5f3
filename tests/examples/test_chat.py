"""The chat example, as people find it: over HTTP, over WebSocket, and as an event stream."""

from __future__ import annotations

import asyncio
import importlib.util
import itertools
import json
import os
import re
import socket
import sys
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import httpx2
import pytest
from websockets.asyncio.client import ClientConnection
from websockets.asyncio.client import connect as connect_websocket

from examples import chat as chat_example
from pyfly import create_app
from pyfly.testing import connect, running
from pyfly.websocket import Sessions
from pyfly.websocket.rooms import BackplaneError, MemoryBackplane, Rooms
from tests.websocket.rooms.redis_server import running_redis

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from types import ModuleType

    from tests.conftest import LiveServer, ServeApp

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
SERVED = "from chat import app\n"
WAIT = 10.0


class Dial(Protocol):
    """Opens connections that end with the test at the latest."""

    async def __call__(self, server: LiveServer, path: str) -> ClientConnection:
        """Connect to a path of a server."""
        ...


@pytest.fixture
def server(serve_app: ServeApp) -> LiveServer:
    return serve_app(SERVED, path=EXAMPLES)


@pytest.fixture(scope="module")
def chat() -> ModuleType:
    spec = importlib.util.spec_from_file_location("chat", EXAMPLES / "chat.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["chat"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
async def dial() -> AsyncIterator[Dial]:
    clients: list[ClientConnection] = []

    async def dial(server: LiveServer, path: str) -> ClientConnection:
        client = await connect_websocket(
            server.ws_url + path, proxy=None, open_timeout=WAIT, close_timeout=WAIT, ping_interval=None
        )
        clients.append(client)
        return client

    yield dial
    for client in clients:
        client.transport.abort()
        await client.wait_closed()


async def event(client: ClientConnection) -> tuple[str, str, str]:
    async with asyncio.timeout(WAIT):
        found = json.loads(await client.recv())
    return found["kind"], found["nickname"], found["text"]


async def rooms(server: LiveServer) -> dict[str, int]:
    async with httpx2.AsyncClient(base_url=server.base_url, trust_env=False) as client:
        answer = await client.get("/api/rooms")
    assert answer.status_code == 200
    return {room["room"]: room["members"] for room in answer.json()}


async def rooms_become(server: LiveServer, expected: dict[str, int]) -> None:
    async with asyncio.timeout(WAIT):
        while True:
            if await rooms(server) == expected:
                return
            await asyncio.sleep(0.01)


async def test_members_of_a_room_see_each_other(serve_app: ServeApp, backend: str, dial: Dial) -> None:
    server = serve_app(SERVED, path=EXAMPLES, backend=backend)
    ada = await dial(server, "/ws/rooms/lobby?nickname=Ada")
    assert await event(ada) == ("joined", "Ada", "")
    grace = await dial(server, "/ws/rooms/lobby?nickname=Grace")
    other = await dial(server, "/ws/rooms/other")
    for member in (ada, grace):
        assert await event(member) == ("joined", "Grace", "")
    assert await event(other) == ("joined", "guest", "")

    await ada.send("<b>hello</b>")

    for member in (ada, grace):
        assert await event(member) == ("message", "Ada", "<b>hello</b>")
    assert await rooms(server) == {"lobby": 2, "other": 1}

    await ada.close()
    assert await event(grace) == ("left", "Ada", "")
    grace.transport.abort()
    await rooms_become(server, {"other": 1})
    await other.close()
    await rooms_become(server, {})
    assert "WARNING" not in server.output()


async def test_broadcast_reaches_everyone(server: LiveServer, dial: Dial) -> None:
    clients = [await dial(server, "/ws/chat") for _ in range(3)]
    for client in clients:  # whose own message has come back is among the clients
        await client.send("here")
        async with asyncio.timeout(WAIT):
            while await client.recv() != "here":
                pass

    await clients[0].send("hello")

    for client in clients:
        async with asyncio.timeout(WAIT):
            while await client.recv() != "hello":
                pass


@pytest.mark.parametrize(
    ("room", "nickname", "parameter"),
    [
        ("lobby", "", "nickname"),
        ("lobby", "  ", "nickname"),
        ("lobby", "x" * 25, "nickname"),
        ("<script>", "Ada", "room_id"),
        ("x" * 41, "Ada", "room_id"),
    ],
)
async def test_bad_names_are_refused_before_anybody_sees_them(room: str, nickname: str, parameter: str) -> None:
    app = create_app(chat_example)
    async with running(app):
        denied = await connect(app, chat_example.RoomController.join, room, nickname=nickname).denied()
        assert denied.status == 422
        assert [error["name"] for error in denied.problem["errors"]] == [parameter]
        assert app.state.context.get_bean(Rooms).names == ()


async def test_too_long_a_message_ends_the_conversation() -> None:
    app = create_app(chat_example)
    join = chat_example.RoomController.join
    async with connect(app, join, "lobby") as talker, connect(app, join, "lobby", nickname="Ada") as listener:
        for kind in ("joined", "joined"):
            assert (await talker.receive_json())["kind"] == kind
        await talker.send_text("x" * 2000)
        assert (await talker.receive_json())["text"] == "x" * 2000
        await talker.send_text("x" * 2001)
        assert await talker.closed() == (1009, "a message has up to 2000 characters")

        assert [(await listener.receive_json())["kind"] for _ in range(3)] == ["joined", "message", "left"]
        directory = app.state.context.get_bean(chat_example.Directory)
        assert directory.summaries() == [chat_example.RoomSummary("lobby", members=1)]


async def test_who_joins_gets_what_was_said() -> None:
    app = create_app(chat_example)
    join = chat_example.RoomController.join
    async with running(app):
        async with connect(app, join, "lobby", nickname="Ada") as ada:
            assert await seen(ada, 1) == [("joined", "Ada", "")]
            for number in range(chat_example.KEPT_MESSAGES + 1):
                await ada.send_text(str(number))
            await seen(ada, chat_example.KEPT_MESSAGES + 1)
        async with connect(app, join, "lobby", nickname="Grace") as grace:
            *said, joined = await seen(grace, chat_example.KEPT_MESSAGES + 1)
    assert said == [("message", "Ada", str(number)) for number in range(1, chat_example.KEPT_MESSAGES + 1)]
    assert joined == ("joined", "Grace", "")


async def test_blanks_are_no_part_of_what_is_said() -> None:
    app = create_app(chat_example)
    async with connect(app, chat_example.RoomController.join, "lobby", nickname="Ada") as ada:
        for text in ("  hello  ", " ", "", "bye"):
            await ada.send_text(text)
        assert await seen(ada, 3) == [("joined", "Ada", ""), ("message", "Ada", "hello"), ("message", "Ada", "bye")]


async def test_everybody_is_a_guest_until_the_time_is_over() -> None:
    app = create_app(chat_example)
    async with connect(app, chat_example.RoomController.join, "lobby", nickname=" Ada ") as ada:
        await seen(ada, 1)
        (session,) = app.state.context.get_bean(Sessions)
        assert session.user == chat_example.Guest("Ada")
        assert session.expires_at - datetime.now(UTC) > chat_example.GUESTS_STAY - timedelta(minutes=1)

        session.expires_at -= chat_example.GUESTS_STAY
        assert await ada.closed() == (3000, "the session has expired")


@pytest.mark.parametrize("token", [None, "", "wrong", "gehe\xedm"])
@pytest.mark.parametrize("expected", ["", "secret"])
async def test_only_the_moderator_moderates(expected: str, token: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAT_MODERATOR_TOKEN", expected)
    headers = [] if token is None else [(b"authorization", f"Bearer {token}".encode("latin-1"))]
    async with running(chat_example.app):
        transport = httpx2.ASGITransport(chat_example.app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://testserver", headers=headers) as http:
            answers = [await http.get("/api/people"), await http.delete("/api/people/Mallory")]
    assert [(answer.status_code, answer.headers["www-authenticate"]) for answer in answers] == [(401, "Bearer")] * 2


async def test_the_moderator_sees_who_is_there_and_puts_people_out(serve_app: ServeApp, dial: Dial) -> None:
    server = serve_app(SERVED, path=EXAMPLES, env={"CHAT_MODERATOR_TOKEN": "secret"})
    ada = await dial(server, "/ws/rooms/lobby?nickname=Ada")
    mallory = await dial(server, "/ws/rooms/lobby?nickname=Mallory")
    await dial(server, "/ws/chat")
    assert [(await event(ada))[1] for _ in range(2)] == ["Ada", "Mallory"]
    headers = {"authorization": "Bearer secret"}
    async with connect_websocket(f"{server.ws_url}/ws/rooms/lobby", additional_headers=headers, proxy=None) as member:
        assert await event(member) == ("joined", "guest", "")
        assert await event(ada) == ("joined", "guest", "")
        async with httpx2.AsyncClient(base_url=server.base_url, trust_env=False, headers=headers) as http:
            people = (await http.get("/api/people")).json()
            assert [(person["name"], person["guest"], person["endpoint"]) for person in people] == [
                ("Ada", True, "/ws/rooms/{room_id}"),
                ("Mallory", True, "/ws/rooms/{room_id}"),
                ("guest", True, "/ws/chat"),
                ("moderator", False, "/ws/rooms/{room_id}"),
            ]
            assert {person["address"] for person in people} == {"127.0.0.1"}
            assert [(await http.delete(f"/api/people/{name}")).json() for name in ("Mallory", "moderator")] == [1, 0]
        async with asyncio.timeout(WAIT):
            await mallory.wait_closed()
        assert (mallory.close_code, mallory.close_reason) == (1008, "the moderator has put you out")
        for client in (ada, member):
            assert await event(client) == ("left", "Mallory", "")


async def seen(client: Any, count: int) -> list[tuple[str, str, str]]:
    events = [await client.receive_json() for _ in range(count)]
    return [(event["kind"], event["nickname"], event["text"]) for event in events]


async def test_something_is_said_over_http(server: LiveServer, dial: Dial) -> None:
    ada = await dial(server, "/ws/rooms/lobby?nickname=Ada")
    await event(ada)
    async with httpx2.AsyncClient(base_url=server.base_url, trust_env=False) as client:
        answer = await client.post("/api/rooms/lobby/messages", json={"nickname": " Bot ", "text": "Lunch!"})
        refused = await client.post("/api/rooms/lobby/messages", json={"nickname": "Bot", "text": ""})
    assert (answer.status_code, refused.status_code) == (202, 422)
    assert await event(ada) == ("message", "Bot", "Lunch!")


async def test_who_talks_while_the_backplane_is_away_is_told_to_come_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def refuse(*args: object, **options: object) -> Any:
        raise BackplaneError("room", "Redis does not answer")

    app = create_app(chat_example)
    async with running(app), connect(app, chat_example.RoomController.join, "lobby", nickname="Ada") as ada:
        await seen(ada, 1)
        for call in ("publish", "count"):
            monkeypatch.setattr(MemoryBackplane, call, refuse)
        await ada.send_text("hello?")
        assert await ada.closed() == (1013, "the room cannot be reached")
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://testserver") as http:
            answer = await http.post("/api/rooms/lobby/messages", json={"nickname": "Bot", "text": "x"})
        assert (answer.status_code, answer.json()["detail"]) == (503, "The room cannot be reached; try again later.")
    assert "somebody has left, and the others are not told" in caplog.text


async def test_nobody_waits_for_a_member_that_does_not_read(server: LiveServer, dial: Dial) -> None:
    sleeper = await dial(server, "/ws/rooms/lobby?nickname=Sleeper")
    sleeper.transport.pause_reading()
    talker = await dial(server, "/ws/rooms/lobby?nickname=Talker")
    assert await event(talker) == ("joined", "Talker", "")

    text, heard = "", ("", "", "")
    for number in itertools.count():  # until the server has closed the sleeper, with 1013
        text = f"{number}".ljust(2000, ".")
        await talker.send(text)
        heard = await event(talker)
        if heard == ("left", "Sleeper", ""):
            break
        assert heard == ("message", "Talker", text)
    assert await event(talker) == ("message", "Talker", text)


async def test_activity_tells_what_is_and_what_changes(serve_app: ServeApp, backend: str, dial: Dial) -> None:
    server = serve_app(SERVED, path=EXAMPLES, backend=backend)
    ada = await dial(server, "/ws/rooms/lobby?nickname=Ada")
    await event(ada)
    async with (
        asyncio.timeout(3 * WAIT),
        httpx2.AsyncClient(base_url=server.base_url, trust_env=False, timeout=WAIT) as http,
        http.stream("GET", "/api/activity", headers={"accept": "text/event-stream"}) as response,
    ):
        assert response.headers["content-type"].startswith("text/event-stream")
        events = summaries(response)
        assert await anext(events) == {"room": "lobby", "members": 1}

        grace = await dial(server, "/ws/rooms/lobby?nickname=Grace")
        assert await anext(events) == {"room": "lobby", "members": 2}

        await grace.close()
        assert await anext(events) == {"room": "lobby", "members": 1}
        await ada.close()  # not before: who leave at the same time are told of at once
        assert await anext(events) == {"room": "lobby", "members": 0}
    assert await asyncio.to_thread(server.stop) == 0


async def summaries(response: httpx2.Response) -> AsyncIterator[dict[str, Any]]:
    async for line in response.aiter_lines():
        if line.startswith("data: "):
            yield json.loads(line.removeprefix("data: "))


async def test_two_processes_are_one_chat(serve_app: ServeApp, dial: Dial, tmp_path: Path) -> None:
    with running_redis(tmp_path) as redis:
        env = {"PYFLY_BACKPLANE_URL": redis.url}
        one, two = (serve_app(SERVED, path=EXAMPLES, env=env) for _ in range(2))
        ada = await dial(one, "/ws/rooms/lobby?nickname=Ada")
        assert await event(ada) == ("joined", "Ada", "")
        await ada.send("anybody here?")
        assert await event(ada) == ("message", "Ada", "anybody here?")

        bob = await dial(two, "/ws/rooms/lobby?nickname=Bob")
        assert [await event(bob) for _ in range(2)] == [("message", "Ada", "anybody here?"), ("joined", "Bob", "")]
        assert await event(ada) == ("joined", "Bob", "")
        await bob.send("I am")
        for member in (ada, bob):
            assert await event(member) == ("message", "Bob", "I am")
        for server in (one, two):
            await rooms_become(server, {"lobby": 2})

        await ada.close()
        assert await event(bob) == ("left", "Ada", "")
        await rooms_become(two, {"lobby": 1})


async def test_subscriber_that_falls_behind_loses_the_oldest(chat: ModuleType) -> None:
    topic = chat.Topic()
    with topic.subscribe() as slow, topic.subscribe() as quick:
        for number in range(chat.BACKLOG + 3):
            topic.publish(number)
            assert quick.get_nowait() == number
        assert [slow.get_nowait() for _ in range(slow.qsize())] == list(range(3, chat.BACKLOG + 3))

    topic.publish("nobody is there")
    assert slow.empty()


async def test_page_comes_with_all_it_needs(server: LiveServer) -> None:
    async with httpx2.AsyncClient(base_url=server.base_url, trust_env=False) as client:
        for path, kind in (("/", "text/html"), ("/chat.css", "text/css"), ("/chat.js", "javascript")):
            answer = await client.get(path)
            assert answer.status_code == 200
            assert kind in answer.headers["content-type"]
            assert answer.headers["x-content-type-options"] == "nosniff"
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy


class PageReader(HTMLParser):
    """Collects what would run or be fetched."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.inline: list[str] = []
        self._in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_script = tag in ("script", "style")
        for name, value in attrs:
            if name in ("src", "href") and value:
                self.fetched.append(value)
            if name == "style" or name.startswith("on"):
                self.inline.append(name)

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script and data.strip():
            self.inline.append(data)


def test_page_fetches_nothing_from_elsewhere_and_runs_nothing_inline() -> None:
    reader = PageReader()
    reader.feed((EXAMPLES / "chat_page" / "index.html").read_text(encoding="utf-8"))

    assert reader.inline == []
    assert sorted(reader.fetched) == ["/chat.css", "/chat.js", "data:,"]
    for file in ("chat.css", "chat.js"):
        assert not re.search(r"https?://|@import|url\(", (EXAMPLES / "chat_page" / file).read_text(encoding="utf-8"))


def test_page_never_makes_html_of_text() -> None:
    script = (EXAMPLES / "chat_page" / "chat.js").read_text(encoding="utf-8")

    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|eval\(", script)


async def test_pyfly_run_serves_it() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "pyfly", "run", "examples/chat.py", "--port", str(port)),
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "NO_COLOR": "1", "COLUMNS": "200"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    reading = asyncio.create_task(process.communicate())
    try:
        async with asyncio.timeout(2 * WAIT):
            page = await first_answer(f"http://127.0.0.1:{port}/", reading)
        assert "<title>pyfly chat</title>" in page
        process.terminate()
        async with asyncio.timeout(2 * WAIT):
            told = (await reading)[0].decode()
    finally:
        if process.returncode is None:
            process.kill()
            await reading
    assert process.returncode == 0, told
    for path in (
        "/ws/chat",
        "/ws/rooms/{room_id}",
        "/api/rooms",
        "/api/rooms/{room_id}/messages",
        "/api/activity",
        "/api/people",
        f"http://127.0.0.1:{port}",
    ):
        assert path in told


async def first_answer(url: str, ended: asyncio.Task[Any]) -> str:
    async with httpx2.AsyncClient(trust_env=False) as client:
        while True:
            assert not ended.done(), ended.result()
            try:
                return (await client.get(url)).text
            except httpx2.TransportError:
                await asyncio.sleep(0.05)
