from __future__ import annotations

import enum
import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Generic, Literal, TypeVar
from urllib.parse import urlencode
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from starlette.requests import HTTPConnection

from pyfly.metadata import DeclarationError, DeclarationErrors, PathTemplate
from pyfly.web import (
    Body,
    Cookie,
    FromHeader,
    FromQuery,
    Header,
    InvalidArgument,
    InvalidArgumentsError,
    ProblemError,
    QueryParam,
)
from pyfly.web import ParameterSource as Source
from pyfly.web.arguments import ArgumentPlan
from pyfly.web.ports import ConnectionData

JSON = {"content-type": "application/json"}
NONE_GIVEN: list[int] = []
ROOM = UUID("0b6f4c1e-9f0c-4b5f-8d15-1f5f3c0b7a10")
State = TypeVar("State")


class Request(Generic[State]):
    """Stands for a server's request."""


class Controller:
    """Owns the handlers below."""


class Color(enum.Enum):
    RED = "red"


class Item(BaseModel):
    name: str
    price: float = Field(gt=0)


class Order(BaseModel):
    customer: str
    items: list[Item] = []


class Cat(BaseModel):
    kind: Literal["cat"]


class Dog(BaseModel):
    kind: Literal["dog"]


Pet = Annotated[Cat | Dog, Field(discriminator="kind")]


class Filter(BaseModel):
    text: str
    tags: list[str] = Field(default=[], alias="tag")
    limit: int = 10


MaybeNumbers = QueryParam[list[int] | None]
MaybeFilter = QueryParam[Filter | None]
MaybeOrder = Body[Order | None]
MaybeBytes = Body[bytes | None]
AnyBody = Body[Any]
PetBody = Body[Pet]


class Deferred(BaseModel):
    model_config = ConfigDict(defer_build=True)

    number: int


@dataclass
class Call:
    """One request, for `bind`."""

    path_params: dict[str, Any] = field(default_factory=dict)
    query: Any = ()
    headers: Mapping[str, str] | list[tuple[str, str]] = field(default_factory=dict)
    body: bytes | None = None

    def connection(self) -> ConnectionData:
        headers = self.headers.items() if isinstance(self.headers, Mapping) else self.headers
        return HTTPConnection(
            {
                "type": "http",
                "path_params": self.path_params,
                "query_string": urlencode(self.query, doseq=True).encode(),
                "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers],
            }
        )


def plan(function: Callable[..., Any], path: str = "/", **options: Any) -> ArgumentPlan:
    options.setdefault("body", True)
    return ArgumentPlan.of(function, owner=Controller, template=PathTemplate.parse(path), leading=1, **options)


def bind(function: Callable[..., Any], path: str = "/", call: Call | None = None) -> dict[str, Any]:
    call = call or Call()
    return plan(function, path).bind(call.connection(), body=call.body)


def refused(function: Callable[..., Any], path: str = "/", call: Call | None = None) -> list[tuple[str, str, str]]:
    with pytest.raises(InvalidArgumentsError) as caught:
        bind(function, path, call)
    assert caught.value.status == 422
    return [(str(fault.where), fault.name, fault.type) for fault in caught.value.faults]


def handler(annotation: Any, default: Any = inspect.Parameter.empty) -> Callable[..., Any]:
    """Make a handler with one parameter, ``value``."""

    def handle(self: Any, value: Any) -> None: ...

    handle.__annotations__["value"] = annotation
    if default is not inspect.Parameter.empty:
        handle.__defaults__ = (default,)
    return handle


def test_plan_of_a_method_without_parameters_is_empty() -> None:
    def handle(self: Any, other: int = 3) -> None: ...

    empty = plan(handle)
    assert empty.is_empty
    assert not empty.reads_body
    assert empty.parameters == ()
    assert empty.bind(Call().connection()) == {}


@pytest.mark.parametrize(
    ("path", "annotation", "given", "bound"),
    [
        ("/{value}", str, "hall", "hall"),
        ("/{value}", int, "12", 12),
        ("/{value:int}", int, 12, 12),
        ("/{value:int}", int, "12", 12),
        ("/{value:int}", float, 12, 12.0),
        ("/{value:float}", float, 1.5, 1.5),
        ("/{value:uuid}", UUID, ROOM, ROOM),
        ("/{value:uuid}", UUID, str(ROOM), ROOM),
        ("/{value}", UUID, str(ROOM), ROOM),
        ("/{value}", Color, "red", Color.RED),
        ("/{value}", date, "2024-02-29", date(2024, 2, 29)),
        ("/{value}", Any, "as it is", "as it is"),
        ("/{value:path}", str, "a/b/c", "a/b/c"),
    ],
)
def test_path_variables_are_converted(path: str, annotation: Any, given: Any, bound: Any) -> None:
    arguments = bind(handler(annotation), path, Call(path_params={"value": given}))
    assert arguments == {"value": bound}
    assert type(arguments["value"]) is type(bound)


def test_path_variable_without_an_annotation_is_left_as_it_is() -> None:
    def handle(self, value): ...  # type: ignore[no-untyped-def]  # as authors may leave it

    assert bind(handle, "/{value:int}", Call(path_params={"value": 3})) == {"value": 3}


@pytest.mark.parametrize(
    ("annotation", "query", "bound"),
    [
        (QueryParam[int], {"value": "5"}, 5),
        (QueryParam[bool], {"value": "true"}, True),
        (QueryParam[str], {"value": ""}, ""),
        (QueryParam[str], [("value", "first"), ("value", "last")], "last"),
        (QueryParam[list[int]], [("value", "1"), ("value", "2")], [1, 2]),
        (QueryParam[set[str]], {"value": ["a", "b", "a"]}, {"a", "b"}),
        (QueryParam[tuple[int, ...]], {"value": "7"}, (7,)),
        (MaybeNumbers, {"value": "7"}, [7]),
        (Annotated[int, FromQuery("page[size]")], {"page[size]": "5"}, 5),
        (QueryParam[Annotated[int, Field(ge=1)]], {"value": "1"}, 1),
    ],
)
def test_query_values_are_converted(annotation: Any, query: Any, bound: object) -> None:
    assert bind(handler(annotation), call=Call(query=query)) == {"value": bound}


def test_headers_and_cookies_are_converted() -> None:
    def handle(
        self: Any,
        last_event_id: Header[int | None],
        token: Annotated[str, FromHeader("X-Token")],
        x_forwarded_for: Header[list[str]],
        theme: Cookie[Color],
    ) -> None: ...

    headers = [
        ("Last-Event-ID", "7"),
        ("x-token", "t"),
        ("X-Forwarded-For", "a"),
        ("X-Forwarded-For", "b"),
        ("Cookie", "theme=red"),
    ]
    assert bind(handle, call=Call(headers=headers)) == {
        "last_event_id": 7,
        "token": "t",
        "x_forwarded_for": ["a", "b"],
        "theme": Color.RED,
    }


@pytest.mark.parametrize("alias", [QueryParam, Header, Cookie, Body])
def test_absent_values_leave_the_default(alias: Any) -> None:
    assert bind(handler(alias[int], 20)) == {"value": 20}
    assert bind(handler(alias[int | None])) == {"value": None}
    assert bind(handler(alias[int] | None, 3)) == {"value": 3}
    assert bind(handler(alias[list[int]], ())) == {"value": ()}


@pytest.mark.parametrize(
    ("alias", "where", "name"),
    [(QueryParam, "query", "value"), (Header, "header", "value"), (Cookie, "cookie", "value"), (Body, "body", "")],
)
def test_absent_values_without_a_default_are_missing(alias: Any, where: str, name: str) -> None:
    assert refused(handler(alias[int])) == [(where, name, "missing")]
    assert refused(handler(alias[list[int]])) == [(where, name, "missing")]


def test_path_variable_the_connection_does_not_have_is_missing() -> None:
    assert refused(handler(str), "/{value}") == [("path", "value", "missing")]


def test_every_fault_of_a_request_is_told_at_once_and_no_value_repeated() -> None:
    def handle(
        self: Any, room: UUID, page: QueryParam[int], token: Header[str], theme: Cookie[Color], order: Body[Order]
    ) -> None: ...

    body = {"customer": 7, "items": [{"name": "pen", "price": 1}, {"name": "ink", "price": -1}]}
    call = Call(
        path_params={"room": "hidden!"},
        query={"page": "hidden!"},
        headers={**JSON, "Cookie": "theme=hidden!"},
        body=json.dumps(body).encode(),
    )
    with pytest.raises(InvalidArgumentsError) as caught:
        bind(handle, "/{room}", call)
    assert [(fault.where, fault.name, fault.type) for fault in caught.value.faults] == [
        (Source.PATH, "room", "uuid_parsing"),
        (Source.QUERY, "page", "int_parsing"),
        (Source.HEADER, "token", "missing"),
        (Source.COOKIE, "theme", "enum"),
        (Source.BODY, "customer", "string_type"),
        (Source.BODY, "items.1.price", "greater_than"),
    ]
    document = caught.value.problem.to_json()
    assert b"hidden!" not in document
    assert json.loads(document)["detail"] == "The request has 6 values that are not valid."
    assert json.loads(document)["errors"][2] == {
        "where": "header",
        "name": "token",
        "type": "missing",
        "message": "Field required",
    }


def test_faults_read_as_a_sentence() -> None:
    with pytest.raises(InvalidArgumentsError) as caught:
        bind(handler(QueryParam[int]))
    assert str(caught.value) == "query value: Field required"
    assert caught.value.problem.detail == "The request has a value that is not valid."
    assert str(InvalidArgument(Source.BODY, "", "missing", "Field required")) == "body: Field required"


def test_fault_inside_a_repeated_value_is_told_with_its_place() -> None:
    call = Call(query={"value": ["1", "x", "y"]})
    assert refused(handler(QueryParam[list[int]]), call=call) == [
        ("query", "value.1", "int_parsing"),
        ("query", "value.2", "int_parsing"),
    ]


def test_union_tag_is_not_repeated() -> None:
    with pytest.raises(InvalidArgumentsError) as caught:
        bind(handler(PetBody), call=Call(headers=JSON, body=b'{"kind": "hidden!"}'))
    assert caught.value.faults[0].message == "Input tag is none of the expected: 'cat', 'dog'"


def test_body_is_read_as_json() -> None:
    call = Call(headers=JSON, body=b'{"customer": "Ada", "items": [{"name": "pen", "price": 1.5}]}')
    assert bind(handler(Body[Order]), call=call) == {
        "value": Order(customer="Ada", items=[Item(name="pen", price=1.5)])
    }
    assert bind(handler(AnyBody), call=Call(headers=JSON, body=b"[1, null]")) == {"value": [1, None]}
    assert bind(handler(MaybeOrder), call=Call(headers=JSON, body=b"null")) == {"value": None}


def test_plan_tells_whether_it_reads_the_body() -> None:
    assert plan(handler(Body[int])).reads_body
    assert not plan(handler(QueryParam[int])).reads_body


@pytest.mark.parametrize("content", [b"{", b"nope", b"[" * 5000, b"\xff\xfe", b'"\\ud800"', b"1 2"])
def test_body_that_is_no_json_is_refused(content: bytes) -> None:
    assert refused(handler(AnyBody), call=Call(headers=JSON, body=content)) == [("body", "", "json_invalid")]


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-8", "Application/JSON", "application/hal+json"]
)
def test_json_media_types_are_accepted(content_type: str) -> None:
    call = Call(headers={"content-type": content_type}, body=b"1")
    assert bind(handler(Body[int]), call=call) == {"value": 1}


@pytest.mark.parametrize(
    ("headers", "detail"),
    [
        ({}, "The body's media type must be application/json, and the request names none."),
        ({"content-type": "text/plain"}, 'The body\'s media type must be application/json, not "text/plain".'),
        ({"content-type": "text/x+json"}, 'The body\'s media type must be application/json, not "text/x+json".'),
    ],
)
def test_other_media_types_are_answered_with_415(headers: dict[str, str], detail: str) -> None:
    with pytest.raises(ProblemError) as caught:
        bind(handler(Body[int]), call=Call(headers=headers, body=b"1"))
    assert caught.value.status == 415
    assert caught.value.problem.detail == detail
    assert caught.value.headers == {"accept": "application/json"}


def test_bytes_are_the_body_as_it_came() -> None:
    call = Call(headers={"content-type": "image/png"}, body=b"\x89PNG")
    assert bind(handler(Body[bytes]), call=call) == {"value": b"\x89PNG"}
    assert bind(handler(MaybeBytes)) == {"value": None}
    assert refused(handler(Body[bytes])) == [("body", "", "missing")]


def test_number_of_faults_told_is_bounded() -> None:
    call = Call(headers=JSON, body=json.dumps(["x"] * 10_000).encode())
    assert len(refused(handler(Body[list[int]]), call=call)) == 100


def test_names_in_faults_are_bounded() -> None:
    call = Call(headers=JSON, body=json.dumps({"x" * 10_000: "y"}).encode())
    assert len(refused(handler(Body[dict[str, int]]), call=call)[0][1]) == 200


def test_natives_are_handed_in() -> None:
    def handle(self: Any, request: Request[int], same: Request) -> None: ...  # type: ignore[type-arg]  # as people write it

    request: Request[int] = Request()
    natives = plan(handle, natives=(Request,))
    assert not natives.is_empty
    assert natives.bind(Call().connection(), natives={Request: request}) == {"request": request, "same": request}


def test_model_is_bound_from_its_fields_in_the_query() -> None:
    query = {"text": "hi", "tag": ["a", "b"], "other": "x"}
    bound = bind(handler(QueryParam[Filter]), call=Call(query=query))
    assert bound == {"value": Filter(text="hi", tag=["a", "b"])}
    assert refused(handler(QueryParam[Filter]), call=Call(query={"limit": "x"})) == [
        ("query", "text", "missing"),
        ("query", "limit", "int_parsing"),
    ]
    assert refused(handler(QueryParam[Filter])) == [("query", "text", "missing")]
    assert bind(handler(MaybeFilter)) == {"value": None}


def test_model_whose_schema_is_built_late_is_complete_at_start() -> None:
    assert bind(handler(Body[Deferred]), call=Call(headers=JSON, body=b'{"number": 1}')) == {
        "value": Deferred(number=1)
    }


def test_error_inside_a_validator_is_no_fault_of_the_client() -> None:
    def broken(value: int) -> int:
        raise LookupError("the author's own")

    with pytest.raises(LookupError, match="the author's own"):
        bind(handler(QueryParam[Annotated[int, AfterValidator(broken)]]), call=Call(query={"value": "1"}))


def test_type_pydantic_cannot_validate_is_told_at_start() -> None:
    class Socket:
        pass

    class Unfinished(BaseModel):
        other: Nowhere  # type: ignore[name-defined]  # noqa: F821  # what the test is about

    def handle(self: Any, value: Any, other: Any) -> None: ...

    handle.__annotations__.update(value=QueryParam[Socket], other=Body[Unfinished])
    with pytest.raises(DeclarationErrors) as caught:
        plan(handle)
    name = "test_type_pydantic_cannot_validate_is_told_at_start.<locals>"
    messages = [fault.message for fault in caught.value.faults]
    assert messages[0].startswith(
        f'parameter "value" of {name}.handle: pydantic cannot validate "Socket": Unable to generate'
    )
    assert messages[1] == (
        f'parameter "other" of {name}.handle: pydantic cannot validate "Unfinished": '
        "name 'Nowhere' is not defined; define the types that it names before it, or at module level"
    )


@given(st.integers(), st.lists(st.integers()), st.text(st.characters(exclude_categories=["Cs"])))
def test_what_is_sent_is_what_is_bound(number: int, numbers: list[int], text: str) -> None:
    def handle(
        self: Any,
        value: QueryParam[int],
        text: QueryParam[str],
        path: str,
        order: Body[str],
        many: QueryParam[list[int]] = NONE_GIVEN,
    ) -> None: ...

    body = json.dumps(text).encode()
    query = {"value": str(number), "many": [str(item) for item in numbers], "text": text}
    call = Call(path_params={"path": text}, query=query, headers=JSON, body=body)
    assert bind(handle, "/{path}", call) == {
        "value": number,
        "text": text,
        "path": text,
        "order": text,
        "many": numbers,
    }


@given(st.binary(max_size=64), st.text(st.characters(max_codepoint=255), max_size=20))
def test_any_request_is_bound_or_refused(body: bytes, text: str) -> None:
    def handle(
        self: Any,
        number: float,
        page: QueryParam[int],
        since: Header[date | None],
        theme: Cookie[Color | None],
        order: Body[Order],
    ) -> None: ...

    headers = {**JSON, "since": text, "cookie": f"theme={text}"}
    call = Call(path_params={"number": text}, query={"page": text}, headers=headers, body=body)
    try:
        found = bind(handle, "/{number}", call)["order"]
    except InvalidArgumentsError as error:
        found = error.faults
    assert isinstance(found, Order) or 1 <= len(found) <= 100


class Opaque:
    """What pydantic knows nothing of."""


class Shelves:
    def show(self, room: QueryParam[Opaque], page: int) -> None: ...

    def count(self, room: Opaque, page: Opaque) -> None: ...


def faults_of(function: Callable[..., Any], path: str) -> list[DeclarationError]:
    with pytest.raises(DeclarationErrors) as raised:
        ArgumentPlan.of(function, owner=Shelves, template=PathTemplate.parse(path), leading=1)
    return list(raised.value.faults)


def test_what_pydantic_cannot_validate_is_told_together_with_what_breaks_a_rule() -> None:
    assert [fault.code for fault in faults_of(Shelves.show, "/rooms")] == ["pyfly-path", "pyfly-handler"]


def test_a_parameter_that_breaks_a_rule_is_told_once() -> None:
    first, second = faults_of(Shelves.count, "/rooms/{page}")
    assert first.problem == 'path "/rooms/{page}" has no variable for parameter "room"'
    assert second.problem.startswith('parameter "page" of Shelves.count: pydantic cannot validate "Opaque": ')
