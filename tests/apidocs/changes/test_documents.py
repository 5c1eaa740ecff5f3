"""What has changed between two documents as pyfly writes them, and between others."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from pydantic import BaseModel, Field, PositiveInt

from pyfly.apidocs import ApiInfo, ApiServer, BasicAuth, BearerAuth, asyncapi_document, openapi_document
from pyfly.apidocs.changes import Change, DocumentError, compare_documents, kind_of
from pyfly.container import rest_controller
from pyfly.web import Body, Cookie, Header, QueryParam, get_mapping, operation, post_mapping, request_mapping
from pyfly.web.sse import sse_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping
from tests.apidocs.documents import context_of


class Order(BaseModel):
    number: int
    size: Literal["small", "large"] = "small"


class Say(BaseModel):
    kind: Literal["say"] = "say"
    text: str


class Go(BaseModel):
    kind: Literal["go"] = "go"
    to: str


class Said(BaseModel):
    text: str


class Left(BaseModel):
    nickname: str


class OrderNow(BaseModel):
    number: str
    size: Literal["small"] = "small"
    note: str


class SaidMore(BaseModel):
    text: str
    at: float


@rest_controller
@request_mapping("/orders")
class Old:
    @get_mapping("/{number}")
    async def find(self, number: int, verbose: QueryParam[bool] = False, x_trace: Header[str | None] = None) -> Order:
        return Order(number=1)

    @post_mapping("", status_code=201)
    async def place(self, order: Body[Order], basket: Cookie[str]) -> Order:
        return Order(number=1)

    @sse_mapping("/news")
    async def news(self) -> AsyncIterator[Order]:
        yield Order(number=1)

    @operation(subprotocols=["v1", "v2"])
    @websocket_mapping("/{room}/talk")
    async def talk(
        self, session: WebSocketSession[Annotated[Say | Go, Field(discriminator="kind")], Said], room: str
    ) -> None: ...


def documents(controller: type, info: ApiInfo | None = None) -> tuple[dict[str, Any], dict[str, Any]]:
    context = context_of(controller)
    return openapi_document(context, info=info), asyncapi_document(context, info=info)


def told(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    return [f"{change.severity}: {change.message}" for change in compare_documents(old, new)]


def between(old: type, new: type, old_info: ApiInfo | None = None, new_info: ApiInfo | None = None) -> list[str]:
    pairs = zip(documents(old, old_info), documents(new, new_info), strict=True)
    return [line for one, other in pairs for line in told(one, other)]


def test_documents_have_not_changed_from_themselves(openapi: dict[str, Any], asyncapi: dict[str, Any]) -> None:
    assert compare_documents(openapi, copy.deepcopy(openapi)) == ()
    assert compare_documents(asyncapi, copy.deepcopy(asyncapi)) == ()


def test_removed_and_added_endpoints(openapi: dict[str, Any], asyncapi: dict[str, Any]) -> None:
    for document, member in ((openapi, "paths"), (asyncapi, "channels")):
        for name in document[member]:
            without = copy.deepcopy(document)
            del without[member][name]
            removed, added = compare_documents(document, without), compare_documents(without, document)
            assert {(change.severity, change.code) for change in removed} == {("breaking", "endpoint-removed")}
            assert {(change.severity, change.code) for change in added} == {("compatible", "endpoint-added")}


def test_names_that_clients_do_not_see_do_not_matter() -> None:
    @rest_controller
    @request_mapping("/orders")
    class New:
        @get_mapping("/{key}")
        async def get(self, key: int, verbose: QueryParam[bool] = False, x_trace: Header[str | None] = None) -> Order:
            return Order(number=1)

        @post_mapping("", status_code=201)
        async def create(self, body: Body[Order], basket: Cookie[str]) -> Order:
            return Order(number=1)

        @sse_mapping("/news")
        async def follow(self) -> AsyncIterator[Order]:
            yield Order(number=1)

        @operation(subprotocols=["v1", "v2"])
        @websocket_mapping("/{name}/talk")
        async def chat(
            self, session: WebSocketSession[Annotated[Say | Go, Field(discriminator="kind")], Said], name: str
        ) -> None: ...

    assert between(Old, New) == []


def test_what_breaks_http_clients() -> None:
    @rest_controller
    @request_mapping("/orders")
    class New:
        @get_mapping("/{number}")
        async def find(self, number: int, x_trace: Header[str], page: QueryParam[int] = 0) -> Order:
            return Order(number=1)

        @post_mapping("")
        async def place(self, order: Body[OrderNow], basket: Cookie[str | None] = None) -> Order:
            return Order(number=1)

        @sse_mapping("/news")
        async def news(self) -> AsyncIterator[OrderNow]:
            yield OrderNow(number="1", note="")

    openapi, _ = zip(documents(Old), documents(New), strict=True)
    assert told(*openapi) == [
        'breaking: POST /orders: field "number" of the body is string, was integer',
        'breaking: POST /orders: field "size" of the body can no longer be "large"',
        'breaking: POST /orders: field "note" of the body is new, and required',
        "breaking: POST /orders: response 201 is gone",
        'breaking: GET /orders/news: field "data.number" of events is string, was integer',
        'breaking: GET /orders/{number}: query parameter "verbose" is gone',
        'breaking: GET /orders/{number}: header "x-trace" is required now',
        "risky: POST /orders: response 200 is new",
        'compatible: POST /orders: cookie "basket" can be missing now',
        'compatible: GET /orders/news: field "data.size" of events is never "large" any more',
        'compatible: GET /orders/news: field "data.note" of events is new',
        'compatible: GET /orders/{number}: query parameter "page" is new',
    ]


def test_what_breaks_websocket_clients() -> None:
    @rest_controller
    @request_mapping("/orders")
    class New:
        @operation(subprotocols=["v2", "v3"])
        @websocket_mapping("/{room:int}/talk")
        async def talk(
            self, session: WebSocketSession[Say, SaidMore | Left], room: int, token: QueryParam[str]
        ) -> None: ...

    _, asyncapi = zip(documents(Old), documents(New), strict=True)
    assert told(*asyncapi) == [
        'breaking: WebSocket /orders/{room}/talk: path variable "room" is integer, was string',
        'breaking: WebSocket /orders/{room}/talk: query parameter "token" is new, and required',
        'breaking: WebSocket /orders/{room}/talk: subprotocol "v1" is gone',
        'breaking: WebSocket /orders/{room}/talk: message "Go" from clients is gone',
        'risky: WebSocket /orders/{room}/talk: message "Left" to clients is new',
        'compatible: WebSocket /orders/{room}/talk: subprotocol "v3" is new',
        'compatible: WebSocket /orders/{room}/talk: field "kind" of message "Say" from clients can be missing now',
        'compatible: WebSocket /orders/{room}/talk: field "at" of message "SaidMore" to clients is new',
        "compatible: WebSocket /orders/{room}/talk: refusal 422 is new",
    ]


def test_endings_that_are_gone_and_new_are_told() -> None:
    def talker(**told: Any) -> type:
        class Talker:
            @operation(**told)
            @websocket_mapping("/talk")
            async def talk(self, session: WebSocketSession[str, str]) -> None: ...

        return rest_controller(Talker)

    old, new = talker(close_codes={4001: "Full."}), talker(responses={401: "Log in."})
    assert between(old, new) == [
        "compatible: WebSocket /talk: close code 4001 is gone",
        "compatible: WebSocket /talk: refusal 401 is new",
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (int, str, 'compatible: GET /: query parameter "x" is string, was integer'),
        (int, float, 'compatible: GET /: query parameter "x" is number, was integer'),
        (bool, str, 'compatible: GET /: query parameter "x" is string, was boolean'),
        (str, int, 'breaking: GET /: query parameter "x" is integer, was string'),
        (float, int, 'breaking: GET /: query parameter "x" is integer, was number'),
        (int, Annotated[str, Field(max_length=3)], 'breaking: GET /: query parameter "x" is string, was integer'),
        (list[int], list[str], 'compatible: GET /: items "[]" of query parameter "x" is string, was integer'),
        (int, UUID, 'breaking: GET /: query parameter "x" is string, was integer'),
    ],
)
def test_who_takes_any_text_beside_the_body_takes_numbers_as_well(old: Any, new: Any, expected: str) -> None:
    def finder(kind: Any) -> type:
        async def find(self: Any, x: Any) -> None: ...

        parameter: Any = QueryParam  # its argument is made at run time, which type checkers do not follow
        find.__annotations__["x"] = parameter[kind]
        return rest_controller(type("Finder", (), {"find": get_mapping("/")(find)}))

    assert between(finder(old), finder(new)) == [expected]


def test_a_list_takes_the_one_value_that_was_sent() -> None:
    def finder(kind: Any) -> type:
        async def find(self: Any, x: Any) -> None: ...

        parameter: Any = QueryParam  # its argument is made at run time, which type checkers do not follow
        find.__annotations__["x"] = parameter[kind]
        return rest_controller(type("Finder", (), {"find": get_mapping("/")(find)}))

    single = 'GET /: query parameter "x" is array, was string'
    assert between(finder(str), finder(list[str])) == [f"compatible: {single}"]
    assert between(finder(str), finder(Annotated[list[str], Field(min_length=2)])) == [
        'breaking: GET /: query parameter "x" is array of 2 or more, was string'
    ]
    assert between(finder(str), finder(list[int])) == [
        'breaking: GET /: items "[]" of query parameter "x" is integer, was string',
        f"compatible: {single}",
    ]
    assert between(finder(list[str]), finder(str)) == [
        'breaking: GET /: query parameter "x" is string, was array',
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ((int, 5), (int | None, None), "has no default any more, was 5"),
        ((int | None, None), (int, 5), "is 5 by default, had none"),
        ((PositiveInt, 5), (PositiveInt, 0), "is 0 by default, was 5"),
        ((PositiveInt, 0), (PositiveInt, -1), "is -1 by default, was 0"),
    ],
)
def test_what_holds_for_a_parameter_that_is_missing_is_compared(
    old: tuple[Any, Any], new: tuple[Any, Any], expected: str
) -> None:
    def controller(hint: Any, default: Any) -> type:
        async def find(self: Any, q: Any = default) -> None: ...

        parameter: Any = QueryParam  # its argument is made at run time, which type checkers do not follow
        find.__annotations__["q"] = parameter[hint]
        return rest_controller(type("ItemController", (), {"find": get_mapping("/items")(find)}))

    assert between(controller(*old), controller(*new)) == [f'risky: GET /items: query parameter "q" {expected}']


def test_access_is_compared_by_how_it_works_and_not_by_name() -> None:
    def info(*required: str, **schemes: Any) -> ApiInfo:
        return ApiInfo(security_schemes=schemes, security=tuple(required))

    public, bearer, renamed = info(), info("a", a=BearerAuth()), info("b", b=BearerAuth())
    either = info("a", "b", a=BearerAuth(), b=BasicAuth())
    assert between(Old, Old, bearer, renamed) == []
    assert set(between(Old, Old, public, bearer)) == {
        f"breaking: {endpoint}: access needs http bearer, needed nothing"
        for endpoint in (
            "GET /orders/{number}",
            "POST /orders",
            "GET /orders/news",
            "WebSocket /orders/{room}/talk",
        )
    }
    assert {line.partition(":")[0] for line in between(Old, Old, bearer, either)} == {"compatible"}
    assert {line.partition(":")[0] for line in between(Old, Old, either, bearer)} == {"breaking"}
    assert {line.partition(":")[0] for line in between(Old, Old, bearer, public)} == {"compatible"}


def test_server_that_is_gone_is_risky() -> None:
    old, new = (
        ApiInfo(servers=(ApiServer(url=url),)) for url in ("https://api.example.com/v1", "https://api.example.com/v2")
    )
    assert between(Old, Old, old, new) == [
        'risky: API: server "https://api.example.com/v1" is gone',
        'risky: API: server "wss://api.example.com/v1" is gone',
    ]


def openapi(operation: dict[str, Any], path: str = "/a", **more: Any) -> dict[str, Any]:
    return {"openapi": "3.1.0", "info": {}, "paths": {path: {"post": operation}}, **more}


def content(kind: str = "application/json", schema: Any = True) -> dict[str, Any]:
    return {"content": {kind: {"schema": schema}}}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({}, {"requestBody": {**content(), "required": True}}, "breaking: POST /a: the body is new, and required"),
        ({}, {"requestBody": content()}, "compatible: POST /a: the body is new"),
        ({"requestBody": content()}, {}, "breaking: POST /a: the body is gone"),
        (
            {"requestBody": content()},
            {"requestBody": {**content(), "required": True}},
            "breaking: POST /a: the body is required now",
        ),
        (
            {"requestBody": {**content(), "required": True}},
            {"requestBody": content()},
            "compatible: POST /a: the body can be missing now",
        ),
        (
            {"requestBody": {"content": {"text/plain": {}, "application/json": {}}}},
            {"requestBody": content()},
            "breaking: POST /a: the body can no longer be text/plain",
        ),
        (
            {"responses": {"200": content()}},
            {"responses": {"200": {"content": {"text/plain": {}, "application/json": {}}}}},
            "compatible: POST /a: response 200 can be text/plain now",
        ),
        (
            {"responses": {"200": {"headers": {"ETag": {}}}}},
            {"responses": {"200": {}}},
            'breaking: POST /a: header "ETag" of response 200 is gone',
        ),
        (
            {"responses": {"200": {"headers": {"ETag": {"schema": {"type": "string"}}}}}},
            {"responses": {"200": {"headers": {"etag": {"schema": {"type": "string"}}, "Age": {}}}}},
            'compatible: POST /a: header "Age" of response 200 is new',
        ),
        (
            {"responses": {"200": {}, "404": {}}},
            {"responses": {"200": {}, "409": {}}},
            "compatible: POST /a: response 404 is gone\ncompatible: POST /a: response 409 is new",
        ),
        (
            {"parameters": [{"name": "a", "in": "query", "style": "form"}]},
            {"parameters": [{"name": "a", "in": "query", "style": "spaceDelimited", "deprecated": True}]},
            'breaking: POST /a: query parameter "a" is written in another form\n'
            'compatible: POST /a: query parameter "a" is deprecated',
        ),
        (
            {"parameters": [{"name": "a", "in": "query", **content(schema={"type": "string"})}]},
            {"parameters": [{"name": "a", "in": "query", **content(schema={"type": "integer"})}]},
            'breaking: POST /a: query parameter "a" is integer, was string',
        ),
        ({}, {"deprecated": True}, "compatible: POST /a: the endpoint is deprecated"),
    ],
)
def test_operations(old: dict[str, Any], new: dict[str, Any], expected: str) -> None:
    assert "\n".join(told(openapi(old), openapi(new))) == expected


def test_paths_that_only_a_converter_tells_apart_are_not_mixed_up() -> None:
    old = openapi({}, "/a/{id_int}")
    old["paths"]["/a/{id}"] = {"post": {}}
    renamed = openapi({}, "/a/{key_int}")
    renamed["paths"]["/a/{key}"] = {"post": {}}
    assert {change.code for change in compare_documents(old, renamed)} == {"endpoint-removed", "endpoint-added"}
    assert told(openapi({}, "/a/{id}"), openapi({}, "/a/{key}")) == []


def asyncapi(channel: dict[str, Any], *messages: dict[str, Any], action: str = "receive") -> dict[str, Any]:
    names = [message.get("name", "m") for message in messages]
    return {
        "asyncapi": "3.0.0",
        "channels": {"c": {"address": "/c", "messages": dict(zip(names, messages, strict=True)), **channel}},
        "operations": {"o": {"action": action, "channel": {"$ref": "#/channels/c"}}},
    }


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            asyncapi({}, {"contentType": "text/plain", "x-pyfly-frame": "text"}),
            asyncapi({}, {"contentType": "application/json", "x-pyfly-frame": "binary"}),
            'breaking: WebSocket /c: message "m" from clients is application/json, was text/plain\n'
            'breaking: WebSocket /c: message "m" from clients comes in binary frames, came in text frames',
        ),
        (
            asyncapi({}, {"payload": {"schemaFormat": "x", "schema": {"type": "string"}}}),
            asyncapi({}, {"payload": {"type": "integer"}}),
            'breaking: WebSocket /c: message "m" from clients is integer, was string',
        ),
        (
            asyncapi({}, {"name": "old", "payload": {"type": "string"}}, action="send"),
            asyncapi({}, {"name": "new", "payload": {"type": "string"}}, action="send"),
            "",
        ),
        (
            asyncapi({}, {"name": "a"}, action="send"),
            asyncapi({}, {"name": "a"}, {"name": "b"}, action="send"),
            'risky: WebSocket /c: message "b" to clients is new',
        ),
        (
            asyncapi({"parameters": {"a": {"enum": ["x", "y"]}}, "address": "/{a}"}),
            asyncapi({"parameters": {"b": {"enum": ["x"]}}, "address": "/{b}", "x-deprecated": True}),
            'breaking: WebSocket /{b}: path variable "b" can no longer be "y"\n'
            "compatible: WebSocket /{b}: the endpoint is deprecated",
        ),
        (
            asyncapi({"x-pyfly-close-codes": {"1000": ""}}),
            asyncapi({"x-pyfly-close-codes": {"1000": "", "4000": ""}, "x-pyfly-refusals": {"403": ""}}),
            "compatible: WebSocket /c: close code 4000 is new\ncompatible: WebSocket /c: refusal 403 is new",
        ),
        (
            asyncapi({}),
            asyncapi({"bindings": {"ws": {"headers": {"properties": {"Sec-WebSocket-Protocol": {"enum": ["v1"]}}}}}}),
            'risky: WebSocket /c: subprotocol "v1" is new',
        ),
    ],
)
def test_channels(old: dict[str, Any], new: dict[str, Any], expected: str) -> None:
    assert "\n".join(told(old, new)) == expected


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"openapi": "3.0.3"}, "expected OpenAPI 3.1, got version 3.0.3; export it anew in that version"),
        ({"asyncapi": "2.6.0"}, "expected AsyncAPI 3.0, got version 2.6.0; export it anew in that version"),
        ({"swagger": "2.0"}, "expected OpenAPI 3.1 or AsyncAPI 3.0, got Swagger; export it anew in that version"),
        ([], 'expected OpenAPI 3.1 or AsyncAPI 3.0, got JSON with neither "openapi" nor "asyncapi" in it'),
    ],
)
def test_what_cannot_be_compared_is_told(document: Any, expected: str) -> None:
    with pytest.raises(DocumentError) as raised:
        kind_of(document)
    assert str(raised.value) == expected


def test_documents_of_two_kinds_are_not_compared() -> None:
    with pytest.raises(DocumentError) as raised:
        compare_documents(openapi({}), asyncapi({}))
    assert str(raised.value) == "expected two documents of one kind, got openapi and asyncapi"


def test_a_change_tells_itself_in_one_line() -> None:
    change = Change("breaking", "field-removed", "GET /a", 'field "b" of response 200', "is gone")
    assert change.message == 'GET /a: field "b" of response 200 is gone'
