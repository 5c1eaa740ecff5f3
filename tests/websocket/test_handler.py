"""The protocols of a controller's hooks."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from pyfly.container import Container, rest_controller
from pyfly.metadata import MetadataRegistry
from pyfly.websocket import ConnectHook, DisconnectHook, MessageHook, WebSocketHandler, WebSocketSession

registry = MetadataRegistry()


@dataclass
class Say:
    text: str


class Clock: ...


class Whole(ConnectHook, MessageHook[Say], DisconnectHook):
    async def on_connect(self, session: WebSocketSession) -> None: ...

    async def on_message(self, session: WebSocketSession, data: Say) -> None: ...

    async def on_disconnect(self, session: WebSocketSession) -> None: ...


class Nothing: ...


@pytest.mark.parametrize("protocol", [ConnectHook, MessageHook, DisconnectHook, WebSocketHandler])
def test_protocols_are_met_by_having_the_hook(protocol: type) -> None:
    assert isinstance(Whole(), protocol)
    assert not isinstance(Nothing(), protocol)


def test_a_controller_that_derives_from_a_hook_is_an_ordinary_bean() -> None:
    @rest_controller(registry=registry)
    class Plain(DisconnectHook):
        def on_disconnect(self, session: WebSocketSession) -> None: ...

    @rest_controller(registry=registry)
    class Wired(MessageHook[Say], DisconnectHook):
        def __init__(self, clock: Clock) -> None:
            self.clock = clock

        async def on_message(self, session: WebSocketSession, data: Say) -> None: ...

        async def on_disconnect(self, session: WebSocketSession) -> None: ...

    container = Container(registry=registry)
    container.register_instance(clock := Clock())
    container.register(Plain)
    container.register(Wired)
    assert isinstance(container.get_bean(Plain), Plain)
    assert container.get_bean(Wired).clock is clock
