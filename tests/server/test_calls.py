from __future__ import annotations

import asyncio
from typing import Any

import pytest

from pyfly.draining import DrainPlan
from pyfly.server import calls as calls_module
from pyfly.server.calls import ApplicationCalls


@pytest.fixture(autouse=True)
def _no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls_module, "LAST_WORDS_SECONDS", 0.05)


def scope_of(kind: str = "http", **more: Any) -> dict[str, Any]:
    return {"type": kind, "path": "/x", "raw_path": b"/x", "headers": [], "root_path": "", **more}


async def receive() -> dict[str, Any]:
    await asyncio.Event().wait()
    raise AssertionError


async def unsendable(message: Any) -> None:
    raise RuntimeError(message)


async def wait_for_ever(scope: Any, receive: Any, send: Any) -> None:
    await asyncio.Event().wait()


async def test_state_and_root_path_reach_the_application() -> None:
    seen: list[dict[str, Any]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope)

    state = {"pool": object()}
    calls = ApplicationCalls(app, state=state, root_path="/api")
    await calls(scope_of(), receive, unsendable)
    await calls(scope_of(raw_path=None), receive, unsendable)
    first, second = seen
    assert (first["root_path"], first["path"], first["raw_path"]) == ("/api", "/api/x", b"/api/x")
    assert second["raw_path"] is None
    assert first["state"] == state
    assert first["state"] is not state


async def test_nothing_to_finish_is_finished_at_once() -> None:
    calls = ApplicationCalls(wait_for_ever)
    await calls.finish(3600, hurry=asyncio.Event())
    assert len(calls) == 0


async def test_finish_waits_for_a_call_to_end() -> None:
    go = asyncio.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await go.wait()

    calls = ApplicationCalls(app)
    call = asyncio.create_task(calls(scope_of(), receive, unsendable))
    await asyncio.sleep(0)
    assert len(calls) == 1
    finishing = asyncio.create_task(calls.finish(3600, hurry=asyncio.Event()))
    await asyncio.sleep(0)
    go.set()
    await finishing
    await call


async def test_a_cancelled_websocket_handler_ends_quietly() -> None:
    calls = ApplicationCalls(wait_for_ever)
    call = asyncio.create_task(calls(scope_of("websocket"), receive, unsendable))
    await asyncio.sleep(0)
    await calls.finish(0, hurry=asyncio.Event())
    await call
    assert call.cancelling() == 0


async def test_hurry_ends_the_waiting() -> None:
    calls = ApplicationCalls(wait_for_ever)
    call = asyncio.create_task(calls(scope_of("websocket"), receive, unsendable))
    await asyncio.sleep(0)
    hurry = asyncio.Event()
    finishing = asyncio.create_task(calls.finish(3600, hurry=hurry))
    await asyncio.sleep(0)
    hurry.set()
    await finishing
    await call


async def test_a_request_that_had_not_answered_is_answered_as_unavailable() -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    calls = ApplicationCalls(wait_for_ever)
    call = asyncio.create_task(calls(scope_of(), receive, send))
    await asyncio.sleep(0)
    await calls.finish(0, hurry=asyncio.Event())
    await call
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert sent[0]["status"] == 503


async def test_a_response_that_had_begun_is_ended(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "pyfly.server")
    sent: list[Any] = []

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            raise RuntimeError("already started")
        sent.append(message)

    for sender in (send, unsendable):
        calls = ApplicationCalls(wait_for_ever)
        call = asyncio.create_task(calls(scope_of(), receive, sender))
        await asyncio.sleep(0)
        await calls.finish(0, hurry=asyncio.Event())
        await call
    assert sent == [{"type": "http.response.body", "body": b"", "more_body": False}]
    assert "A cancelled response stays cut off" in caplog.text


def response_start(content_type: bytes) -> dict[str, Any]:
    return {"type": "http.response.start", "status": 200, "headers": [(b"Content-Type", content_type)]}


async def unread(message: Any) -> None:
    pass


@pytest.mark.parametrize("accept", [b"*/*", b"text/event-stream"])
async def test_an_event_stream_is_not_waited_for(accept: bytes) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send(response_start(b"text/event-stream; charset=utf-8"))
        await asyncio.Event().wait()

    calls = ApplicationCalls(app)
    call = asyncio.create_task(calls(scope_of(headers=[(b"accept", accept)]), receive, unread))
    await asyncio.sleep(0)
    await calls.finish(3600, hurry=asyncio.Event())
    await call


async def test_an_event_stream_that_begins_while_it_finishes_is_not_waited_for() -> None:
    go = asyncio.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await go.wait()
        await send(response_start(b"text/event-stream"))
        await asyncio.Event().wait()

    calls = ApplicationCalls(app)
    call = asyncio.create_task(calls(scope_of(), receive, unread))
    await asyncio.sleep(0)
    finishing = asyncio.create_task(calls.finish(3600, hurry=asyncio.Event()))
    await asyncio.sleep(0)
    go.set()
    await finishing
    await call


@pytest.mark.parametrize("starts", [False, True])
async def test_a_request_that_would_accept_an_event_stream_gets_its_time(starts: bool) -> None:
    go = asyncio.Event()
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if starts:
            await send(response_start(b"application/json"))
        await go.wait()
        await send({"type": "http.response.body", "body": b"done"})

    calls = ApplicationCalls(app)
    headers = [(b"accept", b"application/json, text/event-stream")]
    call = asyncio.create_task(calls(scope_of(headers=headers), receive, send))
    await asyncio.sleep(0)
    finishing = asyncio.create_task(calls.finish(3600, hurry=asyncio.Event()))
    await asyncio.sleep(0)
    go.set()
    await finishing
    await call
    assert sent[-1]["body"] == b"done"


async def test_a_cancelled_response_whose_client_does_not_read_is_given_up(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(calls_module, "ROUND_OFF_SECONDS", 0.01)

    async def stuck(message: Any) -> None:
        await asyncio.Event().wait()

    calls = ApplicationCalls(wait_for_ever)
    call = asyncio.ensure_future(calls(scope_of(), receive, stuck))
    await asyncio.sleep(0)
    monkeypatch.setattr(calls_module, "LAST_WORDS_SECONDS", 10)
    await calls.finish(0, hurry=asyncio.Event())
    await call
    assert len(calls) == 0
    assert not any("goes on" in message for message in caplog.messages)


async def test_a_cancelled_event_stream_is_not_cancelled_twice() -> None:
    go = asyncio.Event()
    cancellations: list[bool] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send(response_start(b"text/event-stream"))
        while not go.is_set():
            try:
                await go.wait()
            except asyncio.CancelledError:
                cancellations.append(True)

    calls = ApplicationCalls(app)
    call = asyncio.create_task(calls(scope_of(), receive, unread))
    await asyncio.sleep(0)
    await calls.finish(0, hurry=asyncio.Event())
    go.set()
    await call
    assert cancellations == [True]


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt()])
async def test_what_would_end_the_process_is_an_error_of_its_call(error: BaseException) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise error

    calls = ApplicationCalls(app)
    with pytest.raises(RuntimeError) as caught:
        await calls(scope_of(), receive, unread)
    assert str(caught.value) == f"the application raised {error!r}, which ends its call only"
    assert caught.value.__cause__ is error
    assert len(calls) == 0


async def test_a_cancellation_from_elsewhere_is_passed_on() -> None:
    calls = ApplicationCalls(wait_for_ever)
    call = asyncio.create_task(calls(scope_of(), receive, unsendable))
    await asyncio.sleep(0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert len(calls) == 0


async def test_a_handler_that_ignores_its_cancellation_is_named(caplog: pytest.LogCaptureFixture) -> None:
    go = asyncio.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        while not go.is_set():
            try:
                await go.wait()
            except asyncio.CancelledError:
                continue

    calls = ApplicationCalls(app)
    call = asyncio.create_task(calls(scope_of(), receive, unsendable))
    await asyncio.sleep(0)
    await calls.finish(0, hurry=asyncio.Event())
    assert caplog.messages[-1] == "The handler of '/x' goes on although it was cancelled"
    go.set()
    await call


async def test_the_application_may_deny_a_websocket_that_comes_while_it_drains() -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "websocket.close", "code": 4000})

    calls = ApplicationCalls(app)
    await calls.drain(DrainPlan())
    await calls(scope_of("websocket"), receive, send)
    assert sent == [{"type": "websocket.close", "code": 4000}]


async def test_a_websocket_that_comes_while_it_drains_is_not_accepted() -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        try:
            await send({"type": "websocket.accept"})
        except OSError:
            await send({"type": "websocket.send", "text": "hello"})

    calls = ApplicationCalls(app)
    await calls.drain(DrainPlan())
    await calls(scope_of("websocket", extensions={"websocket.http.response": {}}), receive, send)
    assert [(message["type"], message.get("status")) for message in sent] == [
        ("websocket.http.response.start", 503),
        ("websocket.http.response.body", None),
    ]
    assert len(calls) == 0


async def test_an_application_that_fails_to_deny_while_it_drains_has_failed() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise ValueError("no")

    calls = ApplicationCalls(app)
    await calls.drain(DrainPlan())
    with pytest.raises(ValueError, match="no"):
        await calls(scope_of("websocket"), receive, unread)


@pytest.mark.parametrize(
    ("scope", "kinds"),
    [
        (scope_of(), ["http.response.start", "http.response.body"]),
        (
            scope_of("websocket", extensions={"websocket.http.response": {}}),
            ["websocket.http.response.start", "websocket.http.response.body"],
        ),
        (scope_of("websocket"), ["websocket.close"]),
    ],
)
async def test_who_comes_while_it_finishes_is_refused(scope: dict[str, Any], kinds: list[str]) -> None:
    sent: list[str] = []

    async def send(message: Any) -> None:
        sent.append(message["type"])

    calls = ApplicationCalls(wait_for_ever)
    await calls.finish(0, hurry=asyncio.Event())
    await calls(scope, receive, send)
    assert sent == kinds
