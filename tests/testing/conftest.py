"""Controllers to talk to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, Never

import pytest
from pydantic import BaseModel, Field
from starlette.applications import Starlette

from pyfly import create_app
from pyfly.container import rest_controller, service
from pyfly.context import ApplicationContext, Settings
from pyfly.metadata import MetadataRegistry
from pyfly.web import Cookie, Header, ProblemError, QueryParam, request_mapping
from pyfly.websocket import CloseSession, WebSocketSession, websocket_mapping

REGISTRY = MetadataRegistry()
WAIT = 10.0


async def until(condition: Callable[[], bool]) -> None:
    """Let others run until something holds."""
    async with asyncio.timeout(WAIT):
        while not condition():  # noqa: ASYNC110  # anything may make it hold
            await asyncio.sleep(0)


class Say(BaseModel):
    kind: Literal["say"] = "say"
    text: str


class Fail(BaseModel):
    kind: Literal["fail"] = "fail"


class End(BaseModel):
    kind: Literal["end"] = "end"
    code: int = 1000


@dataclass
class Said:
    text: str
    number: int = 0


@service(registry=REGISTRY)
class Journal:
    """What has happened, for tests to look at."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.proceed = asyncio.Event()


@rest_controller(registry=REGISTRY)
@request_mapping("/talk", registry=REGISTRY)
class TalkController:
    def __init__(self, journal: Journal) -> None:
        self.journal = journal

    @websocket_mapping("/rooms/{room:int}", registry=REGISTRY)
    async def talk(
        self,
        session: WebSocketSession[Annotated[Say | Fail | End, Field(discriminator="kind")], Said],
        room: int,
        nickname: QueryParam[Annotated[str, Field(min_length=1)]] = "guest",
    ) -> None:
        await session.accept(session.subprotocols[0] if session.subprotocols else None, headers=[("x-room", str(room))])
        async for message in session:
            match message:
                case Say():
                    await session.send(Said(f"{nickname}: {message.text}", room))
                case Fail():
                    raise ZeroDivisionError("asked to")
                case End():
                    raise CloseSession(message.code, "asked to")

    @websocket_mapping("/feed", registry=REGISTRY)
    async def feed(self, session: WebSocketSession[Never, Said]) -> None:
        await session.accept()
        await session.send(Said("first"))
        await self.journal.proceed.wait()
        await session.send(Said("second"))

    @websocket_mapping("/flood", registry=REGISTRY)
    async def flood(self, session: WebSocketSession[Never, bytes]) -> None:
        await session.accept()
        while True:
            await session.send(bytes(1000))
            self.journal.lines.append("sent")

    @websocket_mapping("/raw", registry=REGISTRY)
    async def raw(self, session: WebSocketSession) -> None:
        await session.accept(headers=[("set-cookie", "seen=yes; Path=/"), ("set-cookie", 'q="a b"')])
        async for frame in session:
            if isinstance(frame, str):
                await session.send_text(frame)
            else:
                await session.send_bytes(frame)

    @websocket_mapping("/wrong", registry=REGISTRY)
    async def wrong(self, session: WebSocketSession[str, Said]) -> None:
        await session.accept()
        await session.send_json({"text": 3})
        await session.send_bytes(b"\x00")
        await session.send_text("{")

    @websocket_mapping("/told", registry=REGISTRY)
    async def told(
        self,
        session: WebSocketSession[Never, dict[str, Any]],
        tags: QueryParam[list[str]],
        user_agent: Header[str],
        token: Cookie[str],
        active: QueryParam[bool] = False,
    ) -> None:
        await session.accept()
        await session.send(
            {
                "tags": tags,
                "user_agent": user_agent,
                "token": token,
                "active": active,
            }
        )

    @websocket_mapping("/refused", registry=REGISTRY)
    async def refused(self, session: WebSocketSession, status: QueryParam[int] = 404) -> None:
        raise ProblemError(status, "nobody is here", headers={"x-why": "empty"})

    @websocket_mapping("/denied", registry=REGISTRY)
    async def denied(self, session: WebSocketSession) -> None:
        await session.close()

    @websocket_mapping("/broken", registry=REGISTRY)
    async def broken(self, session: WebSocketSession) -> None:
        raise ZeroDivisionError("before accept")

    @websocket_mapping("/silent", registry=REGISTRY)
    async def silent(self, session: WebSocketSession) -> None:
        await self.journal.proceed.wait()

    @websocket_mapping("/stubborn", registry=REGISTRY)
    async def stubborn(self, session: WebSocketSession) -> None:
        await session.accept()
        while not self.journal.proceed.is_set():
            try:
                await self.journal.proceed.wait()
            except asyncio.CancelledError:
                self.journal.lines.append("cancelled")

    async def on_disconnect(self, session: WebSocketSession) -> None:
        self.journal.lines.append(f"gone {session.close_code}")


@rest_controller(registry=REGISTRY)
@request_mapping("/careless", registry=REGISTRY)
class CarelessController:
    @websocket_mapping("", registry=REGISTRY)
    async def careless(self, session: WebSocketSession) -> None:
        await session.accept()

    @websocket_mapping("/failing", registry=REGISTRY)
    async def failing(self, session: WebSocketSession) -> None:
        await session.accept()
        raise LookupError("in the handler")

    async def on_disconnect(self, session: WebSocketSession) -> None:
        raise ZeroDivisionError("while cleaning up")


@dataclass
class Running:
    """An application and what it has written down."""

    context: ApplicationContext = field(
        default_factory=lambda: ApplicationContext(settings=Settings(), registry=REGISTRY)
    )

    def __post_init__(self) -> None:
        for cls in (Journal, TalkController, CarelessController):
            self.context.register(cls)
        self.app: Starlette = create_app(context=self.context)

    @property
    def journal(self) -> Journal:
        return self.context.get_bean(Journal)


@pytest.fixture
def running_app() -> Running:
    return Running()


@pytest.fixture
def app(running_app: Running) -> Starlette:
    return running_app.app
