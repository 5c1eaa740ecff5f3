"""How WebSockets and requests end on each server: what the client sees, and what the application is told."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import re
import signal
import socket
import struct
import time
from typing import TYPE_CHECKING

import httpx2
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.conftest import full_name_of

if TYPE_CHECKING:
    from tests.conftest import LiveServer, ServeApp

APP = """
import asyncio, contextlib

def tell(*words):
    print(*words, flush=True)

async def app(scope, receive, send):
    await {"lifespan": lifespan, "http": http, "websocket": websocket}[scope["type"]](scope, receive, send)

async def lifespan(scope, receive, send):
    while True:
        message = await receive()
        tell(message["type"])
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return

async def http(scope, receive, send):
    if scope["path"] == "/exit":
        raise SystemExit(3)
    if scope["path"] == "/slow":
        tell("slow begins")
        await asyncio.sleep(0.5)
        tell("slow ends")
    headers = [(b"content-type", b"text/event-stream" if scope["path"] == "/events" else b"text/plain")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    if scope["path"] == "/events":
        try:
            await send({"type": "http.response.body", "body": b"data: one\\n\\n", "more_body": True})
            await asyncio.sleep(3600)
        finally:
            tell("events end")
    await send({"type": "http.response.body", "body": b"ok"})

async def websocket(scope, receive, send):
    name = scope["path"].strip("/")
    await receive()
    try:
        if name == "early":
            tell(name, "waits")
            tell(name, await receive())
            return
        if name == "denied":
            headers = [(b"content-type", b"text/plain"), (b"content-length", b"500000")]
            await send({"type": "websocket.http.response.start", "status": 401, "headers": headers})
            await send({"type": "websocket.http.response.body", "body": b"x" * 500_000})
            return
        if name == "refused":
            await send({"type": "websocket.close", "code": 1000})
            return
        await send({"type": "websocket.accept"})
        if name == "elsewhere":
            tell(name, "waits")
            await asyncio.sleep(3600)
        if name == "surrogate":
            try:
                await send({"type": "websocket.send", "text": chr(0xD800)})
            except UnicodeEncodeError:
                await send({"type": "websocket.send", "text": "refused"})
        if name == "exit":
            await receive()
            raise SystemExit(3)
        if name == "impatient":
            got = []
            for _ in range(10):
                for _ in range(3):
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(0):
                            got.append((await receive())["text"])
                await send({"type": "websocket.send", "text": "more"})
                got.append((await receive())["text"])
            await send({"type": "websocket.send", "text": " ".join(got)})
        if name == "kicked":
            asyncio.get_running_loop().create_task(send({"type": "websocket.close", "code": 4000, "reason": "out"}))
        if name == "stubborn":
            tell(name, "waits")
            while True:
                try:
                    await asyncio.sleep(3600)
                except asyncio.CancelledError:
                    tell(name, "does not care")
        while True:
            message = await receive()
            tell(name, message["type"], int(message.get("code", 0)), message.get("reason") or "")
            if message["type"] == "websocket.disconnect":
                for kind in ("websocket.send", "websocket.close"):
                    try:
                        await send({"type": kind, "text": "late", "code": 1000})
                    except Exception as error:
                        tell(name, "late", kind, "OSError" if isinstance(error, OSError) else repr(error))
                return
            await send({"type": "websocket.send", "text": str(len(message.get("text") or message.get("bytes")))})
    except asyncio.CancelledError:
        tell(name, "cancelled")
        raise
    finally:
        tell(name, "ends")
"""

LENGTH_AND_CODE_OF_A_BREACH = {
    "uvicorn+websockets": b"\x13\x03\xea",
    "uvicorn+picows": b"\x49\x03\xea",
    "granian": b"\x00",
    "hypercorn": b"",
}
DISCONNECT_AT_LOSS = {"uvicorn": 1006, "granian": 1005, "hypercorn": 1006}


async def closing_of(client: ClientConnection) -> int | None:
    """The code of the close frame that the server sends; None when the connection ends without one."""
    try:
        async with asyncio.timeout(10):
            while True:
                await client.recv()
    except ConnectionClosed as closed:
        return None if closed.rcvd is None else closed.rcvd.code


def upgrade_request(path: str, *, headers: str = "") -> bytes:
    key = base64.b64encode(bytes(16)).decode()
    return (
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n{headers}\r\n"
    ).encode()


def request_upgrade(server: LiveServer, path: str, *, headers: str = "") -> tuple[socket.socket, int]:
    """Ask for a WebSocket by hand, as clients that do not play by the rules; the connection and the status."""
    raw = socket.create_connection((server.host, server.port), timeout=10)
    raw.sendall(upgrade_request(path, headers=headers))
    answer = b""
    while b"\r\n\r\n" not in answer and (more := raw.recv(4096)):
        answer += more
    assert answer, "the server closed the connection without an answer"
    return raw, int(answer.split()[1])


def position(output: str, line: str) -> int:
    assert line in output, output
    return output.index(line)


async def test_stop_closes_a_listening_websocket_with_1001(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend)
    async with connect(f"{server.ws_url}/listening") as client:
        await client.send("hello")
        assert await client.recv() == "5"
        server.signal()
        assert await closing_of(client) == 1001
    assert server.wait() == 0
    output = server.output()
    told = position(output, "listening websocket.disconnect 1001")
    assert told < position(output, "listening ends") < position(output, "lifespan.shutdown")
    assert "Traceback" not in output


async def test_stop_closes_a_websocket_whose_handler_waits_elsewhere_and_cancels_it_in_time(
    serve_app: ServeApp, backend: str
) -> None:
    server = serve_app(APP, backend=backend, graceful_timeout=0.3)
    async with connect(f"{server.ws_url}/elsewhere") as client:
        server.wait_for_output("elsewhere waits")
        server.signal()
        assert await closing_of(client) == 1001
    assert server.wait() == 0
    output = server.output()
    cancelled = position(output, "elsewhere cancelled")
    assert position(output, "Cancelling 1 connections") < cancelled < position(output, "lifespan.shutdown")
    assert "Traceback" not in output


async def test_stop_denies_a_handshake_that_is_not_accepted_yet(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend)

    async def knock() -> int:
        with pytest.raises(InvalidStatus) as caught:
            await connect(f"{server.ws_url}/early")
        return caught.value.response.status_code

    knocking = asyncio.create_task(knock())
    await asyncio.to_thread(server.wait_for_output, "early waits")
    server.signal()
    assert await knocking == 503
    assert server.wait() == 0
    assert re.search(r"early \{'type': 'websocket.disconnect', 'code': 1001", server.output())


async def test_what_is_wrong_before_the_answer_ends_the_session(serve_app: ServeApp) -> None:
    """The others read nothing before the answer, or tell of it as of any bad frame."""
    server = serve_app(APP, ws="websockets")
    with socket.create_connection((server.host, server.port), timeout=10) as raw:
        raw.sendall(upgrade_request("/early"))
        server.wait_for_output("early waits")
        raw.sendall(b"\x83\x80\0\0\0\0")  # a frame of a kind that there is not
        server.wait_for_output("early {'type': 'websocket.disconnect'")
    assert "Traceback" not in server.output()


async def test_a_second_signal_cancels_at_once(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend, graceful_timeout=3600)
    async with connect(f"{server.ws_url}/elsewhere"):
        server.wait_for_output("elsewhere waits")
        server.signal(signal.SIGINT)
        server.wait_for_output("Waiting for 1 open connections")
        server.signal(signal.SIGINT)
        assert server.wait() == 0
    assert "elsewhere cancelled" in server.output()


async def test_a_handler_that_ignores_its_cancellation_is_left_behind(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend, graceful_timeout=0)
    async with connect(f"{server.ws_url}/stubborn"):
        server.wait_for_output("stubborn waits")
        server.signal()
        output = server.wait_for_output("lifespan.shutdown")
    server.process.kill()
    assert position(output, "The handler of '/stubborn' goes on") < position(output, "lifespan.shutdown")


@pytest.mark.parametrize("accept", ["*/*", "application/json, text/event-stream"])
async def test_stop_lets_a_request_finish(serve_app: ServeApp, backend: str, accept: str) -> None:
    server = serve_app(APP, backend=backend)
    async with httpx2.AsyncClient(headers={"accept": accept}) as client:
        request = asyncio.create_task(client.post(f"{server.base_url}/slow"))
        await asyncio.to_thread(server.wait_for_output, "slow begins")
        server.signal()
        response = await request
    assert (response.status_code, response.text) == (200, "ok")
    assert server.wait() == 0
    assert position(server.output(), "slow ends") < position(server.output(), "lifespan.shutdown")


@pytest.mark.parametrize("accept", ["*/*", "text/event-stream"])
async def test_stop_ends_an_event_stream_at_once_and_cleanly(serve_app: ServeApp, backend: str, accept: str) -> None:
    server = serve_app(APP, backend=backend, graceful_timeout=3600)
    async with (
        httpx2.AsyncClient() as client,
        client.stream("GET", f"{server.base_url}/events", headers={"accept": accept}) as response,
    ):
        chunks = response.aiter_bytes()
        assert await anext(chunks) == b"data: one\n\n"
        server.signal()
        assert [chunk async for chunk in chunks] == []
    assert server.wait() == 0
    assert position(server.output(), "events end") < position(server.output(), "lifespan.shutdown")
    assert "Traceback" not in server.output()


async def test_stop_does_not_wait_for_an_idle_connection(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend, graceful_timeout=3600)
    async with httpx2.AsyncClient() as client:
        assert (await client.get(server.base_url)).text == "ok"
        assert await asyncio.to_thread(server.stop) == 0


@pytest.mark.parametrize(
    "message", ["x" * 101, "é" * 51, b"x" * 101, ["x" * 60, "x" * 60]], ids=["text", "utf-8", "bytes", "fragments"]
)
async def test_too_big_a_message_closes_with_1009(
    serve_app: ServeApp, backend: str, message: str | bytes | list[str]
) -> None:
    server = serve_app(APP, backend=backend, max_message_size=100)
    async with connect(f"{server.ws_url}/big") as client:
        await client.send("é" * 50)
        assert await client.recv() == "50"
        await client.send(message)
        assert await closing_of(client) == 1009
    server.wait_for_output("big ends")
    assert "big websocket.disconnect 1009" in server.output()


async def test_a_message_over_64_kib_closes_with_1009_by_default(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend)
    async with connect(f"{server.ws_url}/big", compression=None) as client:
        await client.send(b"x" * (64 * 1024))
        assert await client.recv() == str(64 * 1024)
        await client.send(b"x" * (64 * 1024 + 1))
        assert await closing_of(client) == 1009


async def test_a_message_over_16_mib_is_refused(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend, max_message_size=16 * 1024 * 1024)
    async with connect(f"{server.ws_url}/big", max_size=None, compression=None) as client:
        await client.send(b"x" * (16 * 1024 * 1024))
        assert await client.recv() == str(16 * 1024 * 1024)
        # The server need not take in all of it before it closes.
        with contextlib.suppress(ConnectionClosed):
            await client.send(b"x" * (16 * 1024 * 1024 + 1))
        # Granian does not tell so big a frame from a broken one.
        assert await closing_of(client) == (1005 if backend == "granian" else 1009)


async def test_far_too_big_a_message_closes_with_1009(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend, max_message_size=100)
    async with connect(f"{server.ws_url}/big") as client:
        await client.send(b"x" * 1000)
        assert await closing_of(client) == 1009
    server.wait_for_output("big ends")
    assert "big websocket.disconnect 1009" in server.output()


@pytest.mark.parametrize("name", ["big", "elsewhere"])
async def test_a_message_without_an_end_ends_with_its_connection(serve_app: ServeApp, backend: str, name: str) -> None:
    if backend == "granian":
        pytest.skip("Granian collects 64 MiB first; the reliability suite holds it to that")
    server = serve_app(APP, backend=backend, max_message_size=1000, ping_interval=0)
    raw, status = request_upgrade(server, f"/{name}")
    fragments = b"\x00\xfe\xff\xff\0\0\0\0" + b"x" * 0xFFFF
    with raw:
        assert status == 101
        raw.sendall(b"\x01\x80\0\0\0\0")
        # The server may be faster, and then resets the connection.
        with contextlib.suppress(ConnectionError):
            deadline = time.monotonic() + 30
            while time.monotonic() < deadline:
                raw.sendall(fragments)
            pytest.fail("the server takes without an end")
        assert (1009).to_bytes(2, "big") in raw.recv(4096)


async def test_the_answer_to_a_close_is_found_behind_much_else(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend, close_timeout=3600)
    async with connect(f"{server.ws_url}/kicked", close_timeout=3600) as client, asyncio.timeout(20):
        with contextlib.suppress(ConnectionClosed):
            for _ in range(5_000):
                await client.send(b"0123456789")
        code = await closing_of(client)
    assert code == 4000 or (backend == "granian" and code is None)  # it may reset who is still sending


async def test_a_close_by_the_client(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend)
    async with connect(f"{server.ws_url}/leaving") as client:
        await client.close(4001, "bye")
        assert client.close_code == 4001
    server.wait_for_output("leaving ends")
    assert f"leaving websocket.disconnect 4001 {'' if backend == 'granian' else 'bye'}\n" in server.output()
    assert "late websocket.send OSError" in server.output()
    assert "Traceback" not in server.output()


def test_a_close_frame_without_a_code_is_told_as_1005(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend)
    raw, _ = request_upgrade(server, "/leaving")
    with raw:
        raw.sendall(b"\x88\x80\x00\x00\x00\x00")
        server.wait_for_output("leaving ends")
    assert "leaving websocket.disconnect 1005" in server.output()


def test_a_client_that_breaks_the_protocol(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend)
    raw, _ = request_upgrade(server, "/odd")
    with raw:
        raw.sendall(b"\x81\x02hi")
        frames = b""
        while more := raw.recv(4096):
            frames += more
    server.wait_for_output("odd ends")
    told = 1005 if backend == "granian" else 1002
    assert f"odd websocket.disconnect {told}" in server.output()
    assert frames.partition(b"\x88")[2][:3] == LENGTH_AND_CODE_OF_A_BREACH[full_name_of(backend)]


def test_text_that_is_no_utf_8_is_told_by_the_close_code_alone(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend)
    raw, _ = request_upgrade(server, "/odd")
    with raw:
        raw.sendall(b"\x81\x82\x00\x00\x00\x00\xc3\x28")
        while raw.recv(4096):
            pass
    server.wait_for_output("odd ends")
    assert server.stop() == 0
    assert "Traceback" not in server.output()


def test_a_client_that_vanishes(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend)
    raw, _ = request_upgrade(server, "/lost")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raw.close()
    server.wait_for_output("lost ends")
    assert f"lost websocket.disconnect {DISCONNECT_AT_LOSS[backend]}" in server.output()
    assert "late websocket.send OSError" in server.output()


async def test_a_close_from_another_task_ends_the_waiting_receive(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend)
    async with connect(f"{server.ws_url}/kicked") as client:
        assert await closing_of(client) == 4000
        assert client.close_reason == "out"
    server.wait_for_output("kicked ends")
    assert "kicked websocket.disconnect 4000" in server.output()
    assert "kicked late websocket.send OSError" in server.output()
    assert "kicked late websocket.close OSError" in server.output()


async def test_the_server_that_is_stopped_takes_no_connections(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend, graceful_timeout=3600)
    async with connect(f"{server.ws_url}/elsewhere") as client, httpx2.AsyncClient() as http:
        server.signal()
        assert await closing_of(client) == 1001
        server.wait_for_output("Waiting for 1 open connections")
        with contextlib.suppress(httpx2.ConnectError, httpx2.RemoteProtocolError, httpx2.ReadError, httpx2.ReadTimeout):
            response = await http.get(server.base_url)
            assert response.status_code == 503
        server.signal()
        assert server.wait() == 0


async def test_a_cancelled_receive_loses_no_message(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend)
    async with connect(f"{server.ws_url}/impatient") as client, asyncio.timeout(10):
        number = 0
        while (told := await client.recv()) == "more":
            await client.send([str(number)])
            await client.send(str(number + 1))
            number += 2
    assert isinstance(told, str)
    assert told.split() == [str(number) for number in range(len(told.split()))]
    assert len(told.split()) >= 10


async def test_a_handler_that_asks_to_exit_ends_its_connection_only(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend)
    async with connect(f"{server.ws_url}/exit") as client:
        await client.send("go")
        await closing_of(client)
    async with httpx2.AsyncClient() as http:
        assert (await http.get(f"{server.base_url}/exit")).status_code == 500
        assert (await http.get(server.base_url)).text == "ok"
    assert server.stop() == 0
    output = server.output()
    assert output.count("RuntimeError: the application raised SystemExit(3), which ends its call only") == 2
    assert "Warning" not in output


@pytest.mark.parametrize(("path", "status"), [("denied", 401), ("refused", 403)])
async def test_a_denied_handshake_is_no_error(serve_app: ServeApp, backend: str, path: str, status: int) -> None:
    server = serve_app(APP, backend=backend)
    with pytest.raises(InvalidStatus) as caught:
        await connect(f"{server.ws_url}/{path}", max_size=None)
    assert caught.value.response.status_code == status
    server.wait_for_output(f"{path} ends")
    assert server.stop() == 0
    assert "ERROR" not in server.output()


async def test_text_that_has_no_utf_8_is_refused(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend)
    async with connect(f"{server.ws_url}/surrogate") as client, asyncio.timeout(10):
        assert await client.recv() == "refused"


@pytest.mark.parametrize(
    ("path", "headers", "refusal"),
    [
        ("/" + "x" * 16_000, "", 414),
        ("/long", f"X: {'x' * 16_000}\r\n", 431),
        ("/body", "Transfer-Encoding: chunked\r\n", 400),
    ],
    ids=["path", "header", "body"],
)
def test_an_odd_handshake_is_answered(serve_app: ServeApp, backend: str, path: str, headers: str, refusal: int) -> None:
    server = serve_app(APP, backend=backend)
    raw, status = request_upgrade(server, path, headers=headers)
    raw.close()
    assert status == (refusal if backend == "uvicorn" else 101)


@pytest.mark.parametrize("head", ["GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n"])
def test_an_overlong_request_is_answered(serve_app: ServeApp, backend: str, head: str) -> None:
    server = serve_app(APP, backend=backend)
    with socket.create_connection((server.host, server.port), timeout=10) as raw:
        with contextlib.suppress(ConnectionError):  # the server need not take in all of it
            raw.sendall(head.format("x" * 1_000_000).encode())
        assert raw.recv(4096).split()[1] in (b"400", b"414", b"431")
