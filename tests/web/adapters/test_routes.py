"""Routes of controllers: which path goes where, and what is answered where none does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, TypeVar
from uuid import UUID

import pytest
from fastapi import APIRouter, FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Mount, NoMatchFound, Route, Router
from starlette.testclient import TestClient

from pyfly.application import collect_routes, create_app
from pyfly.container import rest_controller
from pyfly.context import ApplicationContext, Settings
from pyfly.metadata import MetadataRegistry
from pyfly.web import (
    HttpMapping,
    ProblemError,
    delete_mapping,
    get_mapping,
    post_mapping,
    put_mapping,
    request_mapping,
)
from pyfly.web.adapters.routes import NATIVES, ControllerRoute, natives_of, shows_errors
from pyfly.web.adapters.starlette import ControllerRegistrar
from pyfly.web.sse import sse_mapping

T = TypeVar("T")


class NewBeans:
    """A foreign container that makes each bean anew."""

    def get_bean(self, cls: type[T]) -> T:
        return cls()


@rest_controller
@request_mapping("/items")
class Items:
    @get_mapping("/{name}")
    def named(self, name: str) -> str:
        return f"name {name}"

    @get_mapping("/{number:int}")
    def numbered(self, number: int) -> str:
        return f"number {number}"

    @get_mapping("/{size:float}")
    def sized(self, size: float) -> str:
        return f"size {size}"

    @get_mapping("/{key:uuid}")
    def keyed(self, key: UUID) -> str:
        return f"key {key}"

    @get_mapping("/latest")
    def latest(self) -> str:
        return "latest"

    @get_mapping("/{rest:path}")
    def rest(self, rest: str) -> str:
        return f"rest {rest}"

    @put_mapping("/{number:int}")
    def change(self, number: int) -> None: ...


@rest_controller
@request_mapping("/items")
class Removals:
    @delete_mapping("/{number:int}")
    def remove(self, number: int) -> None: ...


@rest_controller
@request_mapping("/news")
class News:
    @sse_mapping("/{number:int}")
    async def events(self, number: int) -> AsyncIterator[int]:
        yield number

    @post_mapping("/{number:int}")
    def announce(self, number: int) -> None: ...


def routes_of(*controllers: type) -> list[ControllerRoute]:
    return ControllerRegistrar(controllers=controllers).collect_routes(NewBeans())


def client_of(*controllers: type) -> TestClient:
    return TestClient(create_app(*controllers, context=NewBeans()))


HUGE = "9" * 5000


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/items/latest", "latest"),
        ("/items/007", "number 7"),
        ("/items/1.5", "size 1.5"),
        ("/items/6ba7b810-9dad-11d1-80b4-00c04fd430c8", "key 6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
        ("/items/ada", "name ada"),
        ("/items/a/b", "rest a/b"),
        ("/items/-1", "name -1"),
    ],
)
def test_the_most_specific_template_wins(path: str, answer: str) -> None:
    assert client_of(Items).get(path).json() == answer


def test_number_too_long_to_convert_goes_to_the_next_template() -> None:
    answer = client_of(Items).get(f"/items/{HUGE}")
    assert answer.status_code == 200
    assert answer.json() in (f"name {HUGE}", "size inf")


def test_number_too_long_to_convert_is_not_found_where_there_is_no_other() -> None:
    @rest_controller
    class Only:
        @get_mapping("/n/{number:int}")
        def number(self, number: int) -> int:
            return number

    client = client_of(Only)
    assert client.get("/n/" + "9" * 4000).json() == int("9" * 4000)
    assert client.get(f"/n/{HUGE}").status_code == 404
    assert client.delete(f"/n/{HUGE}").status_code == 404


def test_routes_are_most_specific_first_and_know_their_endpoints() -> None:
    routes = routes_of(Items)
    assert [route.path for route in routes] == [
        "/items/latest",
        "/items/{number:int}",
        "/items/{number:int}",
        "/items/{size:float}",
        "/items/{key:uuid}",
        "/items/{name}",
        "/items/{rest:path}",
    ]
    assert all(isinstance(route, Route) for route in routes)
    assert routes[0].mapped.qualified_name == "Items.latest"
    assert isinstance(routes[0].mapped.mapping, HttpMapping)
    assert routes[0].methods == {"GET", "HEAD"}
    assert [route.methods for route in routes if route.name == "Items.change"] == [{"PUT"}]


def test_urls_are_made_by_controller_and_method() -> None:
    app = create_app(Items, context=NewBeans())
    assert app.url_path_for("Items.numbered", number=7) == "/items/7"
    assert app.url_path_for("Items.rest", rest="a/b") == "/items/a/b"
    with pytest.raises(NoMatchFound):
        app.url_path_for("Items.nothing")
    outer = Starlette(routes=[Mount("/shop", app, name="shop")])
    assert outer.url_path_for("shop:Items.numbered", number=7) == "/shop/items/7"


def test_handler_may_make_urls_from_its_request() -> None:
    @rest_controller
    class Links:
        @get_mapping("/link/{name}")
        def link(self, name: str, request: Request) -> list[str]:
            return [str(request.url_for("Links.link", name="other")), request.scope["route"].name]

    assert client_of(Links).get("/link/x").json() == ["http://testserver/link/other", "Links.link"]


def test_head_is_answered_like_get_without_a_body() -> None:
    client = client_of(Items, News)
    got, headed = client.get("/items/latest"), client.head("/items/latest")
    assert (headed.status_code, headed.content) == (200, b"")
    assert headed.headers == got.headers
    answer = client.head("/news/3")
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize("mount", [None, "/inner", "/two/levels"])
def test_other_methods_are_answered_with_all_methods_of_the_path(mount: str | None) -> None:
    app: Any = create_app(Items, Removals, News, context=NewBeans())
    for step in reversed((mount or "").split("/")[1:]):
        app = Starlette(routes=[Mount(f"/{step}", app)])
    client = TestClient(app)
    for path, allowed in (
        ("/items/7", "DELETE, GET, HEAD, PUT"),
        ("/items/latest", "GET, HEAD"),
        ("/news/7", "GET, HEAD, POST"),
    ):
        answer = client.patch(f"{mount or ''}{path}")
        assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json() == {"type": "about:blank", "title": "Method Not Allowed", "status": 405}


async def foreign(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"foreign {request.method}")


def foreign_app(kind: type[Any], routes: list[BaseRoute]) -> Any:
    app = kind()
    app.router.routes.extend(routes)
    return app


@pytest.mark.parametrize("kind", [Starlette, FastAPI, Router])
def test_other_methods_are_told_completely_beside_foreign_routes(kind: type[Any]) -> None:
    theirs: list[BaseRoute] = [Route("/items/{number:int}", foreign, methods=["POST"])]
    routes = [*collect_routes(NewBeans(), controllers=[Items, Removals]), *theirs]
    app: Any = Router(routes=routes) if kind is Router else foreign_app(kind, routes)
    client = TestClient(app)
    assert client.post("/items/7").text == "foreign POST"
    answer = client.patch("/items/7")
    assert (answer.status_code, answer.headers["allow"]) == (405, "DELETE, GET, HEAD, POST, PUT")


def test_other_methods_are_told_completely_beside_fastapi_s_own_routes() -> None:
    app = FastAPI()
    router = APIRouter()
    app.router.routes.extend(collect_routes(NewBeans(), controllers=[Items, Removals]))

    @app.post("/items/{number}")
    def post(number: int) -> None: ...

    @router.options("/items/{number}")
    def options(number: int) -> None: ...

    app.include_router(router)
    client = TestClient(app)
    assert client.get("/items/7").json() == "number 7"
    answer = client.patch("/items/7")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "DELETE, GET, HEAD, OPTIONS, POST, PUT"
    assert answer.json() == {"detail": "Method Not Allowed"}


def test_methods_beside_a_registrar_s_own_are_left_out_where_its_routes_are_not_found() -> None:
    (route,) = [route for route in routes_of(Removals) if route.name == "Removals.remove"]

    async def around(scope: Any, receive: Any, send: Any) -> None:
        scope["path_params"] = {}
        await route.handle(scope, receive, send)

    answer = TestClient(around).get("/items/7")
    assert (answer.status_code, answer.headers["allow"]) == (405, "DELETE")


@pytest.mark.parametrize("mount", ["/inner", "/own"])
def test_other_methods_are_told_by_an_application_mounted_in_itself(mount: str) -> None:
    app = create_app(News, context=NewBeans())
    app.router.routes.insert(0, Mount("/own", app))
    app.router.routes.insert(0, Mount("/inner", routes=collect_routes(NewBeans(), controllers=[News])))
    answer = TestClient(app).patch(f"{mount}/news/7")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST")


def test_routes_left_out_of_the_application_are_not_told() -> None:
    routes = [route for route in routes_of(Items) if route.name == "Items.change"]
    answer = TestClient(Starlette(routes=routes)).patch("/items/7")
    assert answer.headers["allow"] == "PUT"


def test_routes_answer_below_a_fastapi_router_that_is_included() -> None:
    app = FastAPI()
    router = APIRouter()
    router.routes.extend(collect_routes(NewBeans(), controllers=[Items, News]))
    app.include_router(router, prefix="/api")
    client = TestClient(app)
    assert client.get("/api/items/7").json() == "number 7"
    assert client.get("/api/news/7").text == "data: 7\n\n"


def test_collections_made_apart_are_told_together() -> None:
    routes: list[BaseRoute] = [*routes_of(Items), *routes_of(Removals)]
    answer = TestClient(Starlette(routes=routes)).patch("/items/7")
    assert answer.headers["allow"] == "DELETE, GET, HEAD, PUT"


def test_unknown_path_is_a_problem_in_an_application_of_pyfly_s() -> None:
    answer = client_of(Items).get("/nowhere")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json() == {"type": "about:blank", "title": "Not Found", "status": 404}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/items/%00", 400),
        ("/items/%ff", 400),
        ("/items/%EF%BF%BD", 200),
        ("/items/a%2Fb", 200),
        ("/items/%0d%0aX:y", 200),
        ("/ITEMS/7", 404),
    ],
)
def test_odd_paths_are_answered(path: str, status: int) -> None:
    assert client_of(Items).get(path).status_code == status


def test_problem_raised_by_a_handler_names_no_other_route() -> None:
    @rest_controller
    class Absent:
        @get_mapping("/a/{name}")
        def find(self, name: str) -> None:
            raise ProblemError(404, f"no {name}")

    assert client_of(Absent).get("/a/b").json()["detail"] == "no b"


def test_errors_are_shown_only_by_contexts_that_debug() -> None:
    assert not shows_errors(NewBeans())
    assert not shows_errors(ApplicationContext(settings=Settings()))
    assert shows_errors(ApplicationContext(settings=Settings(debug=True)))


def test_natives_are_the_request_itself() -> None:
    request = Request({"type": "http", "headers": []})
    assert natives_of(request) == dict.fromkeys(NATIVES, request)


def test_routes_of_an_empty_context_are_none() -> None:
    assert ControllerRegistrar().collect_routes(ApplicationContext(registry=MetadataRegistry())) == []
