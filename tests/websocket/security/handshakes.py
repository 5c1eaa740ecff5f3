"""Handshakes of a client that is written down beforehand, with a context around the controller."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from pyfly.context import ApplicationContext, Settings
from pyfly.metadata import MetadataRegistry
from pyfly.websocket import SessionDenied
from pyfly.websocket.adapters.starlette import WebSocketRegistrar
from pyfly.websocket.security import Admission

__all__ = ["Application", "Client", "application", "session_fields"]


def session_fields(record: logging.LogRecord) -> tuple[object, ...]:
    """Return the fields that every record about a session has, but for its id, which is there as well."""
    assert record.__dict__["session_id"]
    return tuple(record.__dict__[name] for name in ("path_template", "close_code", "duration"))


class Client:
    """Sends its messages one after the other, and then nothing more."""

    def __init__(self, *messages: str, path: str = "/t", leaves: bool = False, **scope: Any) -> None:
        headers = [(name.encode(), value.encode("latin-1")) for name, value in scope.pop("headers", ())]
        self.scope: dict[str, Any] = {
            "type": "websocket",
            "scheme": "ws",
            "path": path,
            "headers": [(b"host", b"example.com"), *headers],
            "query_string": b"",
            "subprotocols": [],
            "client": ("192.0.2.1", 1234),
            "extensions": {"websocket.http.response": {}},
            **scope,
        }
        self.script: deque[dict[str, Any]] = deque([{"type": "websocket.connect"}])
        self.script.extend({"type": "websocket.receive", "text": message} for message in messages)
        if leaves:
            self.script.append({"type": "websocket.disconnect", "code": 1001})
        self.sent: list[dict[str, Any]] = []
        self.accepted = asyncio.Event()
        self._more = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        while not self.script:
            self._more.clear()
            await self._more.wait()
        return self.script.popleft()

    def tell(self, message: dict[str, Any]) -> None:
        """Send one more message."""
        self.script.append(message)
        self._more.set()

    async def send(self, message: Any) -> None:
        self.sent.append(message)
        if message["type"] == "websocket.accept":
            self.accepted.set()
        elif message["type"] == "websocket.close":  # as servers do, once the client has answered
            self.tell({"type": "websocket.disconnect", "code": message["code"]})

    @property
    def status(self) -> int:
        """Of the denial; 101 where there was none."""
        starts = [message["status"] for message in self.sent if message["type"] == "websocket.http.response.start"]
        return int(starts[0]) if starts else 101

    @property
    def response_headers(self) -> dict[str, str]:
        return {name.decode(): value.decode("latin-1") for name, value in self.sent[0]["headers"]}

    @property
    def problem(self) -> Any:
        assert self.response_headers["content-type"] == "application/problem+json"
        return json.loads(self.sent[1]["body"])

    @property
    def close(self) -> tuple[int, str]:
        closes = [(message["code"], message["reason"]) for message in self.sent if message["type"] == "websocket.close"]
        return closes[0]


class Application:
    """A started context with one controller's WebSocket endpoint."""

    def __init__(self, context: ApplicationContext, app: Any, registry: MetadataRegistry) -> None:
        self.context = context
        self.registry = registry
        self.denials: list[tuple[str, int]] = []
        self._app = app
        context.events.subscribe(SessionDenied, self._note)

    def _note(self, event: SessionDenied) -> None:
        self.denials.append((event.reason, event.status))

    @property
    def admission(self) -> Admission:
        return self.context.get_bean(Admission)

    async def serve(self, client: Client) -> Client:
        async with asyncio.timeout(20):
            await self._app(client.scope, client.receive, client.send)
        return client

    @asynccontextmanager
    async def serving(self, client: Client) -> AsyncIterator[asyncio.Task[Client]]:
        """Serve a client in the background, once it is accepted; the end of the block ends it."""
        task = asyncio.create_task(self.serve(client))
        accepted = asyncio.create_task(client.accepted.wait())
        try:
            async with asyncio.timeout(20):
                await asyncio.wait({task, accepted}, return_when=asyncio.FIRST_COMPLETED)
            yield task
        finally:
            accepted.cancel()
            task.cancel()
            await asyncio.wait({task})


@asynccontextmanager
async def application(
    controller: type, *beans: type, registry: MetadataRegistry | None = None, **settings: Any
) -> AsyncIterator[Application]:
    """Start a context with a controller, whose one endpoint is at ``/t``, and further beans."""
    registry = registry or MetadataRegistry()
    context = ApplicationContext(settings=Settings(**settings), registry=registry)
    for bean in (controller, *beans):
        context.register(bean)
    (route,) = WebSocketRegistrar(registry=registry, controllers=[controller]).collect_routes(context)
    async with context:
        yield Application(context, route.app, registry)
