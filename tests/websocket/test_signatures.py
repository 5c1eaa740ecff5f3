"""What a handler's signature must be, and what start-up says when it is not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Generic, TypeVar

import pytest
from pydantic import BaseModel

from pyfly.metadata import DeclarationError, DeclarationErrors, default_registry
from pyfly.web.endpoints import collect_endpoints
from pyfly.websocket import WebSocketMapping, WebSocketSession, websocket_mapping
from pyfly.websocket.adapters.starlette import WebSocketRegistrar
from pyfly.websocket.signatures import HandlerPlan, plan_handler


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


In = TypeVar("In")


class Join(BaseModel):
    room: str


class Typed:
    @websocket_mapping("/typed", frames="binary")
    async def typed(self, session: WebSocketSession[Join | str, bytes]) -> None: ...

    @websocket_mapping("/half")
    async def half(self, session: WebSocketSession[Join]) -> None: ...

    @websocket_mapping("/plain")
    async def plain(self, session: WebSocketSession) -> None: ...


class Generalized(Generic[In]):
    @websocket_mapping("/general")
    async def general(self, session: WebSocketSession[In, list[In]]) -> None: ...


class Special(Generalized[Join]): ...


class Ambiguous:
    @websocket_mapping("/ambiguous")
    async def ambiguous(self, session: WebSocketSession[Join | str, str]) -> None: ...


def plans(controller: type) -> dict[str, HandlerPlan]:
    endpoints = collect_endpoints([controller], WebSocketMapping, default_registry)
    return {endpoint.name: plan_handler(endpoint) for endpoint in endpoints}


def test_message_types_are_read_from_the_session_s_annotation() -> None:
    found = {name: (plan.incoming, plan.outgoing) for name, plan in plans(Typed).items()}
    assert found == {"typed": (Join | str, bytes), "half": (Join, Any), "plain": (Any, Any)}
    typed = plans(Typed)["typed"].codec
    assert typed.decode_bytes is not None
    assert typed.decode_bytes(b'{"room": "a"}') == Join(room="a")


def test_a_generic_base_controller_gets_its_types_from_the_derived_one() -> None:
    plan = plans(Special)["general"]
    assert (plan.incoming, plan.outgoing) == (Join, list[Join])
    assert plans(Generalized)["general"].incoming is Any


def test_message_types_that_can_never_work_are_an_error_at_the_handler() -> None:
    with pytest.raises(DeclarationError) as caught:
        plans(Ambiguous)
    line = Ambiguous.ambiguous.__code__.co_firstlineno
    assert str(caught.value) == (
        f"{__file__}:{line}: @websocket_mapping handler Ambiguous.ambiguous can never receive or send: a text frame "
        'could be str or JSON; let JSON travel in the other kind: frames="binary"'
    )


def test_an_unknown_kind_of_frame_is_an_error_at_its_line() -> None:
    with pytest.raises(DeclarationError, match='frames is \'xml\'; it must be "text" or "binary"'):
        websocket_mapping("/x", frames="xml")  # type: ignore[arg-type]  # the mistake under test


class WrongHook:
    @websocket_mapping("/hook")
    async def handle(self, session: WebSocketSession) -> None: ...

    async def on_disconnect(self) -> None: ...


class RightHook(WrongHook):
    async def on_disconnect(self, session: WebSocketSession, code: int = 0) -> None: ...  # type: ignore[override]  # mended


def test_a_hook_that_cannot_be_called_is_an_error_at_its_line() -> None:
    with pytest.raises(DeclarationError) as caught:
        plans(WrongHook)
    line = WrongHook.on_disconnect.__code__.co_firstlineno
    assert str(caught.value) == (
        f"{__file__}:{line}: WrongHook.on_disconnect cannot be called with the session: too many positional arguments; "
        "write async def on_disconnect(self, session: WebSocketSession) -> None"
    )
    assert list(plans(RightHook)) == ["handle"]
