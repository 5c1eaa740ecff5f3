"""Rooms that span processes through a real Redis, which is also killed, paused, cut off and flushed."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from pyfly.websocket.rooms import BackplaneError, Room, Rooms
from pyfly.websocket.rooms.adapters.redis import RedisBackplane, RedisTimes, place_of
from pyfly.websocket.rooms.adapters.redis_link import RedisLink
from pyfly.websocket.rooms.adapters.redis_rooms import Keys
from tests.websocket.rooms.adapters.conftest import QUICK, NewNode, Node
from tests.websocket.rooms.members import Member
from tests.websocket.rooms.redis_server import Proxy, RedisServer

PATIENT = QUICK._replace(answer=10.0)


async def until(holds: Callable[[], Any], seconds: float = 20.0) -> None:
    """Wait until something holds, asked again whenever the loop has nothing better to do."""
    async with asyncio.timeout(seconds):
        while True:
            outcome = holds()
            if isinstance(outcome, Awaitable):
                outcome = await outcome
            if outcome:
                return
            await asyncio.sleep(0.01)


async def publish(room: Room, *messages: str) -> list[int]:
    return [await room.publish(message) for message in messages]


async def test_a_message_reaches_the_members_of_all_processes_in_one_order(
    redis_server: RedisServer, new_node: NewNode
) -> None:
    nodes = [await new_node(redis_server.url) for _ in range(3)]
    async with AsyncExitStack() as stack:
        joined = [await stack.enter_async_context(node.member()) for node in nodes]
        senders = [
            asyncio.create_task(publish(room, *(f"{sender}.{number}" for number in range(50))))
            for sender, (_, room) in enumerate(joined)
        ]
        offsets = await asyncio.gather(*senders)
        texts = [await member.client.wait_for(150) for member, _ in joined]
    assert texts[0] == texts[1] == texts[2]
    assert sorted(texts[0]) == sorted(f"{sender}.{number}" for sender in range(3) for number in range(50))
    for sender in range(3):
        assert [text for text in texts[0] if text.startswith(f"{sender}.")] == [f"{sender}.{n}" for n in range(50)]
    together = sorted(offset for some in offsets for offset in some)
    assert together == [*range(together[0], together[0] + 150)]


async def test_the_excluded_session_gets_nothing_in_whatever_process_it_is(
    redis_server: RedisServer, new_node: NewNode
) -> None:
    one, two = await new_node(redis_server.url), await new_node(redis_server.url)
    async with one.member() as (first, room), two.member() as (second, _):
        await two.rooms.room("lobby").publish("for second", exclude=first.session)
        await room.publish("for both")
        assert await second.client.wait_for(2) == ["for second", "for both"]
        assert await first.client.wait_for(1) == ["for both"]


async def test_text_and_bytes_arrive_as_they_are(redis_server: RedisServer, new_node: NewNode) -> None:
    one, two = await new_node(redis_server.url), await new_node(redis_server.url)
    async with one.member("räume: {1}") as (member, _):
        room = two.rooms.room("räume: {1}")
        await publish(room, "grüße\nzwei Zeilen\0", "")
        await room.publish(bytes(range(256)))
        await until(lambda: len(member.client.sent) == 4)
    assert [message.get("text", message.get("bytes")) for message in member.client.sent[1:]] == [
        "grüße\nzwei Zeilen\0",
        "",
        bytes(range(256)),
    ]


async def test_applications_with_different_prefixes_do_not_meet(redis_server: RedisServer, new_node: NewNode) -> None:
    one, other = await new_node(redis_server.url), await new_node(redis_server.url, prefix="other")
    async with one.member() as (member, room), other.member() as (stranger, _):
        assert await room.count() == 1
        await other.rooms.room("lobby").publish("theirs")
        await room.publish("ours")
        assert await member.client.wait_for(1) == ["ours"]
        assert await stranger.client.wait_for(1) == ["theirs"]


async def test_a_room_is_subscribed_while_it_has_members_here(redis_server: RedisServer, new_node: NewNode) -> None:
    node = await new_node(redis_server.url)
    channel = Keys("pyfly", "lobby", "").channel

    def subscribers() -> int:
        return int(redis_server.command("PUBSUB", "NUMSUB", channel, lines=4)[1:])

    async with node.member():
        async with node.member():
            assert subscribers() == 1
        await until(lambda: node.rooms.room("lobby").count())
        assert subscribers() == 1
    await until(lambda: not node.backplane._feeds)
    await until(lambda: subscribers() == 0)
    async with node.member() as (member, room):
        await room.publish("again")
        assert await member.client.wait_for(1) == ["again"]


async def test_members_are_counted_over_all_processes(redis_server: RedisServer, new_node: NewNode) -> None:
    one, two = await new_node(redis_server.url), await new_node(redis_server.url)
    room = two.rooms.room("lobby")
    async with one.member() as (first, _), two.member() as (second, _):
        assert await room.count() == 2
        assert set(await room.member_ids()) == {first.session.id, second.session.id}
        assert room.members == (second.session,)

    async def is_empty() -> bool:
        return await room.count() == 0

    await until(is_empty)
    assert await room.member_ids() == ()


async def test_the_members_of_a_process_that_has_died_are_forgotten(
    redis_server: RedisServer, proxy: Proxy, new_node: NewNode
) -> None:
    here, dead = await new_node(redis_server.url), await new_node(proxy.url)
    room = here.rooms.room("lobby")
    async with here.member(), dead.member():
        assert await room.count() == 2
        proxy.swallow()

        async def has_gone() -> bool:
            return await room.count() == 1

        await until(has_gone)
        proxy.carry()

        async def is_back() -> bool:
            return await room.count() == 2

        await until(is_back)


async def test_stopping_takes_the_members_out_at_once(redis_server: RedisServer, new_node: NewNode) -> None:
    one, two = await new_node(redis_server.url), await new_node(redis_server.url)
    async with one.member():
        assert await two.rooms.room("lobby").count() == 1
        await one.backplane.stop()
        await one.backplane.stop()
        assert await two.rooms.room("lobby").count() == 0
        assert not one.backplane.healthy
        with pytest.raises(BackplaneError, match="it is not running; start the application's context first"):
            await one.rooms.room("lobby").publish("late")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, []),
        ({"last": 2}, ["3", "4"]),
        ({"last": 99}, ["2", "3", "4"]),
        ({"since": -1}, ["4"]),
        ({"since": 0}, []),
        ({"since": -4}, ["2", "3", "4"]),
        ({"since": 10**26}, []),
        ({"since": -(10**26)}, ["2", "3", "4"]),
        ({"last": 10**26}, ["2", "3", "4"]),
        ({"last": -1}, []),
    ],
)
async def test_what_was_missed_comes_from_any_process_before_what_is_new(
    options: dict[str, Any], expected: list[str], redis_server: RedisServer, new_node: NewNode
) -> None:
    one, two = await new_node(redis_server.url), await new_node(redis_server.url)
    offsets = await publish(one.rooms.room("lobby", keep=3), *"1234")
    if "since" in options:
        options = {"since": offsets[-1] + options["since"]}
    async with two.member(**options) as (member, room):
        await one.rooms.room("lobby").publish("new")
        assert await member.client.wait_for(len(expected) + 1) == [*expected, "new"]
        assert room.offset == offsets[-1] + 1
        assert room.has_gap is not (offsets[0] <= options.get("since", offsets[-1]) <= offsets[-1])


async def test_a_replay_has_no_gap_and_no_double_while_others_publish(
    redis_server: RedisServer, new_node: NewNode
) -> None:
    here, there = await new_node(redis_server.url), await new_node(redis_server.url)
    messages = [str(number) for number in range(600)]
    published = asyncio.create_task(publish(there.rooms.room("lobby", keep=1000), *messages))
    async with AsyncExitStack() as stack:
        members: list[Member] = []
        while not published.done() and len(members) < 50:
            member, _ = await stack.enter_async_context(here.member(since=0))
            members.append(member)
        await published
        for member in members:
            assert await member.client.wait_for(600) == messages
    assert len(members) > 1


async def test_a_room_keeps_as_much_as_anybody_has_asked_for(redis_server: RedisServer, new_node: NewNode) -> None:
    one, two = await new_node(redis_server.url), await new_node(redis_server.url)
    async with one.member(keep=2):
        await publish(two.rooms.room("lobby"), *"123")
        async with two.member(since=0) as (member, _):
            assert await member.client.wait_for(2) == ["2", "3"]


async def test_after_a_restart_of_a_persistent_redis_nothing_is_missing(
    persistent_redis: RedisServer, new_node: NewNode
) -> None:
    nodes = [await new_node(persistent_redis.url, PATIENT) for _ in range(2)]
    async with nodes[0].member(keep=1000) as (first, room), nodes[1].member() as (second, other):
        before = await publish(room, "1", "2")
        await asyncio.to_thread(persistent_redis.restart)
        after = await publish(other, "3", "4")
        assert await first.client.wait_for(4) == ["1", "2", "3", "4"]
        assert await second.client.wait_for(4) == ["1", "2", "3", "4"]
        assert before < after
        assert (first.session.close_code, second.session.close_code) == (None, None)
    async with nodes[0].member(since=before[-1]) as (late, _):
        assert await late.client.wait_for(2) == ["3", "4"]


async def test_what_was_published_while_a_process_was_cut_off_is_made_up_for(
    redis_server: RedisServer, proxy: Proxy, new_node: NewNode
) -> None:
    here, there = await new_node(proxy.url), await new_node(redis_server.url)
    async with here.member(keep=100) as (member, _):
        await publish(there.rooms.room("lobby"), "1")
        assert await member.client.wait_for(1) == ["1"]
        proxy.swallow()
        await publish(there.rooms.room("lobby"), "2", "3")
        proxy.carry()
        await publish(there.rooms.room("lobby"), "4")
        assert await member.client.wait_for(4) == ["1", "2", "3", "4"]
        assert member.session.close_code is None


async def test_members_are_closed_where_more_was_missed_than_is_kept(
    redis_server: RedisServer, proxy: Proxy, new_node: NewNode
) -> None:
    here, there = await new_node(proxy.url), await new_node(redis_server.url)
    async with here.member(keep=2) as (member, _):
        await publish(there.rooms.room("lobby"), "1")
        assert await member.client.wait_for(1) == ["1"]
        proxy.swallow()
        offsets = await publish(there.rooms.room("lobby"), "2", "3", "4")
        proxy.carry()
        await until(lambda: member.session.close_code)
        assert (member.session.close_code, member.session.close_reason) == (1012, "messages were lost")
        assert member.client.texts == ["1"]
        async with here.member(since=offsets[0]) as (again, _):
            assert await again.client.wait_for(2) == ["3", "4"]


async def test_a_room_without_history_goes_on_after_an_interruption(
    redis_server: RedisServer, proxy: Proxy, new_node: NewNode
) -> None:
    here, there = await new_node(proxy.url), await new_node(redis_server.url)
    async with here.member() as (member, _):
        proxy.swallow()
        await publish(there.rooms.room("lobby"), "lost")
        proxy.carry()
        await until(lambda: not here.backplane.healthy or member.client.texts)
        await until(lambda: here.backplane.healthy)
        await publish(there.rooms.room("lobby"), "heard")
        await until(lambda: "heard" in member.client.texts)
        assert member.session.close_code is None


async def test_members_are_closed_where_a_restarted_redis_has_forgotten_the_room(
    redis_server: RedisServer, new_node: NewNode
) -> None:
    node = await new_node(redis_server.url, PATIENT)
    async with node.member(keep=10) as (member, room), node.member("other") as (other, plain):
        await publish(room, "1")
        await plain.publish("a")
        await asyncio.to_thread(redis_server.restart)
        await until(lambda: member.session.close_code == 1012)
        await plain.publish("b")
        assert await other.client.wait_for(2) == ["a", "b"]
        assert await room.count() == 1


async def test_a_flush_loses_no_message_and_members_are_counted_again(
    redis_server: RedisServer, new_node: NewNode
) -> None:
    nodes = [await new_node(redis_server.url) for _ in range(2)]
    async with nodes[0].member(keep=10) as (member, room), nodes[1].member() as (other, _):
        before = await publish(room, "1", "2")
        redis_server.command("FLUSHALL")
        redis_server.command("SCRIPT", "FLUSH")
        after = await publish(room, "3", "4")
        assert before < after
        assert await member.client.wait_for(4) == await other.client.wait_for(4) == ["1", "2", "3", "4"]

        async def counted() -> bool:
            return await room.count() == 2

        await until(counted)
        assert (member.session.close_code, other.session.close_code) == (None, None)


async def test_while_redis_is_paused_publishing_fails_in_time_and_sessions_go_on(
    redis_server: RedisServer, new_node: NewNode
) -> None:
    node = await new_node(redis_server.url, QUICK._replace(answer=0.5))
    async with node.member(keep=10) as (member, room):
        await room.publish("1")
        assert await member.client.wait_for(1) == ["1"]
        redis_server.pause()
        try:
            with pytest.raises(BackplaneError, match=r"^publish\(\): Redis at 127.0.0.1:\d+ ") as raised:
                await room.publish("2")
            assert (raised.value.unsure, raised.value.room) == (True, "lobby")
            await member.session.send_text("from its handler")
            await until(lambda: not node.backplane.healthy)
            with pytest.raises(BackplaneError, match=r"did not answer within 0.5 s$") as raised:
                await room.publish("3")
            assert not raised.value.unsure
            with pytest.raises(BackplaneError, match=r"^count\(\): ") as raised:
                await room.count()
            assert raised.value.room == "lobby"
            with pytest.raises(BackplaneError, match=r"^join\(\): ") as raised:
                await node.rooms.join("elsewhere", member.session).__aenter__()
            assert raised.value.room == "elsewhere"
        finally:
            redis_server.go_on()
        await until(lambda: node.backplane.healthy)
        await room.publish("4")
        await until(lambda: "4" in member.client.texts)
        heard = [text for text in member.client.texts if text != "2"]  # which may have been published
        assert heard == ["1", "from its handler", "4"]
        assert node.rooms.names == ("lobby",)


async def test_a_process_starts_before_redis_does(
    redis_server: RedisServer, new_node: NewNode, caplog: pytest.LogCaptureFixture
) -> None:
    redis_server.kill()
    with caplog.at_level(logging.INFO, "pyfly.websocket"):
        node = await new_node(redis_server.url, QUICK._replace(answer=0.3))
        assert not node.backplane.healthy
        await asyncio.to_thread(redis_server.start)
        await until(lambda: node.backplane.healthy)
    lost = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert len(lost) == 1
    assert "is lost: " in lost[0].message
    async with node.member() as (member, room):
        await room.publish("1")
        assert await member.client.wait_for(1) == ["1"]


@pytest.mark.parametrize(("kept_by_members", "kept_by_publisher"), [(100, 0), (0, 100), (100, 100)])
async def test_what_a_room_with_history_may_have_taken_is_sent_again_and_taken_once(
    redis_server: RedisServer, proxy: Proxy, new_node: NewNode, kept_by_members: int, kept_by_publisher: int
) -> None:
    here, there = await new_node(redis_server.url), await new_node(proxy.url)
    async with here.member(keep=kept_by_members) as (member, room):
        proxy.swallow_answers()
        publishing = asyncio.create_task(there.rooms.room("lobby", keep=kept_by_publisher).publish("1"))
        assert await member.client.wait_for(1) == ["1"]
        proxy.carry()
        assert await publishing == room.offset
        await there.rooms.room("lobby").publish("2")
        assert await member.client.wait_for(2) == ["1", "2"]


async def test_what_a_room_without_history_may_have_taken_is_not_taken_again(
    redis_server: RedisServer, proxy: Proxy, new_node: NewNode
) -> None:
    here, there = await new_node(redis_server.url), await new_node(proxy.url)
    async with here.member() as (member, _):
        proxy.swallow_answers()
        publishing = asyncio.create_task(there.rooms.room("lobby").publish("1"))
        assert await member.client.wait_for(1) == ["1"]
        proxy.carry()
        with pytest.raises(BackplaneError, match=r": the connection to .* was lost; it may have been done") as raised:
            await publishing
        assert raised.value.unsure
        await there.rooms.room("lobby").publish("2")
        assert await member.client.wait_for(2) == ["1", "2"]


async def test_who_waits_in_vain_for_redis_to_come_back_is_told_what_may_have_been_done(
    redis_server: RedisServer, proxy: Proxy, new_node: NewNode
) -> None:
    here, there = await new_node(redis_server.url), await new_node(proxy.url, QUICK._replace(answer=0.5))
    async with here.member(keep=100) as (member, _):
        proxy.swallow_answers()
        publishing = asyncio.create_task(there.rooms.room("lobby").publish("1"))
        assert await member.client.wait_for(1) == ["1"]
        await proxy.stop()
        with pytest.raises(BackplaneError, match=r"did not answer within 0.5 s; it may have been done") as raised:
            await publishing
        assert raised.value.unsure


@pytest.mark.parametrize("then", ["refused", "stopped"])
async def test_what_may_have_been_done_is_unsure_also_where_it_is_refused_when_asked_again(
    redis_server: RedisServer, proxy: Proxy, new_node: NewNode, then: str
) -> None:
    here, there = await new_node(redis_server.url), await new_node(proxy.url)
    async with here.member(keep=100) as (member, _):
        proxy.swallow_answers()
        publishing = asyncio.create_task(there.rooms.room("lobby", keep=100).publish("1"))
        assert await member.client.wait_for(1) == ["1"]
        if then == "refused":
            redis_server.command("SET", Keys("pyfly", "lobby", there.backplane.node).taken, "no-list")
            proxy.carry()
        else:
            await there.backplane.stop()
        told = {"refused": "refuses: .*WRONGTYPE", "stopped": "it is not running; start"}[then]
        with pytest.raises(BackplaneError, match=f"{told}.*; it may have been done or not$") as raised:
            await publishing
        assert raised.value.unsure


async def test_a_connection_that_redis_ends_is_made_again(redis_server: RedisServer, new_node: NewNode) -> None:
    node = await new_node(redis_server.url)
    async with node.member(keep=100) as (member, room):
        for number in range(5):
            redis_server.command("CLIENT", "KILL", "TYPE", "pubsub")
            redis_server.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
            while str(number) not in member.client.texts:
                with contextlib.suppress(BackplaneError):  # it may have been published nevertheless
                    await room.publish(str(number))
                    await member.client.wait_for_text(str(number))
    assert list(dict.fromkeys(member.client.texts)) == ["0", "1", "2", "3", "4"]


async def test_what_redis_refuses_is_told(redis_server: RedisServer, new_node: NewNode) -> None:
    node = await new_node(redis_server.url)
    redis_server.command("SET", Keys("pyfly", "lobby", "").head, "no-hash")
    with pytest.raises(BackplaneError, match=r"^publish\(\): Redis at 127.0.0.1:\d+ refuses: ") as raised:
        await node.rooms.room("lobby").publish("1")
    assert (raised.value.unsure, raised.value.room) == (False, "lobby")
    assert node.backplane.healthy


async def test_what_redis_refuses_names_no_room(
    redis_server: RedisServer, new_node: NewNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = await new_node(redis_server.url)
    send = RedisLink.send

    def send_unknown(link: RedisLink, *parts: Any) -> asyncio.Future[Any]:
        return send(link, "NO-COMMAND", *parts[1:])

    monkeypatch.setattr(RedisLink, "send", send_unknown)
    with pytest.raises(BackplaneError) as raised:
        await node.rooms.room("secret").publish("1")
    assert "unknown command" in str(raised.value)
    assert "secret" not in str(raised.value)


async def test_a_full_redis_refuses_what_is_to_be_kept_and_loses_nothing(
    redis_server: RedisServer, new_node: NewNode
) -> None:
    node = await new_node(redis_server.url)
    room = node.rooms.room("lobby", keep=100)
    for number in range(10):
        await room.publish(str(number))
    redis_server.command("CONFIG", "SET", "maxmemory", "1")
    with pytest.raises(BackplaneError, match=r"refuses: .*OOM command not allowed") as raised:
        await room.publish("10")
    assert (raised.value.unsure, raised.value.room) == (False, "lobby")
    redis_server.command("CONFIG", "SET", "maxmemory", "0")
    await room.publish("11")
    async with node.member(keep=100, last=100) as (member, _):
        assert await member.client.wait_for(11) == [*map(str, range(10)), "11"]


async def test_something_that_is_no_message_is_passed_over(
    redis_server: RedisServer, new_node: NewNode, caplog: pytest.LogCaptureFixture
) -> None:
    node = await new_node(redis_server.url)
    async with node.member() as (member, room):
        redis_server.command("PUBLISH", Keys("pyfly", "lobby", "").channel, "noise")
        await room.publish("1")
        assert await member.client.wait_for(1) == ["1"]
    assert "something that is no message was published in the channel of a room" in caplog.text


async def test_a_cancelled_publisher_disturbs_nobody(redis_server: RedisServer, new_node: NewNode) -> None:
    node = await new_node(redis_server.url)
    async with node.member() as (member, room):
        publishing = [asyncio.create_task(room.publish(str(number))) for number in range(10)]
        await asyncio.sleep(0)
        for task in publishing[::2]:
            task.cancel()
        await asyncio.gather(*publishing, return_exceptions=True)
        await room.publish("last")
        await until(lambda: "last" in member.client.texts)
        assert {"1", "3", "5", "7", "9", "last"} <= set(member.client.texts)


async def test_nothing_is_left_running(redis_server: RedisServer) -> None:
    before = asyncio.all_tasks()
    backplane = RedisBackplane(redis_server.url, times=QUICK)
    node = Node(backplane, Rooms(backplane))
    await backplane.start()
    async with node.member() as (_, room):
        await room.publish("1")
    await backplane.stop()
    assert asyncio.all_tasks() == before


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("redis://127.0.0.1/0?nonsense=1", "^redis-py has no option 'nonsense'; leave it out$"),
        ("rediss://127.0.0.1/0?ssl_cert_reqs=bogus", "^an option has a value that redis-py does not take: .*bogus"),
        ("redis://127.0.0.1/0?socket_timeout=soon", "socket_timeout"),
        ("http://127.0.0.1", "schemes"),
    ],
)
def test_a_wrong_url_is_refused(url: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        RedisBackplane(url)


@pytest.mark.parametrize(
    ("option", "problem"),
    [
        ("decode_responses=False", "the option decode_responses makes text of what must stay bytes; leave it out"),
        ("encoding=latin-1", "the option encoding must be utf-8, got 'latin-1'; leave it out"),
        ("encoding=nonsense", "the option encoding must be utf-8, got 'nonsense'; leave it out"),
        (
            "max_connections=1",
            "the option max_connections must be at least 2, as a process has so many connections, got 1; leave it out",
        ),
        ("socket_timeout=0", "the option socket_timeout must be more than 0 seconds, got 0; leave it out"),
        (
            "socket_connect_timeout=-1",
            "the option socket_connect_timeout must be more than 0 seconds, got -1; leave it out",
        ),
    ],
)
def test_an_option_that_could_never_work_is_refused(option: str, problem: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(problem)}$"):
        RedisBackplane(f"redis://127.0.0.1/0?{option}")


@pytest.mark.parametrize("option", ["encoding=UTF8", "max_connections=2", "socket_timeout=1"])
def test_an_option_that_works_is_taken(option: str) -> None:
    assert not RedisBackplane(f"redis://127.0.0.1/0?{option}").healthy


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("redis://user:secret@cache:6380/2", "Redis at cache:6380"),
        ("rediss://", "Redis at localhost:6379"),
        ("unix://:secret@/run/redis.sock?db=1", "Redis at /run/redis.sock"),
    ],
)
def test_messages_say_where_redis_is_without_what_is_secret(url: str, place: str) -> None:
    assert place_of(url) == place


def test_times_have_defaults() -> None:
    assert RedisTimes().presence > 2 * RedisTimes().heartbeat


async def test_members_leave_and_come_back_quickly(redis_server: RedisServer, new_node: NewNode) -> None:
    node = await new_node(redis_server.url)
    member = await Member.open()
    for number in range(30):
        async with node.rooms.join("lobby", member.session) as room:
            await room.publish(str(number))
            assert await room.count() == 1
            await member.client.wait_for(number + 1)
    assert member.client.texts == [str(number) for number in range(30)]


async def test_a_redis_that_has_become_a_replica_is_left_until_it_is_none(
    redis_server: RedisServer, new_node: NewNode
) -> None:
    node = await new_node(redis_server.url, QUICK._replace(answer=0.5))
    async with node.member(keep=10) as (member, room):
        await room.publish("1")
        redis_server.command("REPLICAOF", "127.0.0.1", "1")
        with pytest.raises(BackplaneError):
            await room.publish("2")
        await until(lambda: not node.backplane.healthy)
        redis_server.command("REPLICAOF", "NO", "ONE")
        await until(lambda: node.backplane.healthy)
        await room.publish("3")
        await member.client.wait_for_text("3")
        assert member.session.close_code is None


async def test_who_joins_after_others_have_left_gets_nothing_of_before(
    redis_server: RedisServer, new_node: NewNode
) -> None:
    here, there = await new_node(redis_server.url), await new_node(redis_server.url)
    room = there.rooms.room("lobby", keep=10)
    for number in range(10):
        async with here.member():
            await room.publish(f"{number} heard or not")
        await publish(room, "between", "between")
        async with here.member() as (late, _):
            await room.publish(f"{number} after")
            assert await late.client.wait_for(1) == [f"{number} after"]


async def test_stopping_does_not_wait_for_a_redis_that_is_paused(redis_server: RedisServer, new_node: NewNode) -> None:
    node = await new_node(redis_server.url)
    async with node.member():
        redis_server.pause()
        try:
            async with asyncio.timeout(10):
                await node.backplane.stop()
        finally:
            redis_server.go_on()


async def test_waiting_calls_end_with_the_connection_and_go_on_with_the_next(
    redis_server: RedisServer, proxy: Proxy, new_node: NewNode
) -> None:
    node = await new_node(proxy.url, PATIENT._replace(heartbeat=60.0, presence=180.0))
    async with node.member() as (member, room):
        proxy.swallow()
        counting = asyncio.create_task(room.count())
        other = asyncio.create_task(node.rooms.join("elsewhere", member.session).__aenter__())
        plain = asyncio.create_task(room.publish("1"))
        await asyncio.sleep(0.05)
        waiting = asyncio.create_task(room.count())
        await asyncio.sleep(0)
        assert not any(task.done() for task in (counting, other, plain, waiting))
        proxy.carry()
        assert [await counting, await waiting] == [1, 1]
        assert (await other).members == (member.session,)
        with pytest.raises(
            BackplaneError, match=r"the connection to Redis at .* was lost; it may have been done or not"
        ):
            await plain
        await member.session.carry_out_endings()


async def test_a_gap_on_a_connection_that_holds_is_filled_from_the_stream(
    redis_server: RedisServer, new_node: NewNode
) -> None:
    node = await new_node(redis_server.url)
    keys = Keys("pyfly", "lobby", "")
    async with node.member(keep=10) as (member, room):
        (offset,) = await publish(room, "1")
        # As if a message were counted and kept, and its publishing were swallowed.
        envelope = f'"{offset + 1} {offset} e node text -\\n2"'
        redis_server.command("XADD", keys.stream, f"{offset + 1}-0", "m", envelope)
        redis_server.command("HSET", keys.head, "offset", str(offset + 1))
        await room.publish("3")
        assert await member.client.wait_for(3) == ["1", "2", "3"]


async def test_a_process_of_which_redis_has_forgotten_that_it_has_members_tells_it_again(
    redis_server: RedisServer, new_node: NewNode
) -> None:
    node = await new_node(redis_server.url)
    async with node.member() as (member, room):
        redis_server.command("DEL", Keys("pyfly", "lobby", "").nodes)
        assert await room.count() == 0

        async def is_counted() -> bool:
            return await room.member_ids() == (member.session.id,)

        await until(is_counted)


async def test_a_room_without_history_leaves_nothing_in_redis(redis_server: RedisServer, new_node: NewNode) -> None:
    one, two = await new_node(redis_server.url), await new_node(redis_server.url)
    keys = Keys("pyfly", "lobby", "")
    async with one.member(), two.member() as (_, room):
        await room.publish("1")
        await until(lambda: redis_server.command("SCARD", keys.nodes) == b":2")
    await until(lambda: redis_server.command("EXISTS", keys.nodes) == b":0")
    await two.rooms.room("elsewhere").publish("to nobody")
    await until(lambda: redis_server.command("DBSIZE") == b":0")


async def test_a_room_without_history_is_remembered_while_it_has_members(
    redis_server: RedisServer, new_node: NewNode
) -> None:
    times = QUICK._replace(presence=1.0)
    node = await new_node(redis_server.url, times=times)
    async with node.member() as (_, room):
        first = await room.publish("1")
        await node.rooms.room("short").publish("1")
        await until(lambda: redis_server.command("EXISTS", Keys("pyfly", "short", "").head) == b":0")
        assert await room.publish("2") == first + 1


async def test_a_room_with_history_stays_when_all_have_left(redis_server: RedisServer, new_node: NewNode) -> None:
    node = await new_node(redis_server.url)
    keys = Keys("pyfly", "lobby", "")
    async with node.member(keep=3) as (_, room):
        await room.publish("1")
    await until(lambda: redis_server.command("EXISTS", keys.nodes) == b":0")
    for key in (keys.head, keys.stream):
        assert int(redis_server.command("TTL", key)[1:]) > QUICK.presence
