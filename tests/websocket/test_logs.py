"""What log records tell of sessions."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from pyfly.websocket import (
    InvalidMessage,
    SessionLogFilter,
    WebSocketDisconnect,
    WebSocketSession,
    websocket_mapping,
)
from pyfly.websocket.rooms import Rooms
from tests.websocket.connections import Script, context_of, serve, text

own_logger = logging.getLogger("tests.own")


class Controller:
    """Ends as messages say."""

    def __init__(self) -> None:
        self.ids: list[str] = []

    @websocket_mapping("/rooms/{room}")
    async def handle(self, session: WebSocketSession) -> None:
        self.ids.append(session.id)
        await session.accept()
        while True:
            match await session.receive_text():
                case "fail":
                    raise LookupError("no such thing")
                case "log":
                    own_logger.warning("in the handler")
                    await asyncio.create_task(self.log_elsewhere())
                case "close":
                    await session.close(4001)
                    return
                case message:
                    await session.send_text(message)

    async def log_elsewhere(self) -> None:
        own_logger.warning("in its task")


class Hooked(Controller):
    def on_disconnect(self, session: WebSocketSession) -> None:
        raise LookupError("cleanup")


def fields(record: logging.LogRecord) -> tuple[object, ...]:
    return tuple(getattr(record, name, "missing") for name in ("session_id", "path_template", "close_code"))


async def test_a_session_s_end_is_one_record_with_what_there_is_to_know(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="pyfly.sessions")
    context = context_of(Controller)
    await serve(context, Controller, Script(text("a"), text("b"), text("close")))
    (session_id,) = context.get_bean(Controller).ids
    (record,) = caplog.records
    assert record.name == "pyfly.sessions"
    assert record.message.startswith(f"Controller.handle: session {session_id} has closed with 4001 after ")
    assert fields(record) == (session_id, "/rooms/{room}", 4001)
    told = record.__dict__
    assert (told["endpoint"], told["received"], told["sent"]) == ("Controller.handle", 3, 2)
    assert told["duration"] >= 0


async def test_a_session_that_was_never_accepted_has_no_such_record(caplog: pytest.LogCaptureFixture) -> None:
    class Refusing:
        @websocket_mapping("/t")
        async def refuse(self, session: WebSocketSession) -> None:
            await session.deny()

    caplog.set_level(logging.INFO, logger="pyfly.sessions")
    await serve(context_of(Refusing), Refusing, Script())
    assert caplog.records == []


class Cat(BaseModel):
    kind: Literal["cat"]


class Dog(BaseModel):
    kind: Literal["dog"]


class ChoosesAnother:
    @websocket_mapping("/t")
    async def handle(self, session: WebSocketSession) -> None:
        await session.accept("chat.v2")


class EchoesTheOffer:
    @websocket_mapping("/t")
    async def handle(self, session: WebSocketSession) -> None:
        await session.accept(session.headers.get("sec-websocket-protocol"))


class FailsOverTheEnd:
    @websocket_mapping("/t")
    async def handle(self, session: WebSocketSession) -> None:
        await session.accept()
        try:
            await session.receive()
        except WebSocketDisconnect as error:
            raise LookupError("in the cleanup") from error


class FailsOverMessages:
    @websocket_mapping("/t")
    async def handle(self, session: WebSocketSession[Annotated[Cat | Dog, Field(discriminator="kind")], str]) -> None:
        await session.accept()
        try:
            await session.receive()
        except InvalidMessage as error:
            raise LookupError("in the cleanup") from error


class JoinsWhatCannotBeNamed:
    @websocket_mapping("/t")
    async def handle(self, session: WebSocketSession) -> None:
        await session.accept()
        async with Rooms().join(json.loads(await session.receive_text()), session):
            pass


@pytest.mark.parametrize(
    ("controller", "message"),
    [
        (ChoosesAnother, None),
        (EchoesTheOffer, None),
        (FailsOverTheEnd, {"type": "websocket.disconnect", "code": 4000, "reason": "s3cret"}),
        (FailsOverMessages, text('{"kind": "s3cret"}')),
        (JoinsWhatCannotBeNamed, text('"s3cret\\ud800"')),
    ],
)
async def test_what_fails_over_what_a_client_has_sent_does_not_repeat_it(
    controller: type, message: dict[str, Any] | None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    offers = ["chat.v1", "bearer.s3cret"]
    scope = {
        "subprotocols": offers,
        "headers": [(b"sec-websocket-protocol", ", ".join(offers).encode())],
    }
    await serve(context_of(controller), controller, Script(*(() if message is None else (message,))), **scope)
    assert "Traceback" in caplog.text
    assert "s3cret" not in caplog.text


@pytest.mark.parametrize("controller", [Controller, Hooked])
async def test_failures_of_handler_and_hook_carry_the_session(
    controller: type[Controller], caplog: pytest.LogCaptureFixture
) -> None:
    context = context_of(controller)
    await serve(context, controller, Script(text("fail")))
    (session_id,) = context.get_bean(controller).ids
    failed, *hook = caplog.records
    assert failed.message == f"{controller.__name__}.handle: the handler failed in session {session_id}"
    assert fields(failed) == (session_id, "/rooms/{room}", None)
    assert [fields(record) for record in hook] == [(session_id, "/rooms/{room}", 1011)] * len(hook)
    assert len(hook) == (controller is Hooked)


async def test_the_filter_names_the_session_in_what_a_handler_logs_and_in_its_tasks(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.handler.addFilter(names := SessionLogFilter())
    try:
        context = context_of(Controller)
        await serve(context, Controller, Script(text("log")))
        own_logger.warning("outside")
        own_logger.warning("about another", extra={"session_id": "its own"})
    finally:
        caplog.handler.removeFilter(names)
    (session_id,) = context.get_bean(Controller).ids
    inside = [record for record in caplog.records if record.message.startswith("in ")]
    assert [fields(record) for record in inside] == [(session_id, "/rooms/{room}", None)] * 2
    outside, other = [record for record in caplog.records if not record.message.startswith("in ")]
    assert fields(outside) == (None, None, None)
    assert fields(other) == ("its own", None, None)
