"""Who is let in, and what sessions may take up, as clients of each server see it."""

from __future__ import annotations

import asyncio
import json
import socket
from typing import TYPE_CHECKING, Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import LiveServer, ServeApp

WAIT = 10.0

APP = """
import asyncio
from datetime import UTC, datetime, timedelta

from pyfly import create_app
from pyfly.container import component, rest_controller
from pyfly.web import authenticated, get_mapping, requires
from pyfly.websocket import HandshakeInterceptor, WebSocketSession, websocket_mapping


@component
class Tokens(HandshakeInterceptor):
    async def before_handshake(self, session: WebSocketSession) -> None:
        token = session.query_params.get("token")
        if token == "stolen":
            await session.deny(451, "not here", headers={"X-Reason": "stolen"})
        elif token:
            session.user, session.scopes = token, ["read"]
        if lasts := session.query_params.get("lasts"):
            session.expires_at = datetime.now(UTC) + timedelta(seconds=float(lasts))


@rest_controller
class Sessions:
    @websocket_mapping("/echo/{name}")
    async def echo(self, session: WebSocketSession, name: str) -> None:
        await session.accept()
        async for message in session:
            await session.send(f"{name} {len(message)}")

    @authenticated
    @websocket_mapping("/user")
    async def user(self, session: WebSocketSession) -> None:
        await session.accept()
        await session.send(session.user)

    @requires("write")
    @websocket_mapping("/writers")
    async def writers(self, session: WebSocketSession) -> None:
        await session.accept()

    @websocket_mapping("/never")
    async def never(self, session: WebSocketSession) -> None:
        await asyncio.Event().wait()

    @websocket_mapping("/reason")
    async def reason(self, session: WebSocketSession) -> None:
        await session.accept()
        await session.close(4000, "x" + "\\N{SNOWMAN}" * 100)

    @websocket_mapping("/protocol")
    async def protocol(self, session: WebSocketSession) -> None:
        await session.accept(session.subprotocols[0], headers={"X-Empty": " ", "X-Two": "a\\tb"})
        await session.send(",".join(session.subprotocols))

    @websocket_mapping("/split")
    async def split(self, session: WebSocketSession) -> None:
        for call in (lambda: session.accept(headers={"X": "a\\r\\nSet-Cookie: b"}), lambda: session.accept("a\\r\\nb")):
            try:
                await call()
            except ValueError:
                pass
            else:
                return
        await session.deny(418)

    @get_mapping("/items/{name}")
    def item(self, name: str) -> str:
        return name


app = create_app(__name__)
"""


@pytest.fixture
def serve(serve_app: ServeApp, server_name: str) -> Callable[..., LiveServer]:
    def serve(*, server: dict[str, Any] | None = None, **settings: Any) -> LiveServer:
        env = {f"PYFLY_{name.upper()}": str(value) for name, value in settings.items()}
        return serve_app(APP, backend=server_name, env=env, **(server or {}))

    return serve


def dial(server: LiveServer, path: str, *, origin: str | None = None, **headers: str) -> connect:
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    return connect(
        server.ws_url + path,
        origin=origin,  # type: ignore[arg-type]
        additional_headers=more,
        proxy=None,
        open_timeout=WAIT,
        close_timeout=WAIT,
        ping_interval=None,
    )


async def refused(server: LiveServer, path: str, **options: Any) -> Any:
    with pytest.raises(InvalidStatus) as caught:
        async with dial(server, path, **options):
            pass
    return caught.value.response


async def closing(client: ClientConnection) -> tuple[int | None, str | None]:
    async with asyncio.timeout(WAIT):
        await client.wait_closed()
    return client.close_code, client.close_reason


async def test_pages_of_other_origins_get_nothing(serve: Callable[..., LiveServer]) -> None:
    server = serve(allowed_origins="https://app.example.org, http://localhost:3000")
    for origin in (None, server.base_url, "https://app.example.org", "http://LOCALHOST:3000"):
        async with dial(server, "/echo/a", origin=origin) as client:
            await client.send("hello")
            assert await client.recv() == "a 5"
    for origin in ("http://evil.com", f"{server.base_url}.evil.com", server.base_url.replace("http", "https"), "null"):
        response = await refused(server, "/echo/a", origin=origin)
        assert response.status_code == 403
        assert response.headers["content-type"] == "application/problem+json"
        assert json.loads(response.body)["detail"] == "Pages of this origin may not open sessions."
    assert "Sessions.echo: a handshake was denied (origin)" in server.output()
    assert "evil" not in server.output()


async def test_the_origin_is_the_one_that_the_client_of_the_proxy_used(serve: Callable[..., LiveServer]) -> None:
    server = serve(server={"proxy_headers": True, "root_path": "/app"})
    forwarded = {"X_Forwarded_Proto": "https", "X_Forwarded_Host": "public.example:8443"}
    async with dial(server, "/echo/a", origin="https://public.example:8443", **forwarded):
        pass
    assert (await refused(server, "/echo/a", origin=server.base_url, **forwarded)).status_code == 403
    unforwarded = serve()
    response = await refused(unforwarded, "/echo/a", origin="https://public.example:8443", **forwarded)
    assert response.status_code == 403


async def test_interceptors_and_rules_answer_before_the_handler(serve: Callable[..., LiveServer]) -> None:
    server = serve()
    async with dial(server, "/user?token=ada") as client:
        assert await client.recv() == "ada"
    stolen = await refused(server, "/user?token=stolen")
    assert (stolen.status_code, stolen.headers["x-reason"], bytes(stolen.body)) == (451, "stolen", b"not here")
    nobody = await refused(server, "/user")
    assert (nobody.status_code, nobody.headers["www-authenticate"]) == (401, "Bearer")
    lacking = await refused(server, "/writers?token=ada")
    assert json.loads(lacking.body)["missing_scopes"] == ["write"]


async def test_too_many_sessions_are_asked_to_come_back(serve: Callable[..., LiveServer]) -> None:
    server = serve(server={"proxy_headers": True}, max_sessions=3, max_sessions_per_address=2, max_sessions_per_user=1)

    def of(address: str, user: str = "") -> connect:
        return dial(server, f"/echo/a?token={user}", X_Forwarded_For=address)

    async with of("192.0.2.1", "ada"), of("192.0.2.1"):
        for address, user, status in (("192.0.2.1", "", 429), ("192.0.2.2", "ada", 429)):
            response = await refused(server, f"/echo/a?token={user}", X_Forwarded_For=address)
            assert (response.status_code, response.headers["retry-after"]) == (status, "5")
        async with of("2001:db8::1"):
            response = await refused(server, "/echo/a", X_Forwarded_For="192.0.2.3")
            assert (response.status_code, response.headers["retry-after"]) == (503, "5")


async def test_a_message_over_64_kib_ends_the_session(serve: Callable[..., LiveServer]) -> None:
    server = serve()
    async with dial(server, "/echo/a") as client:
        await client.send("x" * 65_536)
        assert await client.recv() == "a 65536"
        await client.send("x" * 65_537)
        code, _ = await closing(client)
        assert code == 1009


async def test_a_client_that_sends_too_fast_is_closed(serve: Callable[..., LiveServer]) -> None:
    server = serve(message_rate=0.001, message_burst=2)
    async with dial(server, "/echo/a") as client:
        for _ in range(5):
            await client.send("hello")
        assert await closing(client) == (1008, "too many messages")


async def test_idle_and_expired_sessions_are_closed(serve: Callable[..., LiveServer]) -> None:
    server = serve(idle_timeout=0.2)
    async with dial(server, "/echo/a") as client:
        assert await closing(client) == (3008, "idle for too long")
    unhurried = serve()
    async with dial(unhurried, "/echo/a?token=ada&lasts=0.2") as client:
        assert await closing(client) == (3000, "the session has expired")
    assert (await refused(unhurried, "/echo/a?token=ada&lasts=-1")).status_code == 401


async def test_a_handshake_that_is_not_accepted_is_answered(serve: Callable[..., LiveServer]) -> None:
    server = serve(accept_timeout=0.2)
    response = await refused(server, "/never")
    assert response.status_code == 503
    assert json.loads(response.body)["detail"] == "The session was not accepted in time."


async def test_close_reasons_headers_and_subprotocols_are_made_legal(
    serve: Callable[..., LiveServer], server_name: str
) -> None:
    server = serve()
    async with dial(server, "/reason") as client:
        code, reason = await closing(client)
    assert (code, reason) == (4000, "x" + "\N{SNOWMAN}" * 40)
    assert (await refused(server, "/split")).status_code == 418
    offers = [Subprotocol("chat.v1"), Subprotocol("chat.v2")]
    async with connect(server.ws_url + "/protocol", subprotocols=offers, proxy=None, open_timeout=WAIT) as client:
        assert client.subprotocol == "chat.v1"
        assert client.response is not None
        if server_name != "granian":  # which sends no headers of an accept
            assert client.response.headers["x-two"] == "a\tb"
        assert await client.recv() == "chat.v1,chat.v2"


def raw_status(server: LiveServer, target: str, *, upgrade: bool) -> int:
    handshake = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    handshake += "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    more = handshake if upgrade else "Connection: close\r\n"
    with socket.create_connection((server.host, server.port), timeout=WAIT) as client:
        client.sendall(f"GET {target} HTTP/1.1\r\nHost: {server.host}:{server.port}\r\n{more}\r\n".encode())
        answer = client.recv(4096)
    return int(answer.split()[1])


async def test_paths_that_cannot_be_read_are_refused(serve: Callable[..., LiveServer]) -> None:
    server = serve()
    for path, upgrade in (("/echo/", True), ("/items/", False)):
        for name in ("%00", "a%00b", "%FF", "%C3%28", "%ED%A0%80"):
            assert await asyncio.to_thread(raw_status, server, path + name, upgrade=upgrade) == 400, path + name
        for name in ("%EF%BF%BD", "zw%C3%B6lf"):
            status = await asyncio.to_thread(raw_status, server, path + name, upgrade=upgrade)
            assert status == (101 if upgrade else 200), path + name


async def test_nothing_that_clients_send_looks_like_a_record(serve: Callable[..., LiveServer]) -> None:
    server = serve()
    forged = "%0A12:00:00%20INFO%20pyfly:%20forged%1B%5B2J"
    await asyncio.to_thread(raw_status, server, f"/nowhere/{forged}", upgrade=True)
    await asyncio.to_thread(raw_status, server, f"/items/{forged}", upgrade=False)
    await refused(server, "/user")
    output = server.wait_for_output("a handshake was denied")
    assert "\x1b" not in output
    assert not any(line.startswith("12:00:00 INFO pyfly: forged") for line in output.splitlines())
