"""What a handler's signature must be, and what start-up says when it is not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from pyfly.metadata import DeclarationErrors, default_registry
from pyfly.websocket import WebSocketMapping, WebSocketSession, websocket_mapping
from pyfly.websocket.adapters.starlette import WebSocketRegistrar


class Empty:
    def get_bean(self, cls: type[Any]) -> Any: ...


class Wrong:
    @websocket_mapping("/sync")  # type: ignore[type-var]  # the mistake under test
    def sync(self, session: WebSocketSession) -> None: ...

    @websocket_mapping("/stream")  # type: ignore[type-var]  # the mistake under test
    async def stream(self, session: WebSocketSession) -> AsyncIterator[str]:
        yield ""

    @websocket_mapping("/none")  # type: ignore[type-var]  # the mistake under test
    async def none(self) -> None: ...

    @websocket_mapping("/other")  # type: ignore[type-var]  # the mistake under test
    async def other(self, session: str) -> None: ...

    @websocket_mapping("/late")  # type: ignore[type-var]  # the mistake under test
    async def late(self, room_id: str, session: WebSocketSession) -> None: ...

    @websocket_mapping("/rooms/{room_id}")
    async def typo(self, session: WebSocketSession, roomid: str) -> None: ...


def test_every_wrong_handler_is_told_at_its_line() -> None:
    with pytest.raises(DeclarationErrors) as caught:
        WebSocketRegistrar(controllers=[Wrong]).collect_routes(Empty())
    lines = {
        member.name: member.descriptor.source.line
        for member in default_registry.members(Wrong, WebSocketMapping)
        if member.descriptor.source
    }
    write = "write async def {}(self, session: WebSocketSession, ...) -> None"
    assert {str(fault) for fault in caught.value.faults} == {
        f"{__file__}:{lines['sync']}: @websocket_mapping handler Wrong.sync must be a coroutine function; "
        + write.format("sync"),
        f"{__file__}:{lines['stream']}: @websocket_mapping handler Wrong.stream must not yield; "
        "send messages with await session.send(...)",
        f"{__file__}:{lines['none']}: @websocket_mapping handler Wrong.none takes no session; " + write.format("none"),
        f'{__file__}:{lines["other"]}: @websocket_mapping handler Wrong.other has "session: str" where the session '
        "belongs; " + write.format("other"),
        f'{__file__}:{lines["late"]}: @websocket_mapping handler Wrong.late has "room_id: str" where the session '
        "belongs; " + write.format("late"),
        f'{__file__}:{lines["typo"]}: path "/rooms/{{room_id}}" has no variable for parameter "roomid"; '
        'did you mean "room_id"?',
    }


def test_a_session_may_be_annotated_loosely_or_not_at_all() -> None:
    class Loose:
        @websocket_mapping("/any")
        async def any(self, session: Any) -> None: ...

        @websocket_mapping("/object")
        async def object_(self, session: object) -> None: ...

        @websocket_mapping("/bare")
        async def bare(self, session) -> None: ...  # type: ignore[no-untyped-def]  # what the test is about

    routes = WebSocketRegistrar(controllers=[Loose]).collect_routes(Empty())
    assert {route.path for route in routes} == {"/any", "/object", "/bare"}
