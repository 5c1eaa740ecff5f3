"""uvicorn's WebSockets with frames by picows: when they are taken, and what picows leaves to be checked."""

from __future__ import annotations

import asyncio
import socket
from importlib.metadata import PackageNotFoundError
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from websockets.asyncio.client import connect
from websockets.datastructures import Headers
from websockets.frames import Frame
from websockets.http11 import Response
from websockets.typing import Subprotocol

from pyfly.errors import MissingExtraError
from pyfly.server import ServerError, ServerSettings
from pyfly.server.adapters import uvicorn_protocols
from pyfly.server.adapters.picows_frames import Frames
from pyfly.server.adapters.uvicorn import UvicornAdapter
from pyfly.server.adapters.uvicorn_picows import PicowsProtocol
from pyfly.server.adapters.uvicorn_protocols import choose_protocol
from pyfly.server.adapters.uvicorn_websocket import WebSocketProtocol
from tests.server.adapters.test_departures import upgrade

if TYPE_CHECKING:
    from tests.conftest import LiveServer, ServeApp

APP = """
import asyncio

go_on = asyncio.Event()

async def app(scope, receive, send):
    if scope["type"] == "http":
        go_on.set()
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})
    if scope["type"] != "websocket":
        return
    await receive()
    if scope["path"] == "/early":
        print("early waits", flush=True)
        await go_on.wait()
    headers = [(b"x-name", b"caf\\xe9"), (b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")]
    await send({"type": "websocket.accept", "headers": headers, "subprotocol": (scope["subprotocols"] or [None])[0]})
    if scope["path"] == "/big":
        for size in range(1000):
            await send({"type": "websocket.send", "text": str(size % 10) * (9000 + size)})
        await receive()
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            print("told", message["code"], message.get("reason") or "-", flush=True)
            return
        del message["type"]
        await send({"type": "websocket.send"} | message)
"""

ONE = b"\x81\x83\x00\x00\x00\x00one"
CLOSE_1000 = b"\x88\x82\x00\x00\x00\x00\x03\xe8"


def frame(first: int, payload: bytes = b"") -> bytes:
    """A frame with a mask that changes nothing."""
    return bytes((first, 0x80 | len(payload))) + bytes(4) + payload


def version_of(installed: str | None) -> Any:
    def version(package: str) -> str:
        if installed is None:
            raise PackageNotFoundError(package)
        return installed

    return version


@pytest.mark.parametrize(
    ("settings", "installed", "protocol"),
    [
        ({}, "2.3.1", PicowsProtocol),
        ({}, None, WebSocketProtocol),
        ({}, "2.30.0", WebSocketProtocol),
        ({"compression": True}, "2.3.1", WebSocketProtocol),
        ({"ws": "websockets"}, "2.3.1", WebSocketProtocol),
        ({"ws": "picows"}, "2.3.9", PicowsProtocol),
    ],
)
def test_picows_is_taken_where_it_is_known_and_does_all_that_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, Any], installed: str | None, protocol: type
) -> None:
    monkeypatch.setattr(uvicorn_protocols, "version", version_of(installed))
    assert choose_protocol(ServerSettings(**settings)) is protocol


@pytest.mark.parametrize(
    ("installed", "error", "text"),
    [
        (None, MissingExtraError, "ws='picows' needs picows, which is not installed; run: pip install 'pyfly[fast]'"),
        ("2.4.0", ServerError, "ws='picows' needs picows 2.3, not 2.4.0; run: pip install 'pyfly[fast]'"),
    ],
)
def test_picows_that_is_asked_for_and_cannot_be_had_is_an_error(
    monkeypatch: pytest.MonkeyPatch, installed: str | None, error: type[Exception], text: str
) -> None:
    monkeypatch.setattr(uvicorn_protocols, "version", version_of(installed))
    with pytest.raises(error) as caught:
        UvicornAdapter().check(ServerSettings(ws="picows"))
    assert str(caught.value) == text


def exchanged(server: LiveServer, *sent: bytes) -> bytes:
    """What the server answers to frames until it closes the connection, all of them sent together."""
    with upgrade(server, "/") as raw:
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += raw.recv(4096)
        raw.sendall(b"".join(sent))
        while more := raw.recv(4096):
            answer += more
    return answer.partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize(
    ("sent", "code", "reason"),
    [
        ([frame(0xC1, b"hi")], 1002, "reserved bits must be 0"),
        ([frame(0xA9)], 1002, "reserved bits must be 0"),
        ([frame(0x80, b"hi")], 1002, "unexpected continuation frame"),
        ([frame(0x01, b"a"), frame(0x81, b"b")], 1002, "expected a continuation frame"),
        ([frame(0x01, b"\xc3"), frame(0x80, b"\x28")], 1007, "invalid continuation byte at position 0"),
        ([frame(0x81, b"\xff")], 1007, "invalid start byte at position 0"),
        ([frame(0x02, b"x" * 60), frame(0x00, b"x" * 60)], 1009, "after reading 60 bytes exceeds limit of 100 bytes"),
        ([frame(0x88, (1006).to_bytes(2, "big"))], 1002, "invalid status code"),
        ([frame(0x88, (5000).to_bytes(2, "big"))], 1002, "invalid status code"),
        ([frame(0x83)], 1002, "Received frame with invalid opcode=0x3"),
        ([frame(0x88, b"x")], 1002, "Received CLOSE with invalid close code size"),
        ([b"\x81\xfe\x00\x01" + bytes(4) + b"x"], 1002, "Received frame with invalid 16-bit payload len"),
    ],
)
def test_a_breach_is_answered_with_its_code_and_told(
    serve_app: ServeApp, sent: list[bytes], code: int, reason: str
) -> None:
    server = serve_app(APP, ws="picows", max_message_size=100)
    answer = exchanged(server, *sent)
    assert answer[0] == 0x88
    assert answer[2:4] == code.to_bytes(2, "big")
    assert f"told {code}" in server.wait_for_output(f"told {code}")
    assert reason in answer[4:].decode() or reason in server.output()
    assert "Traceback" not in server.output()


@pytest.mark.parametrize(
    ("length", "over_websockets", "over_picows"),
    [
        (b"\xfe\x00\x02", 1000, 1002),
        (b"\xff" + (2).to_bytes(8, "big"), 1000, 1002),
        (b"\xff" + (1 << 63).to_bytes(8, "big"), 1009, 1002),
    ],
    ids=["in two bytes", "in eight bytes", "of 2^63"],
)
def test_lengths_that_nobody_may_write_are_answered_as_the_guide_says(
    serve_app: ServeApp, length: bytes, over_websockets: int, over_picows: int
) -> None:
    """The client's own close code comes back where the message before it was taken."""
    for ws, code in (("websockets", over_websockets), ("picows", over_picows)):
        answer = exchanged(serve_app(APP, ws=ws), b"\x81" + length + bytes(4) + b"hi", CLOSE_1000)
        assert (answer[0], answer[2:4]) == (0x88, code.to_bytes(2, "big"))


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        ([CLOSE_1000, CLOSE_1000], b"\x88\x02\x03\xe8"),
        ([CLOSE_1000, frame(0x83)], b"\x88\x02\x03\xe8"),
        ([frame(0x88), frame(0x83)], b"\x88\x02\x03\xe8"),
        ([CLOSE_1000, ONE], b"\x88\x02\x03\xe8"),
        ([frame(0x01, b"begun"), CLOSE_1000], b"\x88\x02\x03\xe8"),
        ([frame(0x88)], b"\x88\x00"),
    ],
    ids=["a close frame", "garbage", "garbage behind no code", "a message", "in a message", "no code"],
)
def test_what_stands_around_a_close_frame_changes_no_answer(
    serve_app: ServeApp, sent: list[bytes], answer: bytes
) -> None:
    server = serve_app(APP, ws="picows")
    assert exchanged(server, *sent) == answer
    told = 1005 if sent[0] == frame(0x88) else 1000
    server.wait_for_output(f"told {told}")


async def test_messages_that_wait_for_a_slow_client_keep_their_headers(serve_app: ServeApp) -> None:
    server = serve_app(APP, ws="picows")
    async with connect(f"{server.ws_url}/big", compression=None, max_queue=1) as client, asyncio.timeout(20):
        for size in range(1000):
            assert await client.recv() == str(size % 10) * (9000 + size)


@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
async def test_fragments_pings_and_messages_of_every_size_are_carried(serve_app: ServeApp, loop: str) -> None:
    server = serve_app(APP, ws="picows", loop=loop)
    async with (
        connect(server.ws_url, compression=None, subprotocols=[Subprotocol("soap")]) as client,
        asyncio.timeout(20),
    ):
        assert client.subprotocol == "soap"
        assert client.response is not None
        assert client.response.headers.get_all("set-cookie") == ["a=1", "b=2"]
        for size in (0, 1, 125, 126, 8192, 8193, 65535, 65536):
            for message in ("x" * size, b"y" * size):
                await client.send(message)
                assert await client.recv() == message
        await client.send(["é", "", "ü"])
        await (await client.ping())
        assert await client.recv() == "éü"
        await client.send([b"a", b"b"])
        assert await client.recv() == b"ab"


def test_a_header_keeps_its_bytes(serve_app: ServeApp) -> None:
    server = serve_app(APP, ws="picows")
    with upgrade(server, "/", answered=False) as raw:
        assert b"caf\xe9" in raw.recv(4096)


def test_frames_that_come_before_the_answer_are_read(serve_app: ServeApp) -> None:
    server = serve_app(APP, ws="picows")
    with upgrade(server, "/early", answered=False) as raw:
        server.wait_for_output("early waits")  # what comes together with the handshake is lost
        raw.sendall(ONE)
        assert httpx2.get(server.base_url, timeout=10).status_code == 204
        received = b""
        while b"\x81\x03one" not in received:
            more = raw.recv(4096)
            assert more
            received += more


class Listener:
    """Hears of frames, and fails at them."""

    def __init__(self) -> None:
        self.read_paused = False
        self.heard: list[str] = []
        self.lost = asyncio.Event()

    def handle_message(self, message: dict[str, Any]) -> None:
        raise LookupError("no such message")

    def count_unread(self) -> int:
        return 0

    def handle_pong(self, event: Frame) -> None:
        self.heard.append("pong")

    def handle_close(self, event: Frame) -> None:
        self.heard.append("close")

    def handle_parser_exception(self) -> None:
        self.heard.append("failure")

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost.set()

    def eof_received(self) -> None:
        self.heard.append("eof")

    def pause_writing(self) -> None:
        self.heard.append("pause")

    def resume_writing(self) -> None:
        self.heard.append("resume")


async def test_an_error_of_the_server_s_own_is_logged_and_closes_with_1011(caplog: pytest.LogCaptureFixture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        client = socket.create_connection(listening.getsockname(), timeout=10)
        accepted, _ = listening.accept()
    transport, _ = await asyncio.get_running_loop().connect_accepted_socket(asyncio.Protocol, accepted)
    listener = Listener()
    response = Response(101, "Switching Protocols", Headers())
    frames = Frames(transport, listener, response, key="AAAAAAAAAAAAAAAAAAAAAA==", max_size=100)
    frames.begin(ONE)
    await asyncio.wait_for(listener.lost.wait(), 10)
    with client:
        assert client.recv(4096).endswith(b"\r\n\r\n\x88\x02\x03\xf3")
    assert listener.heard == ["failure"]
    assert "LookupError: no such message" in caplog.text
