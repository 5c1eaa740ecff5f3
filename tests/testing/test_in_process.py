"""Connections to applications in the test's event loop: what a server would do."""

from __future__ import annotations

import asyncio
import re
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import pytest

from pyfly.testing import (
    ClientError,
    ClientTimeout,
    HandlerFailed,
    HandshakeDenied,
    SessionEnded,
    connect,
    connect_path,
    running,
)
from pyfly.testing.in_process import FRAME_OVERHEAD, UNREAD_BYTES
from pyfly.websocket.attention import SWEEP_SECONDS
from tests.testing.conftest import CarelessController, End, Fail, Said, Say, TalkController, until

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from tests.testing.conftest import Running


async def test_messages_go_both_ways_as_their_types(app: Starlette) -> None:
    async with connect(app, TalkController.talk, room=3, nickname="Ada") as client:
        await client.send(Say(text="hello"))
        assert await client.receive() == Said("Ada: hello", 3)


async def test_client_that_leaves_the_block_closes_with_1000(running_app: Running) -> None:
    async with running(running_app.app):
        async with connect(running_app.app, TalkController.talk, 3):
            pass
        assert running_app.journal.lines == ["gone 1000"]


@pytest.mark.parametrize(("code", "seen"), [(1000, 1000), (4001, 4001), (None, 1005)])
async def test_handler_sees_the_clients_close_code(running_app: Running, code: int | None, seen: int) -> None:
    async with running(running_app.app):
        async with connect(running_app.app, TalkController.talk, 3) as client:
            await client.close(code, "because")
            assert await client.closed() == (seen, "because")
        assert running_app.journal.lines == [f"gone {seen}"]


async def test_client_that_vanishes_is_seen_as_1006(running_app: Running) -> None:
    async with running(running_app.app), connect(running_app.app, TalkController.talk, 3) as client:
        await client.vanish()
        assert await client.closed() == (1006, "")
        assert running_app.journal.lines == ["gone 1006"]


async def test_end_comes_after_all_messages_that_were_sent_before(app: Starlette) -> None:
    async with connect(app, TalkController.talk, 3) as client:
        for number in range(3):
            await client.send(Say(text=str(number)))
        await client.send(End(code=4000))
        assert [message.text async for message in client] == ["guest: 0", "guest: 1", "guest: 2"]
        assert await client.closed() == (4000, "asked to")
        assert await client.closed() == (4000, "asked to")
        with pytest.raises(SessionEnded) as ended:
            await client.receive()
        assert str(ended.value) == (
            "waited for Said from TalkController.talk: the session has ended with 4000 'asked to'"
        )
        assert (ended.value.code, ended.value.reason) == (4000, "asked to")
        with pytest.raises(SessionEnded, match=re.escape("could not send: the session has ended with 4000")):
            await client.send(Say(text="late"))


async def test_closing_waits_for_on_disconnect(running_app: Running) -> None:
    async with running(running_app.app), connect(running_app.app, TalkController.talk, 3) as client:
        await client.send(End())
        await client.closed()
        assert running_app.journal.lines == ["gone 1000"]


async def test_failing_handler_is_shown_where_the_test_waits(app: Starlette) -> None:
    async with connect(app, TalkController.talk, 3) as client:
        await client.send(Fail())
        with pytest.raises(SessionEnded) as ended:
            await client.receive()
    assert str(ended.value) == (
        "waited for Said from TalkController.talk: the session has ended with 1011 'the handler failed'; "
        "its handler failed: ZeroDivisionError: asked to"
    )
    assert isinstance(ended.value.__cause__, ZeroDivisionError)
    assert ended.value.__cause__.__traceback__ is not None


async def test_failing_handler_is_shown_to_a_test_that_iterates(app: Starlette) -> None:
    async with connect(app, TalkController.talk, 3) as client:
        await client.send(Fail())
        with pytest.raises(SessionEnded, match="asked to"):
            async for _ in client:
                pass


async def test_failing_handler_is_shown_at_the_end_of_a_block_that_has_not_noticed(app: Starlette) -> None:
    with pytest.raises(HandlerFailed) as failed:
        async with connect(app, TalkController.talk, 3) as client:
            await client.send(Fail())
    assert str(failed.value) == (
        "TalkController.talk failed: ZeroDivisionError: asked to; "
        "if the test means it to, let it wait for the end with client.closed(), or expect HandlerFailed"
    )
    assert failed.value.__cause__ is failed.value.error


async def test_failing_handler_is_noted_on_the_error_of_the_block(app: Starlette) -> None:
    with pytest.raises(LookupError) as raised:  # noqa: PT012  # all of it fails
        async with connect(app, TalkController.talk, 3) as client:
            await client.send(Fail())
            await asyncio.sleep(0)
            raise LookupError
    assert raised.value.__notes__[0].startswith("TalkController.talk failed: ZeroDivisionError: asked to")


async def test_failure_that_the_test_waits_for_is_no_error(app: Starlette) -> None:
    async with connect(app, TalkController.talk, 3) as client:
        await client.send(Fail())
        assert await client.closed() == (1011, "the handler failed")


async def test_failing_cleanup_is_shown_even_to_a_test_that_waits_for_the_end(app: Starlette) -> None:
    with pytest.raises(HandlerFailed, match="while cleaning up"):
        async with connect(app, CarelessController.careless) as client:
            assert (await client.closed()).code == 1000


async def test_cleanup_that_fails_after_its_handler_is_shown_as_well(app: Starlette) -> None:
    with pytest.raises(HandlerFailed, match="while cleaning up"):
        async with connect(app, CarelessController.failing) as client:
            assert (await client.closed()).code == 1011


async def test_other_sessions_failures_are_not_this_ones(app: Starlette) -> None:
    async with connect(app, TalkController.talk, 3) as well:
        with pytest.raises(HandlerFailed):
            async with connect(app, TalkController.talk, 3) as failing:
                await failing.send(Fail())
        await well.send(Say(text="on"))
        assert (await well.receive()).text == "guest: on"


async def test_bad_input_closes_as_on_a_server(app: Starlette) -> None:
    async with connect(app, TalkController.talk, 3) as client:
        await client.send_json({"kind": "sya"})
        assert await client.closed() == (1007, "the message is not valid")
    async with connect(app, TalkController.talk, 3) as client:
        await client.send_bytes(b"x")
        assert await client.closed() == (1003, "expected a text frame")


async def test_denial_is_raised_with_its_problem(app: Starlette) -> None:
    with pytest.raises(HandshakeDenied) as denied:
        async with connect(app, TalkController.refused, 410):
            pass
    assert denied.value.status == 410
    assert denied.value.problem == {
        "type": "about:blank",
        "title": "Gone",
        "status": 410,
        "detail": "nobody is here",
    }
    assert dict(denied.value.headers)["x-why"] == "empty"
    assert str(denied.value).startswith("TalkController.refused refused the handshake with 410: {")


async def test_denial_may_be_expected(app: Starlette) -> None:
    assert (await connect(app, TalkController.refused).denied()).status == 404
    plain = await connect(app, TalkController.denied).denied()
    assert (plain.status, plain.text, plain.problem) == (403, "", {})
    assert str(plain) == "TalkController.denied refused the handshake with 403"
    invalid = await connect(app, TalkController.talk, 3, nickname="").denied()
    assert invalid.problem["errors"][0]["name"] == "nickname"


async def test_expected_denial_that_does_not_come_is_an_error(app: Starlette) -> None:
    with pytest.raises(ClientError) as accepted:
        await connect(app, TalkController.talk, 3).denied()
    assert str(accepted.value) == "expected the handshake at /talk/rooms/3 to be refused, and it was accepted"


async def test_handler_that_fails_before_it_accepts_is_shown(app: Starlette) -> None:
    with pytest.raises(HandshakeDenied) as denied:
        async with connect(app, TalkController.broken):
            pass
    assert denied.value.status == 500
    assert isinstance(denied.value.__cause__, ZeroDivisionError)
    assert str(denied.value).endswith("; it failed: ZeroDivisionError: before accept")


async def test_unanswered_handshake_tells_where_its_handler_waits(app: Starlette) -> None:
    with pytest.raises(ClientTimeout) as late:
        async with connect(app, TalkController.silent).using(timeout=0.01):
            pass
    assert re.fullmatch(
        r"waited 0\.01 s for the handshake to be answered: the handshake at /talk/silent is not answered, and its "
        r"handler waits at .*conftest\.py:\d+ \(await self\.journal\.proceed\.wait\(\)\); "
        r"accept it or refuse it: await session\.accept\(\), session\.deny\(\)",
        str(late.value),
    )


async def test_missing_message_tells_what_the_handler_waits_for(app: Starlette) -> None:
    async with connect(app, TalkController.talk, 3) as client:
        await client.send(Say(text="x"))
        await client.receive()
        with pytest.raises(ClientTimeout) as late:
            await client.receive(timeout=0.01)
    assert re.fullmatch(
        r"waited 0\.01 s for Said from TalkController\.talk: the session is open at /talk/rooms/3 "
        r"\(1 messages sent to it, 1 by it\), and its handler waits for a message at .*conftest\.py:\d+ "
        r"\(async for message in session:\); send it one, or give it longer with timeout=\.\.\. if it only needs time",
        str(late.value),
    )


async def test_handler_that_is_read_ahead_for_is_not_said_to_wait_for_a_message(running_app: Running) -> None:
    async with running(running_app.app), connect(running_app.app, TalkController.feed) as client:
        await client.receive()
        with pytest.raises(ClientTimeout, match="and its handler waits at ") as late:
            await client.receive(timeout=3 * SWEEP_SECONDS)
    assert "send it one" not in str(late.value)


async def test_message_that_comes_after_a_timeout_is_not_lost(running_app: Running) -> None:
    async with running(running_app.app), connect(running_app.app, TalkController.feed) as client:
        assert (await client.receive()).text == "first"
        with pytest.raises(TimeoutError, match=re.escape("(await self.journal.proceed.wait())")):
            await client.receive(timeout=0.01)
        running_app.journal.proceed.set()
        assert (await client.receive()).text == "second"


async def test_cancelled_receive_loses_no_message(running_app: Running) -> None:
    async with running(running_app.app), connect(running_app.app, TalkController.feed) as client:
        await client.receive()
        waiting = asyncio.create_task(client.receive())
        await asyncio.sleep(0)
        running_app.journal.proceed.set()
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert await client.receive() == Said("second")


async def test_timeout_of_zero_takes_only_what_is_there(app: Starlette) -> None:
    async with connect(app, TalkController.talk, 3) as client:
        with pytest.raises(ClientTimeout):
            await client.receive(timeout=0)
        await client.send(Say(text="x"))
        await client.send(End())
        await until(lambda: client.closing is not None)
        assert await client.receive(timeout=0) == Said("guest: x", 3)


async def test_timeouts_of_others_are_not_the_clients(app: Starlette) -> None:
    async with connect(app, TalkController.talk, 3) as client:
        with pytest.raises(TimeoutError) as late:
            async with asyncio.timeout(0.01):
                await client.receive()
        assert not isinstance(late.value, ClientTimeout)


async def test_handler_that_does_not_notice_its_client_has_left_is_ended(running_app: Running) -> None:
    async with running(running_app.app):
        async with connect(running_app.app, TalkController.feed):
            pass
        assert len(running_app.journal.lines) == 1


async def test_handler_that_does_not_let_itself_be_cancelled_is_told(running_app: Running) -> None:
    async with running(running_app.app):
        with pytest.raises(ClientTimeout) as late:
            async with connect(running_app.app, TalkController.stubborn).using(timeout=0.01):
                pass
        assert str(late.value).startswith("waited 0.01 s for TalkController.stubborn to end after it was cancelled: ")
        assert str(late.value).endswith("; let asyncio.CancelledError through")
        running_app.journal.proceed.set()
        await until(lambda: running_app.journal.lines[-1] != "cancelled")


async def test_handler_that_never_receives_waits_for_a_client_that_does_not_read(running_app: Running) -> None:
    async with running(running_app.app), connect(running_app.app, TalkController.flood) as client:
        sent = -(-UNREAD_BYTES // (1000 + FRAME_OVERHEAD))
        await until(lambda: len(running_app.journal.lines) == sent)
        for _ in range(100):
            await asyncio.sleep(0)
        assert len(running_app.journal.lines) == sent
        for _ in range(sent):
            await client.receive()
        await until(lambda: len(running_app.journal.lines) > sent)


async def test_handler_that_only_sends_learns_that_its_client_has_left(running_app: Running) -> None:
    async with running(running_app.app):
        async with connect(running_app.app, TalkController.flood) as client:
            await client.receive()
            await client.close(4000)
            await until(lambda: running_app.journal.lines[-1].startswith("gone"))
        assert running_app.journal.lines[-1] == "gone 4000"


async def test_failing_block_takes_the_handler_with_it(running_app: Running) -> None:
    async with running(running_app.app):
        with pytest.raises(LookupError):
            async with connect(running_app.app, TalkController.talk, 3):
                raise LookupError
        assert len(running_app.journal.lines) == 1


async def test_cancelled_test_takes_the_handler_with_it(running_app: Running) -> None:
    async def test() -> None:
        async with connect(running_app.app, TalkController.talk, 3) as client:
            opened.set()
            await client.receive()

    opened = asyncio.Event()
    async with running(running_app.app):
        task = asyncio.create_task(test())
        await opened.wait()
        task.cancel()
        await asyncio.wait({task})
        assert task.cancelled()
        assert len(running_app.journal.lines) == 1


async def test_handler_sees_the_tests_context_variables_and_changes_only_its_own() -> None:
    seen: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            raise NotImplementedError
        seen.append(variable.get())
        variable.set("the handler's")
        await send({"type": "websocket.accept"})

    variable = ContextVar("variable", default="nobody's")
    variable.set("the test's")
    async with connect_path(app, "/"):
        pass
    assert seen == ["the test's"]
    assert variable.get() == "the test's"
