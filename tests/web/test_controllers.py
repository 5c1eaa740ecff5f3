"""The bean that answers: singletons for all, others for each request, contexts that stop and start."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient

from pyfly.application import create_app
from pyfly.container import pre_destroy, rest_controller
from pyfly.metadata import DeclarationErrors, default_registry
from pyfly.web import HttpMapping, get_mapping, request_mapping
from pyfly.web.sse import SseMapping, sse_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping


def test_a_singleton_is_made_once_and_anew_after_a_restart() -> None:
    made: list[object] = []

    @rest_controller
    class Single:
        def __init__(self) -> None:
            made.append(self)

        @get_mapping("/")
        def number(self) -> int:
            return made.index(self)

    app = create_app(Single)
    for run in range(2):
        with TestClient(app) as client:
            assert [client.get("/").json() for _ in range(3)] == [run] * 3
    assert len(made) == 2


def test_a_request_scoped_controller_is_each_request_s_own_and_may_hold_the_request() -> None:
    log: list[str] = []

    @rest_controller(scope="request")
    class PerRequest:
        def __init__(self, request: Request) -> None:
            self.request = request

        @get_mapping("/{name}")
        def name(self, name: str) -> str:
            log.append(name)
            return self.request.url.path

        @pre_destroy
        def end(self) -> None:
            log.append("end")

    with TestClient(create_app(PerRequest)) as client:
        assert client.get("/a").json() == "/a"
        assert client.get("/b").json() == "/b"
    assert log == ["a", "end", "b", "end"]


def test_a_transient_controller_is_each_request_s_own() -> None:
    made: list[object] = []

    @rest_controller(scope="transient")
    class Transient:
        def __init__(self) -> None:
            made.append(self)

        @get_mapping("/")
        def number(self) -> int:
            return len(made)

    with TestClient(create_app(Transient)) as client:
        assert [client.get("/").json() for _ in range(2)] == [1, 2]


def test_a_scope_that_the_mapping_does_not_open_is_an_error_at_start() -> None:
    @rest_controller(scope="session")
    class Session:
        @websocket_mapping("/ws")
        async def talk(self, session: WebSocketSession) -> None: ...

        @get_mapping("/http")
        def http(self) -> None: ...

        @sse_mapping("/events")
        async def events(self) -> AsyncIterator[str]:
            yield ""

    with pytest.raises(DeclarationErrors) as caught:
        create_app(Session)
    mend = 'make it scope="request" or "singleton", or move the mapping to another controller'
    mappings = default_registry.find(Session.http, HttpMapping), default_registry.find(Session.events, SseMapping)
    assert [(fault.source, fault.message, fault.code) for fault in caught.value.faults] == [
        (
            mapping and mapping.source,
            f"the {name} opens a request scope, but Session has scope session; {mend}",
            "pyfly-bean",
        )
        for mapping, name in zip(mappings, ("GET mapping Session.http", "SSE mapping Session.events"), strict=True)
    ]


def test_a_controller_and_one_derived_from_it_are_told_apart() -> None:
    @rest_controller
    @request_mapping("/base")
    class Base:
        @get_mapping("/name")
        def name(self) -> str:
            return type(self).__name__

    @rest_controller
    @request_mapping("/derived")
    class Derived(Base): ...

    with TestClient(create_app(Base, Derived)) as client:
        assert client.get("/base/name").json() == "Base"
        assert client.get("/derived/name").json() == "Derived"
