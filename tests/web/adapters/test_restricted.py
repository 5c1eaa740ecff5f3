"""HTTP endpoints and event streams that not everybody may use."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.authentication import AuthCredentials, AuthenticationBackend, BaseUser, SimpleUser
from starlette.middleware import Middleware
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, Response
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from pyfly.application import collect_routes
from pyfly.container import rest_controller
from pyfly.context import ApplicationContext, Settings
from pyfly.metadata import MetadataRegistry
from pyfly.web import ProblemError, authenticated, get_mapping, permit_all, post_mapping, request_mapping, requires
from pyfly.web.sse import sse_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping

registry = MetadataRegistry()


class Basic(AuthenticationBackend):
    """Knows everybody who gives a name; the password lists the scopes."""

    async def authenticate(self, conn: HTTPConnection) -> tuple[AuthCredentials, BaseUser] | None:
        header = conn.headers.get("authorization")
        if header is None:
            return None
        name, _, scopes = base64.b64decode(header.removeprefix("Basic ")).decode().partition(":")
        return AuthCredentials(scopes.split()), SimpleUser(name)


@authenticated(registry=registry)
@rest_controller(registry=registry)
@request_mapping("/orders", registry=registry)
class Orders:
    def __init__(self) -> None:
        self.taken: list[str] = []

    @get_mapping("/me", registry=registry)
    def me(self, request: Request) -> str:
        return str(request.user.display_name)

    @requires("orders:write", registry=registry)
    @post_mapping("", registry=registry)
    async def take(self) -> list[str]:
        self.taken.append("order")
        return self.taken

    @requires("orders:read", registry=registry)
    @sse_mapping("/events", registry=registry)
    async def events(self) -> AsyncIterator[str]:
        yield "one"

    @requires("orders:read", registry=registry)
    @websocket_mapping("/live", registry=registry)
    async def live(self, session: WebSocketSession) -> None:
        await session.accept()
        await session.send_text(session.user.display_name)

    @permit_all(registry=registry)
    @get_mapping("/open", registry=registry)
    def open(self) -> str:
        return "hello"


def client(context: Any = None, **options: Any) -> TestClient:
    if context is None:
        context = ApplicationContext(
            settings=Settings(authentication_challenge='Basic realm="shop"'), registry=registry
        )
        context.register(Orders)
    routes = collect_routes(context, registry=registry, controllers=[Orders])
    middleware = [Middleware(AuthenticationMiddleware, backend=Basic())]
    return TestClient(Starlette(routes=routes, middleware=middleware, **options))


def as_user(scopes: str = "") -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"ada:{scopes}".encode()).decode()}


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/orders/me"), ("HEAD", "/orders/me"), ("POST", "/orders"), ("GET", "/orders/events")],
)
def test_requests_of_nobody_are_answered_with_401(method: str, path: str) -> None:
    answer = client().request(method, path)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Basic realm="shop"'
    if method != "HEAD":
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json() == {
            "type": "about:blank",
            "title": "Unauthorized",
            "status": 401,
            "detail": "This needs a user.",
        }


@pytest.mark.parametrize(("method", "path", "scope"), [("POST", "/orders", "write"), ("GET", "/orders/events", "read")])
def test_users_without_a_scope_are_answered_with_403(method: str, path: str, scope: str) -> None:
    answer = client().request(method, path, headers=as_user("other"))
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["missing_scopes"] == [f"orders:{scope}"]


def test_users_are_served() -> None:
    users = client()
    assert users.get("/orders/me", headers=as_user()).json() == "ada"
    assert users.post("/orders", headers=as_user("orders:write")).json() == ["order"]
    assert users.get("/orders/events", headers=as_user("orders:read")).text == "data: one\n\n"
    assert users.get("/orders/open").json() == "hello"


def test_another_method_is_answered_with_405_whoever_asks() -> None:
    assert client().delete("/orders").status_code == 405


def test_sessions_know_the_same_users() -> None:
    with client().websocket_connect("/orders/live", headers=as_user("orders:read")) as session:
        assert session.receive_text() == "ada"
    for headers, status in (({}, 401), (as_user(), 403)):
        with pytest.raises(WebSocketDisconnect) as caught, client().websocket_connect("/orders/live", headers=headers):
            pass
        assert getattr(caught.value, "status_code", None) == status


def test_the_application_s_own_handler_of_problems_is_asked() -> None:
    def handle(request: Request, error: Exception) -> Response:
        assert isinstance(error, ProblemError)
        return PlainTextResponse(f"mine {error.status}", error.status)

    assert client(exception_handlers={ProblemError: handle}).get("/orders/me").text == "mine 401"


def test_a_foreign_container_has_the_default_challenge() -> None:
    class Beans:
        def get_bean(self, cls: Any) -> Any:
            return cls()

    assert client(Beans()).get("/orders/me").headers["www-authenticate"] == "Bearer"
