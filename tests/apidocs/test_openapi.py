"""What the OpenAPI document says of endpoints."""

from __future__ import annotations

import warnings
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, PlainValidator, RootModel, computed_field, create_model
from pydantic.alias_generators import to_camel
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.testclient import TestClient
from typing_extensions import deprecated

from pyfly.apidocs import ApiInfo, ApiServer, BearerAuth, openapi_document
from pyfly.application import create_app
from pyfly.container import controller, rest_controller
from pyfly.metadata import DeclarationErrors, MetadataRegistry, default_registry
from pyfly.web import (
    ApiResponse,
    Body,
    Cookie,
    Header,
    HttpMapping,
    QueryParam,
    get_mapping,
    operation,
    post_mapping,
    put_mapping,
    request_mapping,
    requires,
)
from pyfly.web.sse import ServerSentEvent, sse_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping
from tests.apidocs.documents import context_of, openapi_of


class Order(BaseModel):
    item: str
    quantity: int = 1


class Strange:
    """Nothing pydantic knows."""


class Page(BaseModel):
    offset: int = Field(ge=0, alias="from")
    limit: int | None = Field(default=None, description="At most.", deprecated=True)


class Told(BaseModel):
    """Something.

    With *more*.

    Attributes:
        one: The first.
        two: Never shown.
        gone: No field.
    """

    one: int
    two: int = Field(description="The second.")


class OnlyAttributes(BaseModel):
    """
    Attributes:
        one: The first.
    """

    one: int


class Odd(BaseModel):
    value: Any = Strange()
    model_config = {"arbitrary_types_allowed": True}


Limit = Annotated[int, Field(ge=1, description="At most.", json_schema_extra={"deprecated": True})]


class Code(RootModel[str]):
    root: str = Field(pattern="^[0-9]{9}$")


def only(*controllers: type, info: ApiInfo | None = None) -> dict[str, Any]:
    """Return the one operation of a document."""
    document = openapi_of(*controllers, info=info)
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []
    [item] = document["paths"].values()
    [found] = item.values()
    return found  # type: ignore[no-any-return]


def schema_of(found: dict[str, Any], name: str) -> dict[str, Any]:
    [schema] = [each["schema"] for each in found["parameters"] if each["name"] == name]
    return schema  # type: ignore[no-any-return]


def test_a_method_without_a_docstring_is_titled_by_its_name() -> None:
    @rest_controller
    class ShopController:
        @get_mapping("/orders")
        async def all_orders(self) -> list[Order]:
            return []

    assert only(ShopController) == {
        "tags": ["Shop"],
        "summary": "All orders",
        "operationId": "ShopController_all_orders",
        "responses": {
            "200": {
                "description": "OK",
                "content": {
                    "application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Order"}}}
                },
            },
            "500": {"$ref": "#/components/responses/InternalServerError"},
        },
    }


def test_docstring_gives_summary_description_parameters_and_responses() -> None:
    @rest_controller
    class ShopController:
        """Where things are bought.

        Every *day*.
        """

        @get_mapping("/{number:int}")
        async def find(self, number: int, colour: QueryParam[str] = "red", x_trace: Header[str] = "") -> Order:
            """Find an order.

            In **no** time.

            Args:
                number: The one it was given.
                colour: Its colour.
                x_trace: For logs.

            Returns:
                the order.

            Raises:
                ProblemError: 404 when there is none.
                ProblemError: 410: it is gone.
                ValueError: not for clients.
            """
            raise NotImplementedError

    document = openapi_of(ShopController)
    assert document["tags"] == [{"name": "Shop", "description": "Where things are bought.\n\nEvery *day*."}]
    found = document["paths"]["/{number}"]["get"]
    assert (found["summary"], found["description"]) == ("Find an order", "In **no** time.")
    assert {each["name"]: each["description"] for each in found["parameters"]} == {
        "number": "The one it was given.",
        "colour": "Its colour.",
        "x-trace": "For logs.",
    }
    responses = {status: response.get("description") for status, response in found["responses"].items()}
    assert responses == {
        "200": "The order.",
        "404": "When there is none, or the path leads nowhere.",
        "410": "It is gone.",
        "500": None,
    }
    assert list(found["responses"]["410"]["content"]) == ["application/problem+json"]


def test_all_causes_of_a_status_are_told() -> None:
    @rest_controller
    class ShopController:
        @requires("shop")
        @get_mapping("/rooms/{number:int}")
        async def find(self, number: int) -> Order:
            """Find.

            Raises:
                ProblemError: 404 when there is no such room.
                ProblemError: 404 JSON of it is lost
                ProblemError: 404 when there is no such room.
                ProblemError: 403 when it is not yours.
                ProblemError: 500
            """
            raise NotImplementedError

    document = openapi_of(ShopController)
    responses = document["paths"]["/rooms/{number}"]["get"]["responses"]
    assert {status: response["description"] for status, response in responses.items() if "description" in response} == {
        "200": "OK",
        "403": "When it is not yours, or the user lacks a scope; `missing_scopes` lists them.",
        "404": "When there is no such room, or JSON of it is lost, or the path leads nowhere.",
        "500": "Internal Server Error",
    }
    assert list(document["components"]["responses"]) == ["Unauthorized"]


def test_examples_of_a_problem_are_problems_and_other_content_is_told_as_it_is() -> None:
    gone = {"type": "about:blank", "title": "Gone", "status": 410, "since": 1}

    @rest_controller
    class ShopController:
        @operation(
            responses={
                410: ApiResponse(examples={"gone": gone}),
                503: ApiResponse(media_type="text/plain", examples={"later": "Come back."}),
                504: ApiResponse(media_type="application/octet-stream"),
                201: ApiResponse(media_type="text/csv"),
            }
        )
        @get_mapping("/orders")
        async def find(self) -> Order: ...  # type: ignore[empty-body]  # never called

    responses = openapi_of(ShopController)["paths"]["/orders"]["get"]["responses"]
    assert responses["410"]["content"]["application/problem+json"]["examples"] == {"gone": {"value": gone}}
    assert {status: responses[status]["content"] for status in ("201", "503", "504")} == {
        "201": {"text/csv": {"schema": {"type": "string"}}},
        "503": {"text/plain": {"schema": {"type": "string"}, "examples": {"later": {"value": "Come back."}}}},
        "504": {"application/octet-stream": {"schema": {}}},
    }


def test_an_example_that_is_no_problem_is_an_error() -> None:
    @rest_controller
    class ShopController:
        @operation(responses={404: ApiResponse(examples={"bad": {"no": "problem"}})})
        @get_mapping("/orders")
        async def find(self) -> Order: ...  # type: ignore[empty-body]  # never called

    with pytest.raises(DeclarationErrors) as caught:
        openapi_of(ShopController)
    (fault,) = caught.value.faults
    assert fault.message == (
        'ShopController.find has the example "bad", which does not fit its type: at "type" field required, and at '
        '"title" field required, and at "status" field required; write the JSON that clients receive'
    )


def test_parameters_are_told_with_place_need_default_and_schema() -> None:
    @rest_controller
    class ShopController:
        @put_mapping("/{kind}/{number:int}/{rest:path}")
        async def store(
            self,
            kind: Literal["a", "b"],
            rest: str,
            limit: QueryParam[Limit],
            since: QueryParam[date] = date(2026, 1, 31),  # never changed
            tags: QueryParam[list[str]] = ["x"],  # noqa: B006  # never changed
            note: QueryParam[str | None] = None,
            either: QueryParam[int | str | None] = None,
            accept_language: Header[str] = "en",
            session: Cookie[str] = "",
            untold: Any = 5,
            strange: QueryParam[Annotated[Any, PlainValidator(str)]] = Strange(),  # noqa: B008  # never changed
        ) -> None: ...

    found = only(ShopController)
    told = {each["name"]: {**each, "schema": each["schema"]} for each in found["parameters"]}
    assert [(each["in"], each["name"], each.get("required", False)) for each in found["parameters"]] == [
        ("path", "kind", True),
        ("path", "number", True),
        ("path", "rest", True),
        ("query", "limit", True),
        ("query", "since", False),
        ("query", "tags", False),
        ("query", "note", False),
        ("query", "either", False),
        ("header", "accept-language", False),
        ("cookie", "session", False),
        ("query", "strange", False),
    ]
    assert told["number"]["schema"] == {"type": "integer", "minimum": 0}
    assert told["rest"]["description"] == "The rest of the path; it may hold slashes."
    assert told["limit"] == {
        "name": "limit",
        "in": "query",
        "description": "At most.",
        "required": True,
        "deprecated": True,
        "schema": {"type": "integer", "minimum": 1},
    }
    assert told["since"]["schema"] == {"type": "string", "format": "date", "default": "2026-01-31"}
    assert told["tags"]["schema"] == {"type": "array", "items": {"type": "string"}, "default": ["x"]}
    assert told["note"]["schema"] == {"type": "string"}
    assert told["either"]["schema"] == {"anyOf": [{"type": "integer"}, {"type": "string"}]}
    assert told["strange"]["schema"] == {}


def test_fields_of_a_query_model_are_parameters_and_the_model_is_not_told() -> None:
    @rest_controller
    class ShopController:
        @get_mapping("/orders")
        async def orders(self, page: QueryParam[Page]) -> None: ...

    @rest_controller
    class OptionalController:
        @get_mapping("/orders")
        async def orders(self, page: QueryParam[Page | None] = None) -> None: ...

    assert only(ShopController)["parameters"] == [
        {"name": "from", "in": "query", "required": True, "schema": {"type": "integer", "minimum": 0}},
        {
            "name": "limit",
            "in": "query",
            "description": "At most.",
            "deprecated": True,
            "schema": {"type": "integer"},
        },
    ]
    assert "Page" not in openapi_of(ShopController)["components"]["schemas"]
    assert not any(each.get("required") for each in only(OptionalController)["parameters"])


def test_the_default_of_a_query_model_is_told_beside_those_of_its_fields() -> None:
    class Slice(BaseModel):
        offset: int = 0
        limit: int = Field(default=20, validation_alias="most", description="How many.")
        day: date | None = None

    async def find(self: Any, page: Any = Slice(most=5, day=date(2026, 1, 31))) -> None: ...  # type: ignore[call-arg]  # noqa: B008

    find.__annotations__["page"] = QueryParam[Slice]
    controller: type = rest_controller(type("ShopController", (), {"find": get_mapping("/orders")(find)}))
    parameters = openapi_of(controller)["paths"]["/orders"]["get"]["parameters"]
    assert {each["name"]: (each.get("description"), each["schema"].get("default")) for each in parameters} == {
        "offset": (None, 0),
        "most": ("How many.\n\n`5` where none of `offset`, `most`, `day` is given.", 20),
        "day": ('`"2026-01-31"` where none of `offset`, `most`, `day` is given.', None),
    }
    with TestClient(create_app(controller)) as client:
        assert client.get("/orders").status_code == 200


def test_body_is_told_with_its_need_media_type_and_description() -> None:
    @rest_controller
    class ShopController:
        @post_mapping("/orders")
        async def place(self, order: Body[Order | None] = None) -> None:
            """Place.

            Args:
                order: What to buy.
            """

    assert only(ShopController)["requestBody"] == {
        "description": "What to buy.",
        "content": {
            "application/json": {"schema": {"anyOf": [{"$ref": "#/components/schemas/Order"}, {"type": "null"}]}}
        },
        "required": False,
    }


def test_raw_body_has_any_media_type_and_no_problem_of_it() -> None:
    @rest_controller
    class ShopController:
        @post_mapping("/image")
        async def store(self, image: Body[bytes]) -> None: ...

    found = only(ShopController)
    assert found["requestBody"] == {"content": {"*/*": {"schema": {}}}, "required": True}
    assert list(found["responses"]) == ["200", "422", "500"]


@pytest.mark.parametrize(
    ("annotation", "content"),
    [
        (int, {"application/json": {"schema": {"type": "integer"}}}),
        (None, {"application/json": {"schema": {"type": "null"}}}),
        (Any, {"application/json": {"schema": {}}}),
        (Strange, {"application/json": {"schema": {}}}),
        (JSONResponse, {"application/json": {"schema": {}}}),
        (HTMLResponse, {"text/html": {"schema": {"type": "string"}}}),
        (Response, {"*/*": {"schema": {}}}),
        (int | Response, {"application/json": {"schema": {"type": "integer"}}, "*/*": {"schema": {}}}),
    ],
)
def test_content_of_the_answer_is_what_the_annotation_says(annotation: Any, content: Any) -> None:
    @rest_controller
    class ShopController:
        @get_mapping("/x")
        async def answer(self): ...  # type: ignore[no-untyped-def]

    ShopController.answer.__annotations__["return"] = annotation
    assert only(ShopController)["responses"]["200"] == {"description": "OK", "content": content}


def test_statuses_are_those_of_the_mapping_and_of_response_classes() -> None:
    @rest_controller
    class ShopController:
        @post_mapping("/a", status_code=201)
        async def a(self) -> int | RedirectResponse | StreamingResponse:
            return 1

        @post_mapping("/b", status_code=204)
        async def b(self) -> int:
            return 1

        @post_mapping("/c", status_code=299)
        async def c(self) -> int:
            return 1

        @post_mapping("/d", status_code=399)
        async def d(self) -> int:
            return 1

    paths = openapi_of(ShopController)["paths"]
    assert {
        path: {status: response.get("description") for status, response in item["post"]["responses"].items()}
        for path, item in paths.items()
    } == {
        "/a": {"200": "OK", "201": "Created", "307": "Temporary Redirect", "500": None},
        "/b": {"204": "No Content", "500": None},
        "/c": {"299": "Success", "500": None},
        "/d": {"399": "Redirection", "500": None},
    }
    assert "content" not in paths["/a"]["post"]["responses"]["307"]
    assert "content" not in paths["/b"]["post"]["responses"]["204"]


def test_a_page_controller_answers_html() -> None:
    @controller
    class PageController:
        @get_mapping("/")
        async def page(self) -> str:
            return ""

    assert only(PageController)["responses"]["200"]["content"] == {"text/html": {"schema": {"type": "string"}}}


class Handlers:
    async def nothing(self) -> None: ...

    async def text(self, name: str, q: QueryParam[str] = "", h: Header[str | None] = None) -> None: ...

    async def converted(self, name: int) -> None: ...

    async def uuid(self, name: UUID) -> None: ...

    async def native(self, request: Request) -> None: ...

    async def required(self, q: QueryParam[str]) -> None: ...

    async def constrained(self, name: Annotated[str, Field(max_length=3)]) -> None: ...

    async def aliased(self, q: QueryParam[Annotated[str, Field(max_length=3)] | None] = None) -> None: ...

    async def number(self, q: QueryParam[int] = 1) -> None: ...


@pytest.mark.parametrize(
    ("name", "path", "problems"),
    [
        ("nothing", "/", ["500"]),
        ("native", "/", ["500"]),
        ("text", "/{name}", ["500"]),
        ("converted", "/{name:int}", ["404", "500"]),
        ("converted", "/{name}", ["422", "500"]),
        ("uuid", "/{name:uuid}", ["404", "500"]),
        ("required", "/", ["422", "500"]),
        ("constrained", "/{name}", ["422", "500"]),
        ("aliased", "/", ["422", "500"]),
        ("number", "/", ["422", "500"]),
    ],
)
def test_problems_are_those_the_framework_answers_with(name: str, path: str, problems: list[str]) -> None:
    registry = MetadataRegistry()
    method = vars(Handlers)[name]
    cls = type("HandlerController", (), {name: method})
    get_mapping(path, registry=registry)(method)
    rest_controller(registry=registry)(cls)
    document = openapi_document(context_of(), registry=registry, controllers=[cls])
    [item] = document["paths"].values()
    assert list(item["get"]["responses"]) == ["200", *problems]


def test_what_operation_tells_comes_before_the_docstring_and_before_the_controller() -> None:
    @operation(tags=["Shop", "Public"], responses={401: "Log in.", 409: "Sold out."}, deprecated=True, security=[])
    @rest_controller
    class ShopController:
        @operation(
            "Buy",
            description="At **once**.",
            tags=["Orders"],
            responses={
                200: "Bought.",
                202: ApiResponse(model=Order, media_type="application/vnd.order+json", headers={"location": "Where."}),
                303: "Elsewhere.",
                401: "Say who you are.",
            },
            deprecated=False,
            security=["bearer", {"bearer": ["all"]}],
            operation_id="buy",
        )
        @post_mapping("/orders")
        async def place(self) -> int:
            """Place an order.

            Never told.
            """
            return 1

        @get_mapping("/orders")
        async def find(self) -> int:
            return 1

    item = openapi_of(ShopController, info=ApiInfo(security_schemes={"bearer": BearerAuth()}))["paths"]["/orders"]
    found = item["post"]
    assert (found["summary"], found["description"], found["tags"]) == ("Buy", "At **once**.", ["Orders"])
    assert (found["operationId"], "deprecated" in found) == ("buy", False)
    assert found["security"] == [{"bearer": []}, {"bearer": ["all"]}]
    responses = found["responses"]
    assert responses["200"] == {
        "description": "Bought.",
        "content": {"application/json": {"schema": {"type": "integer"}}},
    }
    assert responses["202"] == {
        "description": "Accepted",
        "content": {"application/vnd.order+json": {"schema": {"$ref": "#/components/schemas/Order"}}},
        "headers": {"location": {"description": "Where.", "schema": {"type": "string"}}},
    }
    assert responses["303"] == {"description": "Elsewhere."}
    assert responses["401"]["description"] == "Say who you are."
    assert responses["409"]["description"] == "Sold out."
    other = item["get"]
    assert (other["tags"], other["deprecated"], other["security"]) == (["Shop", "Public"], True, [])


def test_deprecated_methods_and_controllers_are_marked_and_their_notice_shown() -> None:
    @rest_controller
    class ShopController:
        @deprecated("use new instead")
        @get_mapping("/old")
        async def old(self) -> None:
            """Do it.

            As ever.
            """

    @deprecated("all of it is old")
    @rest_controller
    class OldController:
        @get_mapping("/older")
        async def older(self) -> None: ...

    paths = openapi_of(ShopController, OldController)["paths"]
    old, older = paths["/old"]["get"], paths["/older"]["get"]
    assert (old["deprecated"], old["description"]) == (True, "**Deprecated:** use new instead\n\nAs ever.")
    assert (older["deprecated"], older["description"]) == (True, "**Deprecated:** all of it is old")


def test_hidden_endpoints_are_left_out_and_a_method_may_be_shown_again() -> None:
    @operation(hidden=True)
    @rest_controller
    class ShopController:
        @get_mapping("/a")
        async def a(self) -> None: ...

        @operation(hidden=False)
        @get_mapping("/b")
        async def b(self) -> None: ...

    assert list(openapi_of(ShopController)["paths"]) == ["/b"]


def test_an_override_has_what_its_base_was_told() -> None:
    class Base:
        @operation("Told once")
        @get_mapping("/x")
        async def x(self) -> None: ...

    @rest_controller
    class ShopController(Base):
        async def x(self) -> None: ...

    assert only(ShopController)["summary"] == "Told once"


def test_examples_are_of_the_body_or_else_of_the_answer_and_written_as_json() -> None:
    @rest_controller
    class ShopController:
        @operation(examples={"pen": Order(item="pen"), "ink": {"item": "ink"}})
        @post_mapping("/orders")
        async def place(self, order: Body[Order]) -> int:
            return 1

        @operation(
            examples={"all": [Order(item="pen")]},
            responses={200: ApiResponse(examples={"none": []}), 202: ApiResponse(model=int, examples={"one": 1})},
        )
        @get_mapping("/orders")
        async def find(self) -> list[Order]:
            return []

    item = openapi_of(ShopController)["paths"]["/orders"]
    assert item["post"]["requestBody"]["content"]["application/json"]["examples"] == {
        "pen": {"value": {"item": "pen", "quantity": 1}},
        "ink": {"value": {"item": "ink"}},
    }
    responses = item["get"]["responses"]
    assert responses["200"]["content"]["application/json"]["examples"] == {"none": {"value": []}}
    assert responses["202"]["content"]["application/json"]["examples"] == {"one": {"value": 1}}


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (
            {"examples": {"wrong": {"item": 5}}},
            'ShopController.place has the example "wrong", which does not fit its type: at "item" input should be a '
            "valid string, got 5; write the JSON that clients send",
        ),
        (
            {"close_codes": {4001: "x"}},
            "ShopController.place is told close_codes, which only a WebSocket endpoint has; remove close_codes",
        ),
        (
            {"subprotocols": ["x"]},
            "ShopController.place is told subprotocols, which only a WebSocket endpoint has; remove subprotocols",
        ),
        (
            {"security": ["baerer"]},
            'ShopController.place requires the security scheme "baerer", which ApiInfo does not have; '
            'did you mean "bearer"?',
        ),
        (
            {"security": [{"other": []}]},
            'ShopController.place requires the security scheme "other", which ApiInfo does not have; known are: bearer',
        ),
    ],
)
def test_what_is_told_wrongly_is_an_error_at_its_line(options: Any, problem: str) -> None:
    told = operation(**options)

    @rest_controller
    class ShopController:
        @told
        @post_mapping("/orders")
        async def place(self, order: Body[Order]) -> int:
            return 1

    with pytest.raises(DeclarationErrors) as caught:
        openapi_of(ShopController, info=ApiInfo(security_schemes={"bearer": BearerAuth()}))
    [fault] = caught.value.faults
    assert fault.message == problem
    assert fault.source is not None
    assert fault.source.file == __file__


def test_unknown_security_scheme_of_the_api_is_an_error() -> None:
    with pytest.raises(DeclarationErrors, match='ApiInfo requires the security scheme "bearer"'):
        openapi_of(info=ApiInfo(security=("bearer",)))


def test_examples_without_a_place_to_be_shown_are_an_error() -> None:
    @rest_controller
    class ShopController:
        @operation(examples={"x": 1})
        @get_mapping("/x")
        async def x(self) -> Response:
            return Response()

        @operation(examples={"x": 1})
        @post_mapping("/y")
        async def y(self, data: Body[bytes]) -> int:
            return 1

    with pytest.raises(DeclarationErrors) as caught:
        openapi_of(ShopController)
    assert [fault.message for fault in caught.value.faults] == [
        f"ShopController.{name} has examples, and neither a JSON body nor an answer of its own to show them; "
        "give them to a response, as responses={200: ApiResponse(examples=...)}"
        for name in ("x", "y")
    ]


def test_endpoints_that_can_never_work_are_told_together() -> None:
    @rest_controller
    class ShopController:
        @get_mapping("/x/{name}")
        async def x(self, nmae: str) -> None: ...

        @sse_mapping("/y")
        async def y(self) -> AsyncIterator[int]:
            yield 1

        @get_mapping("/y")
        async def z(self) -> None: ...

    with pytest.raises(DeclarationErrors) as caught:
        openapi_of(ShopController)
    mapping = default_registry.find(ShopController.z, HttpMapping)
    assert mapping is not None
    assert [fault.message.partition(";")[0] for fault in caught.value.faults] == [
        'path "/x/{name}" has no variable for parameter "nmae"',
        'SSE route "/y" of ShopController.y matches the same paths as "/y" of ShopController.z at '
        + str(mapping.source),
    ]


def test_event_stream_shows_its_events_raw_and_their_schema() -> None:
    @rest_controller
    class StreamController:
        @sse_mapping("/orders")
        async def orders(self) -> AsyncIterator[Order]:
            """Follow.

            Yields:
                an order.
            """
            yield Order(item="x")

    found = only(StreamController)["responses"]["200"]
    assert found["description"] == "An order."
    media = found["content"]["text/event-stream"]
    assert media["schema"]["type"] == "string"
    assert media["schema"]["contentSchema"] == {
        "type": "object",
        "properties": {
            "data": {
                "type": "string",
                "contentMediaType": "application/json",
                "contentSchema": {"$ref": "#/components/schemas/Order"},
            }
        },
        "required": ["data"],
    }
    assert media["examples"] == {"event": {"value": 'data: {"item":"text","quantity":1}\n\n'}}


def test_framed_and_plain_events_are_shown_as_they_are_sent() -> None:
    @rest_controller
    class StreamController:
        @operation(examples={"tick": ServerSentEvent(Order(item="x"), event="tick"), "quiet": ServerSentEvent(retry=5)})
        @sse_mapping("/framed")
        async def framed(self) -> AsyncIterator[ServerSentEvent]:
            yield ServerSentEvent()

        @sse_mapping("/bare")
        async def bare(self) -> AsyncIterator[ServerSentEvent | Order]:
            yield ServerSentEvent()

        @operation(examples={"two": "a\nb", "order": Order(item="pen")})
        @sse_mapping("/mixed")
        async def mixed(self) -> AsyncIterator[str | Order]:
            yield ""

        @sse_mapping("/text")
        async def text(self) -> AsyncIterator[str]:
            yield ""

    paths = openapi_of(StreamController)["paths"]
    media = {path: item["get"]["responses"]["200"]["content"]["text/event-stream"] for path, item in paths.items()}
    examples = {
        path: {name: each["value"] for name, each in found["examples"].items()} for path, found in media.items()
    }
    assert examples == {
        "/bare": {"event": 'event: event\nid: 1\ndata: {"item":"text","quantity":1}\n\n'},
        "/framed": {"tick": 'event: tick\ndata: {"item":"x","quantity":1}\n\n', "quiet": "retry: 5\n\n"},
        "/mixed": {"two": "data: a\ndata: b\n\n", "order": 'data: {"item":"pen","quantity":1}\n\n'},
        "/text": {"event": "data: text\n\n"},
    }
    assert list(media["/framed"]["schema"]["contentSchema"]["properties"]) == ["data", "event", "id", "retry"]
    assert media["/text"]["schema"]["contentSchema"]["properties"] == {"data": {"type": "string"}}


def test_events_with_a_type_for_their_data_have_its_schema() -> None:
    @rest_controller
    class StreamController:
        @operation(
            examples={"new": ServerSentEvent(Order(item="pen"), event="new"), "over": ServerSentEvent(event="over")}
        )
        @sse_mapping("/orders")
        async def orders(self) -> AsyncIterator[ServerSentEvent[Order]]:
            yield ServerSentEvent(Order(item="pen"))

        @sse_mapping("/several")
        async def several(self) -> AsyncIterator[ServerSentEvent[Order] | ServerSentEvent[int | None]]:
            yield ServerSentEvent(1)

        @sse_mapping("/text")
        async def text(self) -> AsyncIterator[ServerSentEvent[str]]:
            yield ServerSentEvent("x")

        @sse_mapping("/open")
        async def open(self) -> AsyncIterator[ServerSentEvent | ServerSentEvent[int]]:
            yield ServerSentEvent("x")

    paths = openapi_of(StreamController)["paths"]
    media = {path: item["get"]["responses"]["200"]["content"]["text/event-stream"] for path, item in paths.items()}
    order = {"$ref": "#/components/schemas/Order"}
    schemas = {path: found["schema"]["contentSchema"]["properties"]["data"] for path, found in media.items()}
    assert schemas == {
        "/orders": {"type": "string", "contentMediaType": "application/json", "contentSchema": order},
        "/several": {
            "type": "string",
            "contentMediaType": "application/json",
            "contentSchema": {"anyOf": [order, {"type": "integer"}]},
        },
        "/text": {"type": "string"},
        "/open": {"type": "string"},
    }
    examples = {
        path: {name: each["value"] for name, each in found["examples"].items()} for path, found in media.items()
    }
    assert examples == {
        "/orders": {"new": 'event: new\ndata: {"item":"pen","quantity":1}\n\n', "over": "event: over\n\n"},
        "/several": {"event": 'event: event\nid: 1\ndata: {"item":"text","quantity":1}\n\n'},
        "/text": {"event": "event: event\nid: 1\ndata: text\n\n"},
        "/open": {"event": "event: event\nid: 1\ndata: text\n\n"},
    }


def test_an_event_whose_data_is_not_of_its_type_is_an_error() -> None:
    @rest_controller
    class StreamController:
        @operation(examples={"wrong": ServerSentEvent({"quantity": 1}, event="new")})
        @sse_mapping("/orders")
        async def orders(self) -> AsyncIterator[ServerSentEvent[Order]]:
            yield ServerSentEvent(Order(item="pen"))

    with pytest.raises(DeclarationErrors, match='"wrong", which is none of its events: at "item" field required'):
        openapi_of(StreamController)


def test_a_stream_whose_events_cannot_be_made_up_has_no_example() -> None:
    @rest_controller
    class StreamController:
        @sse_mapping("/codes")
        async def codes(self) -> AsyncIterator[Code]:
            yield Code("1")

    assert "examples" not in only(StreamController)["responses"]["200"]["content"]["text/event-stream"]


def test_example_that_is_no_event_of_the_stream_is_an_error() -> None:
    @rest_controller
    class StreamController:
        @operation(examples={"wrong": {"item": 5}})
        @sse_mapping("/orders")
        async def orders(self) -> AsyncIterator[Order]:
            yield Order(item="x")

    with pytest.raises(DeclarationErrors) as caught:
        openapi_of(StreamController)
    assert caught.value.faults[0].message == (
        'StreamController.orders has the example "wrong", which is none of its events: at "item" input should be a '
        "valid string, got 5; write the JSON that clients receive"
    )


def test_methods_that_openapi_does_not_know_stand_in_an_extension() -> None:
    registry = MetadataRegistry()

    @rest_controller(registry=registry)
    class CacheController:
        async def purge(self) -> None: ...

        @get_mapping("/cache", registry=registry)
        async def show(self) -> None: ...

    CacheController.purge.__pyfly_mapping__ = {"method": "PURGE", "path": "/cache"}  # type: ignore[attr-defined]
    document = openapi_document(context_of(), registry=registry, controllers=[CacheController])
    assert list(document["paths"]["/cache"]) == ["get", "x-pyfly-operations"]
    assert list(document["paths"]["/cache"]["x-pyfly-operations"]) == ["PURGE"]


def test_models_of_one_name_are_told_apart_by_their_modules() -> None:
    mine = create_model("Order", __module__="shop.orders", x=(int, ...))
    other = create_model("Order", __module__="shop.returns", y=(str, ...))

    @rest_controller
    class ShopController:
        @get_mapping("/a")
        async def a(self): ...  # type: ignore[no-untyped-def]

        @get_mapping("/b")
        async def b(self): ...  # type: ignore[no-untyped-def]

    ShopController.a.__annotations__["return"] = mine
    ShopController.b.__annotations__["return"] = other
    schemas = openapi_of(ShopController)["components"]["schemas"]
    assert list(schemas) == ["Problem", "shop.orders.Order", "shop.returns.Order"]


def test_operations_of_controllers_of_one_name_are_told_apart_by_their_modules() -> None:
    def make(module: str, path: str) -> type:
        @rest_controller
        @request_mapping(path)
        class ShopController:
            """A shop."""

            @get_mapping()
            async def find(self) -> None: ...

            @post_mapping()
            async def both(self) -> None: ...

            put_mapping()(both)

        ShopController.__module__ = module
        return ShopController

    document = openapi_of(make("shop.old", "/a"), make("shop.new", "/b"))
    identifiers = {
        f"{method} {path}": found["operationId"]
        for path, item in document["paths"].items()
        for method, found in item.items()
    }
    assert identifiers == {
        "get /a": "shop_old_ShopController_find",
        "post /a": "shop_old_ShopController_both_post",
        "put /a": "shop_old_ShopController_both_put",
        "get /b": "shop_new_ShopController_find",
        "post /b": "shop_new_ShopController_both_post",
        "put /b": "shop_new_ShopController_both_put",
    }
    assert [tag["name"] for tag in document["tags"]] == ["Shop (shop.new)", "Shop (shop.old)"]


def test_docstrings_of_models_are_taken_apart() -> None:
    @rest_controller
    class ShopController:
        @get_mapping("/a")
        async def a(self) -> tuple[Told, OnlyAttributes]:
            raise NotImplementedError

    schemas = openapi_of(ShopController)["components"]["schemas"]
    assert schemas["Told"]["description"] == "Something.\n\nWith *more*."
    assert [field["description"] for field in schemas["Told"]["properties"].values()] == ["The first.", "The second."]
    assert "description" not in schemas["OnlyAttributes"]
    assert schemas["OnlyAttributes"]["properties"]["one"]["description"] == "The first."


class Renamed(BaseModel):
    """Somebody.

    Attributes:
        user_name: Their name.
        home_page: Where they are.
        mail: Their address.
        long_name: All of it.
        nothing: Of no field.
    """

    model_config = ConfigDict(alias_generator=to_camel)

    user_name: str
    home_page: str = Field(default="", description="Told.")
    mail: str = Field(validation_alias=AliasChoices("mail_address", "mail"), serialization_alias="e-mail")

    @computed_field(alias="whole")  # type: ignore[prop-decorator]  # pydantic's way
    @property
    def long_name(self) -> str:
        return self.user_name


def test_docstrings_of_models_describe_fields_that_have_other_names_in_json() -> None:
    @rest_controller
    class RenamedController:
        @post_mapping("/renamed")
        async def store(self, renamed: Body[Renamed]) -> Renamed:
            return renamed

    schemas = openapi_of(RenamedController)["components"]["schemas"]
    told = {
        name: {field: each.get("description") for field, each in schemas[name]["properties"].items()}
        for name in ("Renamed-Input", "Renamed-Output")
    }
    assert told == {
        "Renamed-Input": {"userName": "Their name.", "homePage": "Told.", "mail_address": "Their address."},
        "Renamed-Output": {
            "userName": "Their name.",
            "homePage": "Told.",
            "e-mail": "Their address.",
            "whole": "All of it.",
        },
    }


def test_a_dataclass_controller_without_a_docstring_is_not_described_by_its_signature() -> None:
    @rest_controller
    @dataclass
    class ShopController:
        name: str = ""

        @get_mapping("/a")
        async def a(self) -> None: ...

    assert openapi_of(ShopController)["tags"] == [{"name": "Shop"}]


def test_sockets_have_no_place_here_and_an_empty_document_is_one() -> None:
    @rest_controller
    class TalkController:
        @websocket_mapping("/talk")
        async def talk(self, session: WebSocketSession) -> None: ...

    document = openapi_of(TalkController)
    assert document == {"openapi": "3.1.0", "info": {"title": "API", "version": "0.1.0"}, "paths": {}}


def test_no_bean_is_made_and_any_container_will_do() -> None:
    registry = MetadataRegistry()

    @rest_controller(registry=registry)
    class ShopController:
        def __init__(self) -> None:
            raise AssertionError

        @get_mapping("/a", registry=registry)
        async def a(self) -> None: ...

    class Beans:
        def get_bean(self, cls: type[Any], /) -> Any:
            raise AssertionError

    document = openapi_document(Beans(), registry=registry, controllers=[ShopController, ShopController])
    assert list(document["paths"]) == ["/a"]


def test_servers_are_http_ones() -> None:
    servers = (ApiServer(url="wss://a.test/v1", description="Live."), ApiServer(url="ws://b.test"), ApiServer(url="/"))
    assert openapi_of(info=ApiInfo(servers=servers))["servers"] == [
        {"url": "https://a.test/v1", "description": "Live."},
        {"url": "http://b.test"},
        {"url": "/"},
    ]


def test_making_documents_warns_of_nothing() -> None:
    @rest_controller
    class ShopController:
        @get_mapping("/a")
        async def a(self) -> Odd:
            raise NotImplementedError

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        schemas = openapi_of(ShopController)["components"]["schemas"]
    assert schemas["Odd"]["properties"] == {"value": {}}
