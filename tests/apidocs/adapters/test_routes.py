"""The documentation page through Starlette."""

from __future__ import annotations

import re
from collections.abc import Awaitable
from typing import Any, TypeVar

import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.testclient import TestClient

from pyfly.apidocs import ApiInfo
from pyfly.apidocs.adapters import routes as adapter
from pyfly.apidocs.adapters.routes import DocsRegistrar
from pyfly.apidocs.guard import DocsGuard, DocsRequest
from pyfly.apidocs.page import PAGE_HEADERS
from pyfly.container import component, rest_controller
from pyfly.context import ApplicationContext, Settings
from pyfly.metadata import MetadataRegistry
from pyfly.web import ProblemError, get_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping

T = TypeVar("T")
EVERYTHING = ["/docs", "/docs/", "/docs/openapi.json", "/docs/asyncapi.json", "/docs/assets/docs.js"]


@rest_controller
class PetController:
    @get_mapping("/pets/{name}")
    async def pet(self, name: str) -> str:
        return name

    @websocket_mapping("/ws/pets")
    async def follow(self, session: WebSocketSession) -> None: ...


def context_of(*classes: type, debug: bool = False) -> ApplicationContext:
    context = ApplicationContext(settings=Settings(debug=debug))
    for cls in (PetController, *classes):
        context.register(cls)
    return context


def client_of(context: Any, **options: Any) -> TestClient:
    return TestClient(Starlette(routes=[*DocsRegistrar(**options).collect_routes(context)]))


def test_page_documents_and_assets_are_served_under_one_policy() -> None:
    client = client_of(context_of())
    types = ["text/html; charset=utf-8", "application/json", "application/json", "text/javascript; charset=utf-8"]
    for path, media_type in zip(["/docs", *EVERYTHING[2:]], types, strict=True):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
        assert {name: answer.headers[name] for name in PAGE_HEADERS} == PAGE_HEADERS
    assert list(client.get("/docs/openapi.json").json()["paths"]) == ["/pets/{name}"]
    assert client.get("/docs/asyncapi.json").json()["channels"]["PetController_follow"]["address"] == "/ws/pets"


def test_slash_at_the_end_leads_to_the_page_by_a_relative_address() -> None:
    answer = client_of(context_of(), path="/a/docs").get("/a/docs/", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, "../docs")


@pytest.mark.parametrize("path", ["/docs", "/docs/openapi.json", "/docs/assets/docs.js"])
def test_what_the_browser_has_is_not_sent_again(path: str) -> None:
    client = client_of(context_of())
    tag = client.get(path).headers["etag"]
    answer = client.get(path, headers={"if-none-match": f'"other", W/{tag}'})
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
    assert client.get(path, headers={"if-none-match": '"other"'}).status_code == 200


def test_unknown_assets_are_a_problem_without_a_body_of_ours() -> None:
    answer = client_of(context_of()).get("/docs/assets/none.js")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_documents_are_made_at_the_first_request_and_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []

    def write(context: object, **options: object) -> dict[str, object]:
        made.append(context)
        return {"openapi": "3.1.0"}

    monkeypatch.setattr(adapter, "openapi_document", write)
    context = context_of()
    client = client_of(context)
    client.get("/docs")
    assert made == []
    assert [client.get("/docs/openapi.json").json() for _ in range(3)] == [{"openapi": "3.1.0"}] * 3
    assert made == [context]


@pytest.mark.parametrize("debug", [False, True])
def test_document_that_cannot_be_made_is_logged_and_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, debug: bool
) -> None:
    def write(context: object, **options: object) -> dict[str, object]:
        raise RuntimeError("no such schema")

    monkeypatch.setattr(adapter, "asyncapi_document", write)
    client = client_of(context_of(debug=debug))
    for _ in range(2):
        answer = client.get("/docs/asyncapi.json")
        assert answer.status_code == 500
        assert ("no such schema" in answer.text) is debug
    assert caplog.text.count("the documentation page failed: GET '/docs/asyncapi.json'") == 2


def test_information_given_wins_over_the_bean() -> None:
    context = context_of()
    assert client_of(context).get("/docs/openapi.json").json()["info"]["title"] == "API"
    context.register_instance(ApiInfo(title="Pets"))
    assert client_of(context).get("/docs/openapi.json").json()["info"]["title"] == "Pets"
    client = client_of(context, info=ApiInfo(title="Other"))
    assert client.get("/docs/asyncapi.json").json()["info"]["title"] == "Other"


def token_of(request: DocsRequest) -> str | None:
    return request.headers.get("x-token")


@component
class TokenGuard(DocsGuard):
    def allows(self, request: DocsRequest) -> bool:
        return token_of(request) == "open"


@component
class SlowGuard(DocsGuard):
    async def allows(self, request: DocsRequest) -> bool:
        return request.client is not None and request.cookies.get("staff") == "yes"


@component
class PasswordGuard(DocsGuard):
    def allows(self, request: DocsRequest) -> bool:
        raise ProblemError(401, headers={"WWW-Authenticate": 'Basic realm="docs"'})


@pytest.mark.parametrize("path", EVERYTHING)
def test_guard_bean_decides_on_each_request(path: str) -> None:
    client = client_of(context_of(TokenGuard))
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (403, "application/problem+json")
    assert client.get(path, headers={"x-token": "open"}).status_code == 200


def test_all_guards_have_to_agree() -> None:
    client = client_of(context_of(TokenGuard, SlowGuard))
    assert client.get("/docs", headers={"x-token": "open"}).status_code == 403
    assert client.get("/docs", headers={"cookie": "staff=yes"}).status_code == 403
    assert client.get("/docs", headers={"x-token": "open", "cookie": "staff=yes"}).status_code == 200


def test_guard_registered_later_counts() -> None:
    context = context_of()
    client = client_of(context)
    assert client.get("/docs").status_code == 200
    context.register(TokenGuard)
    assert client.get("/docs").status_code == 403


def test_guard_may_answer_in_its_own_way() -> None:
    answer = client_of(context_of(PasswordGuard)).get("/docs")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Basic realm="docs"')


def test_guard_that_fails_lets_nobody_in(caplog: pytest.LogCaptureFixture) -> None:
    def broken(request: Request) -> bool:
        raise RuntimeError("no such table")

    assert client_of(context_of(), guard=broken).get("/docs").status_code == 500
    assert "no such table" in caplog.text


@pytest.mark.parametrize("asynchronous", [False, True])
def test_guard_may_be_a_function(asynchronous: bool) -> None:
    def plain(request: Request) -> bool:
        return request.query_params.get("key") == "1"

    async def slow(request: Request) -> bool:
        return plain(request)

    client = client_of(context_of(), guard=slow if asynchronous else plain)
    assert client.get("/docs").status_code == 403
    assert client.get("/docs?key=1").status_code == 200


def test_awaitable_of_a_guard_is_awaited() -> None:
    class Odd(DocsGuard):
        def allows(self, request: DocsRequest) -> Awaitable[bool]:
            async def answer() -> bool:
                return False

            return answer()

    context = context_of()
    context.register_instance(Odd())
    assert client_of(context).get("/docs").status_code == 403


@pytest.mark.parametrize("host", [Starlette, FastAPI])
def test_routes_fit_an_existing_application_with_a_container_of_its_own(host: Any) -> None:
    own = MetadataRegistry()

    @rest_controller(registry=own)
    class Only:
        @get_mapping("/only", registry=own)
        def only(self) -> str:
            return ""

    class Beans:
        def get_bean(self, cls: type[T], /) -> T:
            return cls()

    app = host()
    registrar = DocsRegistrar(path="/realtime/", registry=own, controllers=[Only])
    app.router.routes.extend(registrar.collect_routes(Beans()))
    client = TestClient(app)
    assert re.search(r'src="realtime/assets/', client.get("/realtime").text)
    assert list(client.get("/realtime/openapi.json").json()["paths"]) == ["/only"]
