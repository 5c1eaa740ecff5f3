"""Messages in far too many pieces take neither memory nor the server's time from others."""

from __future__ import annotations

import asyncio
import contextlib
import zlib
from typing import TYPE_CHECKING

import httpx2
import pytest
from websockets.asyncio.client import connect

from tests.conftest import full_name_of
from tests.reliability.conftest import APPS
from tests.reliability.misbehaving import CLOSE, CONTINUATION, PING, TEXT, RawClient, frame, handshake
from tests.reliability.observing import PeakMemory, at_rest

if TYPE_CHECKING:
    from tests.conftest import ServeApp
    from tests.reliability.conftest import Note

EMPTY_FRAGMENTS = 500_000
GROWTH = 32
CROWD = 40
ENDLESS = 96 * 1024 * 1024
UNFINISHED = {"uvicorn": GROWTH, "granian": 160, "hypercorn": GROWTH}
"""MiB that a message without an end may take.

Granian tells nothing of a message before it is whole. It collects up to 64 MiB, in a buffer that doubles as it grows,
and has no setting for it.
"""
ANSWERS = {"uvicorn": GROWTH, "granian": 160, "hypercorn": GROWTH}
"""MiB that answers to pings may take which the client does not read. Granian keeps them all."""
INFLATED = 128 * 1024 * 1024
ENDLESS_FRAME = bytes([TEXT | 0x80, 0xFF]) + (1 << 40).to_bytes(8, "big") + bytes(4)


def bomb() -> bytes:
    """A compressed payload that inflates to a thousand times its size."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    return (deflate.compress(bytes(INFLATED)) + deflate.flush(zlib.Z_SYNC_FLUSH))[:-4]


async def poured(client: RawClient, data: bytes) -> bool:
    """Send, for as long as the server takes it."""
    try:
        await client.send(data)
    except ConnectionError:
        return False
    return True


@pytest.mark.parametrize(("opcode", "what"), [(CONTINUATION, "empty fragments"), (PING, "pings, answers not read")])
async def test_a_flood_of_small_frames_stays_small_in_memory(
    serve_app: ServeApp, backend: str, note: Note, opcode: int, what: str
) -> None:
    most = ANSWERS[backend] if opcode == PING else GROWTH
    server = serve_app("sessions:app", backend=backend, path=APPS, ping_interval=0)
    async with connect(f"{server.ws_url}/echo") as other, await RawClient.open(server, "/echo") as client:
        await other.send("before")
        assert await other.recv() == "before"
        memory = PeakMemory(server)
        if opcode == CONTINUATION:
            await client.send(frame(TEXT, b"x", final=False))
        piece = frame(opcode, b"p" * 125 if opcode == PING else b"", final=opcode == PING) * 10_000
        async with asyncio.timeout(60):
            with contextlib.suppress(TimeoutError):  # Hypercorn reads no more, which is as good
                async with asyncio.timeout(20):
                    for _ in range(EMPTY_FRAGMENTS // 10_000):
                        if not await poured(client, piece):
                            break
            await other.send("after")
            assert await other.recv() == "after"
        grown = memory.grown()
    note(f"a flood of {EMPTY_FRAGMENTS} {what}", f"others served, +{most} MiB", f"served, {grown:+.1f} MiB")
    assert grown < most


async def test_clients_that_are_closed_while_they_pour_take_little(
    serve_app: ServeApp, backend: str, note: Note
) -> None:
    most = ANSWERS[backend]
    server = serve_app("sessions:app", backend=backend, path=APPS)
    async with connect(f"{server.ws_url}/echo") as other, contextlib.AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(await RawClient.open(server, "/closes")) for _ in range(CROWD)]
        memory = PeakMemory(server)
        flood = (frame(TEXT, b"x") + frame(PING) * 250) * 20

        async def pour(client: RawClient) -> None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(2):
                    while await poured(client, flood):
                        pass

        async with asyncio.timeout(60):
            pouring = asyncio.gather(*map(pour, clients))
            for _ in range(5):
                await other.send("still there?")
                assert await other.recv() == "still there?"
            await pouring
            await other.send("after")
            assert await other.recv() == "after"
        grown = memory.grown()
    note(f"{CROWD} clients that pour are closed", f"others served, +{most} MiB", f"served, {grown:+.1f} MiB")
    assert grown < most


async def test_messages_that_nobody_receives_stay_small_in_memory(
    serve_app: ServeApp, backend: str, note: Note
) -> None:
    server = serve_app("sessions:app", backend=backend, path=APPS, ping_interval=0)
    burst = frame(TEXT, b"") * (512 * 1024 // 6)
    async with contextlib.AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(await RawClient.open(server, "/elsewhere")) for _ in range(CROWD)]
        memory = PeakMemory(server)
        with contextlib.suppress(TimeoutError):  # the server reads no more
            async with asyncio.timeout(5):
                await asyncio.gather(*(poured(client, burst) for client in clients))
        await at_rest(server)
        grown = memory.grown()
        for client in clients:
            client.reset()
        async with httpx2.AsyncClient(base_url=server.base_url, timeout=60) as http:
            await http.post("/everybody")  # by which the server notices that they have gone
        await at_rest(server)
        grown_after = memory.grown()
    what = f"{CROWD} x 512 KiB of empty messages, not received"
    note(f"{what}, then a reset", f"+{GROWTH} MiB", f"{grown:+.1f}, {grown_after:+.1f} MiB")
    assert max(grown, grown_after) < GROWTH


async def test_a_message_in_single_bytes_arrives_whole(serve_app: ServeApp, backend: str, note: Note) -> None:
    server = serve_app("sessions:app", backend=backend, path=APPS, ping_interval=0)
    size = 32 * 1024
    async with await RawClient.open(server, "/echo") as client, asyncio.timeout(60):
        pieces = [frame(TEXT, b"x", final=False), *[frame(CONTINUATION, b"x", final=False)] * (size - 2)]
        await client.send(b"".join(pieces) + frame(CONTINUATION, b"x"))
        echo = b""
        while len(echo) < size and (piece := await client.frame()) is not None:
            echo += piece.payload
    note("a message in single bytes", f"{size} echoed", f"{len(echo)} echoed")
    assert echo == b"x" * size


@pytest.mark.parametrize(
    ("opening", "piece"),
    [
        (frame(TEXT, b"x", final=False), frame(CONTINUATION, b"x" * 4096, final=False) * 64),
        (frame(TEXT, b"x", final=False), frame(CONTINUATION, b"x" * 1_000_000, final=False)),
        (ENDLESS_FRAME, b"x" * 1_000_000),
    ],
    ids=["small fragments", "large fragments", "one frame"],
)
async def test_a_message_that_never_ends_is_cut_off(
    serve_app: ServeApp, backend: str, note: Note, request: pytest.FixtureRequest, opening: bytes, piece: bytes
) -> None:
    server = serve_app("sessions:app", backend=backend, path=APPS, ping_interval=0, max_message_size=64 * 1024)
    async with await RawClient.open(server, "/echo") as client, asyncio.timeout(60):
        memory = PeakMemory(server)
        await client.send(opening)
        sent = 0
        while sent < ENDLESS and await poured(client, piece):
            sent += len(piece)
        grown = memory.grown()
        close = await client.until(CLOSE)
    code = None if close is None else close.close_code
    server_name = full_name_of(backend)
    how = request.node.callspec.id.removeprefix(f"{server_name}-").removesuffix(f"-{server_name}")
    most = UNFINISHED[backend]
    note(f"a message that never ends: {how}", f"1009 or cut off, +{most} MiB", f"{code}, {grown:+.1f} MiB")
    assert code in {1009, 1005, None}
    assert grown < most


async def test_a_compressed_bomb_is_not_inflated(serve_app: ServeApp, backend: str, note: Note) -> None:
    if backend == "granian" or full_name_of(backend).endswith("picows"):
        pytest.skip("it never agrees to compression")
    server = serve_app("sessions:app", backend=backend, path=APPS, ping_interval=0, compression=True, ws="auto")
    payload = bomb()
    async with await RawClient.reach(server) as client, asyncio.timeout(60):
        await client.send(handshake("/echo", "Sec-WebSocket-Extensions: permessage-deflate"))
        assert b"permessage-deflate" in await client.answer()
        memory = PeakMemory(server)
        poured_whole = await poured(client, frame(TEXT, payload, compressed=True))
        close = await client.until(CLOSE)
        grown = memory.grown()
    code = None if close is None else close.close_code
    what = f"{len(payload) >> 10} KiB that inflate to {INFLATED >> 20} MiB"
    note(what, f"1009, +{GROWTH} MiB", f"{code}, {grown:+.1f} MiB")
    assert poured_whole
    assert code == 1009
    assert grown < GROWTH
