"""A page of another site opens no session."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.reliability.conftest import APPS
from tests.reliability.misbehaving import RawClient, handshake

if TYPE_CHECKING:
    from tests.conftest import ServeApp
    from tests.reliability.conftest import Note

HOSTILE = [
    "http://evil.example",
    "null",
    "http://localhost.evil.example",
    "http://evil.example/localhost",
    "https://localhost",
    "http://localhost:1",
    "http://localhost, http://evil.example",
    "http://localhost@evil.example",
    "file://",
    "",
]


async def status(client: RawClient, *headers: str) -> int:
    await client.send(handshake("/echo", *headers))
    return int((await client.answer()).split(b" ")[1])


async def test_pages_of_other_sites_open_no_session(serve_app: ServeApp, backend: str, note: Note) -> None:
    server = serve_app("sessions:app", backend=backend, path=APPS)
    async with asyncio.timeout(60):
        answers: dict[str, int] = {}
        for origin in HOSTILE:
            async with await RawClient.reach(server) as client:
                answers[origin] = await status(client, f"Origin: {origin}")
        async with await RawClient.reach(server) as client:
            own = await status(client, "Origin: http://localhost")
        async with await RawClient.reach(server) as client:
            absent = await status(client)
    denied = sum(answer == 403 for answer in answers.values())
    note(
        "pages of other sites",
        f"{len(HOSTILE)} of {len(HOSTILE)} denied with 403",
        f"{denied}; own {own}, none {absent}",
    )
    assert set(answers.values()) == {403}, answers
    assert (own, absent) == (101, 101)
