"""An application that counts what it keeps: tasks, sessions, beans, members, and warnings."""

from __future__ import annotations

import asyncio
import gc
import logging
import warnings

from pyfly import create_app
from pyfly.container import component, post_construct, pre_destroy, rest_controller, service
from pyfly.web import QueryParam, get_mapping, request_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping


class WarningCounter(logging.Handler):
    """Keeps every warning and error that is logged, by whomever."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.name}: {record.getMessage()}")


warning_counter = WarningCounter()
logging.getLogger().addHandler(warning_counter)
logging.captureWarnings(True)
warnings.simplefilter("always")


@service
class Tally:
    """What was made and unmade."""

    def __init__(self) -> None:
        self.made = 0
        self.unmade = 0
        self.hooks = 0
        self.handlers = 0


@component(scope="session")
class Conversation:
    """A bean of each session."""

    def __init__(self, session: WebSocketSession, tally: Tally) -> None:
        self.session = session
        self.tally = tally

    @post_construct
    async def begin(self) -> None:
        self.tally.made += 1

    @pre_destroy
    async def end(self) -> None:
        await asyncio.sleep(0)
        self.tally.unmade += 1


@rest_controller(scope="session")
@request_mapping("/ws")
class OwnController:
    """Each session has a controller and a conversation of its own."""

    def __init__(self, conversation: Conversation, tally: Tally) -> None:
        self.conversation = conversation
        self.tally = tally

    @websocket_mapping("/own")
    async def own(self, session: WebSocketSession) -> None:
        self.tally.handlers += 1
        await session.accept()
        while (text := await session.receive_text()) != "return":
            await self.conversation.session.send_text(text)

    async def on_disconnect(self, session: WebSocketSession) -> None:
        self.tally.hooks += 1


@rest_controller
@request_mapping("/ws")
class CrowdController:
    """One controller for all, who hear each other."""

    def __init__(self, tally: Tally) -> None:
        self.tally = tally
        self.members: set[WebSocketSession] = set()

    @websocket_mapping("/crowd")
    async def crowd(self, session: WebSocketSession) -> None:
        self.tally.handlers += 1
        await session.accept()
        self.members.add(session)
        while (text := await session.receive_text()) != "return":
            for member in list(self.members):
                await member.send_text(text)

    @websocket_mapping("/denied")
    async def denied(self, session: WebSocketSession, age: QueryParam[int]) -> None:
        raise AssertionError(f"somebody has said {age}")

    def on_disconnect(self, session: WebSocketSession) -> None:
        self.tally.hooks += 1
        self.members.discard(session)


@rest_controller
class CountsController:
    def __init__(self, tally: Tally, crowd: CrowdController) -> None:
        self.tally = tally
        self.crowd = crowd

    @get_mapping("/counts")
    async def counts(self) -> dict[str, int | list[str]]:
        gc.collect()
        return {
            "tasks": sum(not task.done() for task in asyncio.all_tasks()),
            "sessions": sum(isinstance(thing, WebSocketSession) for thing in gc.get_objects()),
            "beans": self.tally.made - self.tally.unmade,
            "made": self.tally.made,
            "open handlers": self.tally.handlers - self.tally.hooks,
            "handlers": self.tally.handlers,
            "members": len(self.crowd.members),
            "warnings": warning_counter.lines[:20],
        }


app = create_app(__name__)
