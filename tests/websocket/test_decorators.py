"""``@websocket_mapping``: what it records, and mistakes at the line that makes them."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from pyfly.metadata import DeclarationError, MetadataRegistry, default_registry
from pyfly.websocket import WebSocketMapping, WebSocketSession, websocket_mapping
from pyfly.websocket.rooms import OutboxLimits


def line() -> int:
    frame = inspect.currentframe()
    assert frame is not None
    assert frame.f_back is not None
    return frame.f_back.f_lineno


def test_the_method_itself_comes_back_marked() -> None:
    async def handle(self: Any, session: WebSocketSession) -> None: ...

    assert websocket_mapping("/echo")(handle) is handle
    assert handle.__dict__["__pyfly_ws_mapping__"] == {"path": "/echo"}
    mapping = default_registry.find(handle, WebSocketMapping)
    assert mapping is not None
    assert (mapping.path, mapping.kind, mapping.request_method) == ("/echo", "WebSocket", "GET")


def test_the_path_may_be_left_out() -> None:
    @websocket_mapping()
    async def handle(self: Any, session: WebSocketSession) -> None: ...

    assert handle.__dict__["__pyfly_ws_mapping__"] == {"path": ""}


def test_an_explicit_registry_is_used() -> None:
    registry = MetadataRegistry()

    @websocket_mapping("/own", registry=registry)
    async def handle(self: Any, session: WebSocketSession) -> None: ...

    assert len(registry.declarations(WebSocketMapping)) == 1
    assert default_registry.find_all(handle, WebSocketMapping) == ()


def test_bounds_of_the_outbox_are_recorded() -> None:
    registry = MetadataRegistry()

    @websocket_mapping("/own", outbox=OutboxLimits(size=10, overflow="block"), registry=registry)
    async def own(self: Any, session: WebSocketSession) -> None: ...

    @websocket_mapping("/default", registry=registry)
    async def default(self: Any, session: WebSocketSession) -> None: ...

    found = [registry.find(handler, WebSocketMapping) for handler in (own, default)]
    assert [mapping and mapping.outbox for mapping in found] == [OutboxLimits(1024, 10, 10.0, "block"), None]


@pytest.mark.parametrize(
    ("outbox", "message"),
    [
        (
            "drop_oldest",
            "outbox is 'drop_oldest'; write OutboxLimits(...), such as OutboxLimits(overflow=\"drop_oldest\")",
        ),
        (OutboxLimits(messages=0), "outbox has messages=0; it must be a whole number from 1 on"),
        (OutboxLimits(size=1.5), "outbox has size=1.5; it must be a whole number from 1 on"),  # type: ignore[arg-type]
        (OutboxLimits(seconds=0), "outbox has seconds=0; it must be a number of seconds above 0"),
        (OutboxLimits(seconds=float("nan")), "outbox has seconds=nan; it must be a number of seconds above 0"),
        (
            OutboxLimits(overflow="drop"),  # type: ignore[arg-type]
            "outbox has overflow='drop'; it must be one of 'close', 'drop_oldest', 'drop_newest', 'block'",
        ),
    ],
)
def test_bounds_that_can_never_hold_are_an_error_at_their_line(outbox: Any, message: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        websocket_mapping("/x", outbox=outbox)
    assert str(caught.value) == f"{__file__}:{line() - 1}: {message}"


def test_a_wrong_path_is_an_error_at_its_line() -> None:
    with pytest.raises(DeclarationError) as caught:
        websocket_mapping("echo")
    assert str(caught.value) == f'{__file__}:{line() - 1}: path "echo": must start with "/"; write "/echo"'


def test_missing_parentheses_are_an_error_at_their_line() -> None:
    async def handle(self: Any, session: WebSocketSession) -> None: ...

    with pytest.raises(DeclarationError) as caught:
        websocket_mapping(handle)  # type: ignore[arg-type]  # the mistake under test
    assert caught.value.message == (
        '@websocket_mapping is used without parentheses; write @websocket_mapping() or @websocket_mapping("/path")'
    )
    assert caught.value.source is not None
    assert caught.value.source.line == line() - 5


async def _plain(self: Any, session: WebSocketSession) -> None: ...


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (
            WebSocketSession,
            '@websocket_mapping decorates a method, not the class "WebSocketSession"; '
            "decorate its methods; @request_mapping sets a class's base path",
        ),
        (
            staticmethod(_plain),
            '@websocket_mapping decorates a method, not the staticmethod "_plain"; '
            "remove @staticmethod and take self as the first parameter",
        ),
        (
            classmethod(_plain),
            '@websocket_mapping decorates a method, not the classmethod "_plain"; '
            "remove @classmethod and take self as the first parameter",
        ),
        (5, "@websocket_mapping decorates a method, not a int; decorate a method defined with def or async def"),
        (property(repr), "@websocket_mapping decorates a method, not a property; "
         "decorate a method defined with def or async def"),
    ],
)  # fmt: skip
def test_what_is_no_method_is_refused(target: Any, message: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        websocket_mapping("/x")(target)
    assert caught.value.message == message
