"""Handlers that controllers inherit from generic bases, seen by a test client."""

from __future__ import annotations

from typing import Generic

import pytest
from pydantic import BaseModel
from typing_extensions import TypeVar

from pyfly import create_app
from pyfly.container import rest_controller
from pyfly.context import ApplicationContext, Settings
from pyfly.metadata import MetadataRegistry
from pyfly.testing import connect
from pyfly.websocket import WebSocketSession, websocket_mapping

In = TypeVar("In")
Out = TypeVar("Out", default=In)

registry = MetadataRegistry()


class Order(BaseModel):
    item: str


class Feed(Generic[In, Out]):
    @websocket_mapping("/feed/{number}", registry=registry)
    async def feed(self, session: WebSocketSession[In, Out], number: int) -> None:
        await session.accept()
        await session.send(await session.receive())  # type: ignore[arg-type]  # Out is In here


@rest_controller(registry=registry)
class OrderFeed(Feed[Order]): ...


@pytest.mark.parametrize(("frame", "code"), [('{"item": "tea"}', 1000), ("not json at all", 1007)])
async def test_inherited_handler_has_the_message_types_of_its_controller(frame: str, code: int) -> None:
    context = ApplicationContext(registry=registry, settings=Settings())
    context.register(OrderFeed)
    async with connect(create_app(context=context), OrderFeed.feed, 1) as client:
        await client.send_text(frame)
        if code == 1000:
            assert await client.receive() == Order(item="tea")
        assert (await client.closed()).code == code
