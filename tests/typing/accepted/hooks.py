"""Lifecycle hooks as they may be written, with their protocols and without."""

from dataclasses import dataclass
from typing import Never

from pyfly.container import rest_controller
from pyfly.websocket import (
    ConnectHook,
    DisconnectHook,
    MessageHook,
    WebSocketHandler,
    WebSocketSession,
    websocket_mapping,
)


@dataclass
class Say:
    text: str


@rest_controller
class AsyncController(DisconnectHook):
    async def on_disconnect(self, session: WebSocketSession) -> None: ...


@rest_controller
class SyncController(DisconnectHook):
    def on_disconnect(self, session: WebSocketSession) -> None: ...


class TypedController(DisconnectHook):
    async def on_disconnect(self, session: WebSocketSession[Never, Say]) -> None: ...


class PatientController(DisconnectHook):
    async def on_disconnect(self, client: WebSocketSession, code: int = 0) -> None: ...


class AllController(ConnectHook, MessageHook[Say], DisconnectHook):
    @websocket_mapping("/all")
    async def all(self, session: WebSocketSession[Say, Say]) -> None:
        await self.on_connect(session)
        async for message in session:
            await self.on_message(session, message)

    async def on_connect(self, session: WebSocketSession) -> None:
        await session.accept()

    async def on_message(self, session: WebSocketSession, data: Say) -> None: ...

    async def on_disconnect(self, session: WebSocketSession) -> None: ...


class TextController(MessageHook):
    async def on_message(self, session: WebSocketSession, data: str) -> None: ...


class GuideController(WebSocketHandler):
    async def on_connect(self, session: WebSocketSession) -> None: ...

    async def on_message(self, session: WebSocketSession, data: str) -> None: ...

    async def on_disconnect(self, session: WebSocketSession) -> None: ...


class PlainController:
    async def on_disconnect(self, session: WebSocketSession) -> None: ...


def watch(controller: DisconnectHook) -> None: ...


def read(controller: MessageHook) -> None: ...


watch(PlainController())
watch(GuideController())
read(GuideController())
