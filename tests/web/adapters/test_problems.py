"""Failures as problem documents: whose handler answers, what the client reads, what the log says."""

from __future__ import annotations

import logging
from typing import Any, TypeVar

import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from pyfly.application import collect_routes, create_app
from pyfly.container import rest_controller
from pyfly.context import ApplicationContext, Settings
from pyfly.web import Problem, ProblemError, QueryParam, get_mapping, request_mapping
from pyfly.web.adapters.problems import (
    answer_failure,
    is_left_to_application,
    problem_exception_handlers,
    problem_response,
)
from pyfly.web.adapters.starlette import ControllerRegistrar

T = TypeVar("T")


class NewBeans:
    """A foreign container that makes each bean anew."""

    def get_bean(self, cls: type[T]) -> T:
        return cls()


class SoldOutError(Exception):
    """An application's own error."""


@rest_controller
@request_mapping("/fail")
class Failing:
    @get_mapping("/problem")
    async def problem(self) -> None:
        raise ProblemError(
            409,
            "the order is closed",
            title="Closed",
            type="https://shop.example/closed",
            instance="/orders/7",
            headers={"Retry-After": "5"},
            order=7,
        )

    @get_mapping("/http/{status:int}")
    def http(self, status: int, detail: QueryParam[str | None] = None) -> None:
        raise HTTPException(status, detail, headers={"X-Kept": "yes"})

    @get_mapping("/error")
    async def error(self) -> None:
        raise SoldOutError("secret stock: 0")

    @get_mapping("/thread")
    def thread(self) -> None:
        raise SoldOutError("secret stock: 0")

    @get_mapping("/argument")
    def argument(self, n: QueryParam[int]) -> None: ...


def app_of(*, debug: bool = False) -> Starlette:
    return create_app(Failing, settings=Settings(debug=debug))


def foreign_app(kind: type[Any], **options: Any) -> Any:
    app = kind(**options)
    app.router.routes.extend(ControllerRegistrar(controllers=[Failing]).collect_routes(NewBeans()))
    return app


@pytest.mark.parametrize("make_app", [app_of, lambda: foreign_app(Starlette), lambda: foreign_app(FastAPI)])
def test_problem_error_is_answered_with_its_document_and_headers(make_app: Any) -> None:
    answer = TestClient(make_app()).get("/fail/problem")
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "5"
    assert answer.json() == {
        "type": "https://shop.example/closed",
        "title": "Closed",
        "status": 409,
        "detail": "the order is closed",
        "instance": "/orders/7",
        "order": 7,
    }


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("/fail/http/404", {"type": "about:blank", "title": "Not Found", "status": 404}),
        ("/fail/http/404?detail=gone", {"type": "about:blank", "title": "Not Found", "status": 404, "detail": "gone"}),
        ("/fail/http/503", {"type": "about:blank", "title": "Service Unavailable", "status": 503}),
        ("/fail/http/599?detail=x", {"type": "about:blank", "title": "Server Error", "status": 599, "detail": "x"}),
    ],
)
def test_http_exception_is_a_problem_with_its_headers(path: str, problem: object) -> None:
    answer = TestClient(app_of()).get(path)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-kept"] == "yes"
    assert (answer.status_code, answer.json()) == (problem["status"], problem)  # type: ignore[index]  # a dictionary


@pytest.mark.parametrize("status", [204, 302, 304])
def test_http_exception_that_is_no_failure_has_no_body(status: int) -> None:
    answer = TestClient(app_of()).get(f"/fail/http/{status}", follow_redirects=False)
    assert (answer.status_code, answer.content, answer.headers["x-kept"]) == (status, b"", "yes")


def test_requested_failures_are_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "pyfly.web")
    client = TestClient(app_of())
    for path in ("/fail/problem", "/fail/http/500", "/fail/argument?n=x", "/nowhere"):
        client.get(path)
    assert [record for record in caplog.records if record.name == "pyfly.web"] == []


@pytest.mark.parametrize("path", ["error", "thread"])
@pytest.mark.parametrize("kind", [None, Starlette, FastAPI])
def test_uncaught_error_is_logged_with_traceback_and_handler_and_its_text_kept_from_clients(
    path: str, kind: Any, caplog: pytest.LogCaptureFixture
) -> None:
    client = TestClient(app_of() if kind is None else foreign_app(kind))
    answer = client.get(f"/fail/{path}?token=hidden")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {"type": "about:blank", "title": "Internal Server Error", "status": 500}
    (record,) = [record for record in caplog.records if record.name == "pyfly.web"]
    assert record.levelno == logging.ERROR
    assert record.getMessage() == f"Failing.{path} failed: GET '/fail/{path}'"
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], SoldOutError)
    assert "test_problems.py" in caplog.text
    assert "hidden" not in caplog.text


def test_uncaught_error_shows_its_text_in_debug(caplog: pytest.LogCaptureFixture) -> None:
    answer = TestClient(app_of(debug=True)).get("/fail/error")
    assert answer.status_code == 500
    assert answer.json()["detail"] == "SoldOutError: secret stock: 0"
    assert "Failing.error failed" in caplog.text


def test_line_breaks_of_a_path_do_not_break_the_log(caplog: pytest.LogCaptureFixture) -> None:
    @rest_controller
    class Any_:
        @get_mapping("/{name}")
        def name(self, name: str) -> None:
            raise SoldOutError

    TestClient(create_app(Any_)).get("/a%0d%0aERROR%20forged")
    (record,) = [record for record in caplog.records if record.name == "pyfly.web"]
    assert record.getMessage() == r"Any_.name failed: GET '/a\r\nERROR forged'"


async def tell(request: Request, error: Exception) -> Response:
    return PlainTextResponse(f"own: {type(error).__name__}", 418)


@pytest.mark.parametrize("kind", [Starlette, FastAPI])
@pytest.mark.parametrize(
    ("handled", "path", "name"),
    [
        (SoldOutError, "/fail/error", "SoldOutError"),
        (SoldOutError, "/fail/thread", "SoldOutError"),
        (ProblemError, "/fail/problem", "ProblemError"),
        (ProblemError, "/fail/argument", "InvalidArgumentsError"),
        (HTTPException, "/fail/http/404", "HTTPException"),
        (404, "/fail/http/404", "HTTPException"),
    ],
)
def test_application_s_own_exception_handler_answers(
    kind: Any, handled: Any, path: str, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = TestClient(foreign_app(kind, exception_handlers={handled: tell})).get(path)
    assert (answer.status_code, answer.text) == (418, f"own: {name}")
    assert caplog.records == []


@pytest.mark.parametrize("kind", [Starlette, FastAPI])
@pytest.mark.parametrize("handled", [Exception, 500])
def test_application_s_own_handler_of_every_error_answers(
    kind: Any, handled: Any, caplog: pytest.LogCaptureFixture
) -> None:
    client = TestClient(foreign_app(kind, exception_handlers={handled: tell}), raise_server_exceptions=False)
    answer = client.get("/fail/error")
    assert (answer.status_code, answer.text) == (418, "own: SoldOutError")
    assert caplog.text.count("Failing.error failed: GET '/fail/error'") == 1


@pytest.mark.parametrize("scope", ["singleton", "request", "transient"])
def test_error_left_to_the_application_is_logged_once(scope: Any, caplog: pytest.LogCaptureFixture) -> None:
    @rest_controller(scope=scope)
    class Scoped:
        @get_mapping("/")
        def fail(self) -> None:
            raise SoldOutError

    context = ApplicationContext()
    context.register(Scoped)
    app = Starlette(routes=collect_routes(context), exception_handlers={Exception: tell})
    client = TestClient(app, raise_server_exceptions=False)
    for _ in range(2):
        caplog.clear()
        assert client.get("/").text == "own: SoldOutError"
        assert [record.getMessage() for record in caplog.records] == ["Scoped.fail failed: GET '/'"]


def test_application_s_own_405_handler_answers() -> None:
    answer = TestClient(foreign_app(Starlette, exception_handlers={405: tell})).delete("/fail/error")
    assert (answer.status_code, answer.text) == (418, "own: HTTPException")


def test_http_exception_in_fastapi_is_answered_in_fastapi_s_way() -> None:
    answer = TestClient(foreign_app(FastAPI)).get("/fail/http/404?detail=gone")
    assert (answer.status_code, answer.json(), answer.headers["x-kept"]) == (404, {"detail": "gone"}, "yes")


def test_http_exception_in_starlette_is_a_problem() -> None:
    answer = TestClient(foreign_app(Starlette)).get("/fail/http/404?detail=gone")
    assert (answer.status_code, answer.json()["detail"]) == (404, "gone")


@pytest.mark.parametrize("debug", [True, False])
def test_handlers_make_problems_of_what_other_routes_raise(debug: bool) -> None:
    async def fail(request: Request) -> Response:
        raise SoldOutError("secret stock: 0")

    async def refuse(request: Request) -> Response:
        raise ProblemError(403, "not yours")

    app = Starlette(
        routes=[Route("/fail", fail), Route("/refuse", refuse)], exception_handlers=problem_exception_handlers(debug)
    )
    client = TestClient(app, raise_server_exceptions=False)
    answer = client.get("/fail")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert answer.json().get("detail") == ("SoldOutError: secret stock: 0" if debug else None)
    assert client.get("/refuse").json()["detail"] == "not yours"
    assert client.get("/nowhere").json()["title"] == "Not Found"
    assert client.post("/fail").json()["title"] == "Method Not Allowed"


def test_context_debug_reaches_routes_added_to_a_foreign_application() -> None:
    context = ApplicationContext(settings=Settings(debug=True))
    context.register(Failing)
    answer = TestClient(Starlette(routes=collect_routes(context))).get("/fail/error")
    assert answer.json()["detail"] == "SoldOutError: secret stock: 0"


def test_problem_response_carries_status_headers_and_document() -> None:
    response = problem_response(Problem.of_status(404, "no"), {"X-Kept": "yes"})
    assert (response.status_code, response.media_type) == (404, "application/problem+json")
    assert response.headers["x-kept"] == "yes"
    assert response.body == b'{"type":"about:blank","title":"Not Found","status":404,"detail":"no"}'


def test_detail_that_is_no_text_is_shown_as_text() -> None:
    detail: Any = {"field": 1}
    request = Request({"type": "http", "path": "/", "headers": []})
    response = answer_failure(request, HTTPException(400, detail), handler="X.y", debug=False)
    assert b"{'field': 1}" in bytes(response.body)


def test_nothing_is_left_to_an_application_that_is_not_there() -> None:
    scope = {"type": "http", "path": "/", "headers": []}
    for error in (SoldOutError(), HTTPException(404), ProblemError(404)):
        assert not is_left_to_application(scope, error)
