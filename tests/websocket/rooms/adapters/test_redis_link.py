"""One connection to Redis, and what becomes of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from pyfly.websocket.rooms.adapters import redis_link
from pyfly.websocket.rooms.adapters.redis_link import LinkLostError, RedisLink
from tests.websocket.rooms.redis_server import Proxy, RedisServer

Heard = list[tuple[str, bytes]]


def new_link(url: str, heard: Heard, interval: float = 60.0) -> RedisLink:
    return RedisLink(
        url,
        control="control",
        hear=lambda channel, content: heard.append((channel, content)),
        seconds=2.0,
        interval=interval,
    )


@pytest.fixture
def heard() -> Heard:
    return []


@pytest.fixture
async def link(redis_server: RedisServer, heard: Heard) -> AsyncIterator[RedisLink]:
    link = new_link(redis_server.url, heard)
    await link.open()
    running = asyncio.create_task(link.run())
    yield link
    running.cancel()
    await asyncio.wait({running})
    await link.close()


async def test_it_goes_on_where_nothing_comes(link: RedisLink, heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_link, "_QUIET_SECONDS", 0.01)
    await link.subscribe(["channel"])
    for _ in range(100):
        await link.send("PUBLISH", "channel", "1")
    await link.unsubscribe("channel")
    assert await link.send("PUBLISH", "channel", "2") == 0
    assert heard == [("channel", b"1")] * 100


async def test_once_closed_nothing_is_sent(link: RedisLink) -> None:
    never_sent = link.send("PING")
    await link.close()
    await link.close()
    for attempt in (never_sent, link.send("PING"), link.subscribe(["channel"]), link.unsubscribe("channel")):
        with pytest.raises(LinkLostError) as raised:
            await attempt
        assert not raised.value.sent


async def test_an_unconfirmed_subscription_fails_with_the_connection(redis_server: RedisServer, heard: Heard) -> None:
    link = new_link(redis_server.url, heard)
    await link.open()  # and nobody reads
    subscribing = asyncio.create_task(link.subscribe(["channel"]))
    await asyncio.sleep(0.05)
    await link.close()
    with pytest.raises(LinkLostError) as raised:
        await subscribing
    assert raised.value.sent


async def test_what_cannot_be_written_any_more_tells_that_the_connection_is_gone(
    redis_server: RedisServer, heard: Heard
) -> None:
    link = new_link(redis_server.url, heard)
    await link.open()
    redis_server.kill()

    async def write_until_it_fails() -> None:
        for number in range(1000):
            await link.unsubscribe(str(number))
            await asyncio.sleep(0)

    with pytest.raises(LinkLostError):
        await write_until_it_fails()
    with pytest.raises(LinkLostError):
        await link.subscribe(["channel"])
    await link.close()


async def test_a_connection_that_is_given_up_ends(redis_server: RedisServer, heard: Heard) -> None:
    link = new_link(redis_server.url, heard)
    await link.open()
    running = asyncio.create_task(link.run())
    link.give_up()
    with pytest.raises(LinkLostError):
        await running
    await link.close()


async def test_a_connection_that_is_silent_ends(redis_server: RedisServer, proxy: Proxy, heard: Heard) -> None:
    link = new_link(proxy.url, heard, interval=0.1)
    await link.open()
    proxy.swallow()
    with pytest.raises(TimeoutError):
        await link.run()
    await link.close()


async def test_commands_are_not_sent_on_a_connection_made_anew(redis_server: RedisServer, heard: Heard) -> None:
    link = new_link(redis_server.url, heard)
    await link.open()
    running = asyncio.create_task(link.run())
    assert await link.send("PUBLISH", "channel", "1") == 0
    redis_server.command("CLIENT KILL TYPE normal")
    with pytest.raises(LinkLostError):
        await link.send("PUBLISH", "channel", "2")
    with pytest.raises(RedisConnectionError):
        await running
    await link.close()


async def test_an_idle_connection_that_was_closed_is_noticed(redis_server: RedisServer, heard: Heard) -> None:
    link = new_link(redis_server.url, heard, interval=0.1)
    await link.open()
    running = asyncio.create_task(link.run())
    await asyncio.sleep(0.25)
    assert not running.done()
    redis_server.command("CLIENT KILL TYPE normal")
    async with asyncio.timeout(20):
        with pytest.raises((RedisConnectionError, LinkLostError)):
            await running
    await link.close()
    assert heard == []
