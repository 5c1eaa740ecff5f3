"""Values of a request that several parameters read: each is told once, as all of them want it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from pydantic import BaseModel, Field
from starlette.testclient import TestClient

from pyfly.application import create_app
from pyfly.container import rest_controller
from pyfly.metadata import DeclarationErrors
from pyfly.web import Cookie, FromCookie, FromHeader, FromQuery, Header, QueryParam, get_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping
from tests.apidocs.documents import asyncapi_of, openapi_of


class Page(BaseModel):
    limit: Annotated[int, Field(le=100)] = 20
    """How many."""


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (int, int, {"type": "integer"}),
        (int, str, {"type": "integer"}),
        (str, int, {"type": "integer"}),
        (Any, int, {"type": "integer"}),
        (list[int], list[int], {"type": "array", "items": {"type": "integer"}}),
        (list[str], int, {"type": "array", "items": {"type": "integer"}}),
        (int, list[str], {"type": "array", "items": {"type": "integer"}}),
        (
            Annotated[int, Field(ge=1)],
            Annotated[int, Field(le=9)],
            {"type": "integer", "minimum": 1, "maximum": 9},
        ),
        (
            Annotated[int, Field(ge=1)],
            Annotated[int, Field(ge=2)],
            {"allOf": [{"type": "integer", "minimum": 1}, {"type": "integer", "minimum": 2}]},
        ),
        (int, float, {"allOf": [{"type": "integer"}, {"type": "number"}]}),
        (
            Literal["a", "b"],
            Annotated[str, Field(max_length=1)],
            {"enum": ["a", "b"], "type": "string", "maxLength": 1},
        ),
    ],
)
def test_two_parameters_of_one_name_are_one_that_fits_both(one: Any, other: Any, expected: Any) -> None:
    async def read(self: Any, x: Any, y: Any) -> None: ...

    read.__annotations__ |= {"x": Annotated[one, FromQuery("q")], "y": Annotated[other, FromQuery("q")]}

    @rest_controller
    class SharingController:
        a = get_mapping("/a")(read)

    document = openapi_of(SharingController)
    OpenAPIV31SpecValidator(document).validate()
    parameters = document["paths"]["/a"]["get"]["parameters"]
    assert parameters == [{"name": "q", "in": "query", "required": True, "schema": expected}]


def test_need_default_and_descriptions_are_those_of_both() -> None:
    @rest_controller
    class SharingController:
        @get_mapping("/model")
        async def model(self, page: QueryParam[Page], limit: QueryParam[int] = 20) -> None:
            """Model.

            Args:
                limit: At most.
            """

        @get_mapping("/other")
        async def other(self, page: QueryParam[Page], limit: QueryParam[int] = 1) -> None: ...

        @get_mapping("/needed")
        async def needed(self, page: QueryParam[Page], limit: QueryParam[int]) -> None: ...

        @get_mapping("/headers")
        async def headers(self, x_y: Header[int] = 1, z: Annotated[str, FromHeader("X-Y")] = "") -> None: ...

        @get_mapping("/apart")
        async def apart(
            self, limit: Header[int], other: Annotated[str, FromCookie("limit")], q: QueryParam[int]
        ) -> None: ...

    paths = openapi_of(SharingController)["paths"]
    bounded = {"type": "integer", "maximum": 100}
    assert paths["/model"]["get"]["parameters"] == [
        {"name": "limit", "in": "query", "description": "At most.", "schema": {**bounded, "default": 20}}
    ]
    assert paths["/other"]["get"]["parameters"] == [{"name": "limit", "in": "query", "schema": bounded}]
    assert paths["/needed"]["get"]["parameters"] == [
        {"name": "limit", "in": "query", "required": True, "schema": bounded}
    ]
    assert paths["/headers"]["get"]["parameters"] == [{"name": "x-y", "in": "header", "schema": {"type": "integer"}}]
    assert [each["in"] for each in paths["/apart"]["get"]["parameters"]] == ["header", "cookie", "query"]


def test_text_that_fits_several_types_is_told_as_the_most_particular() -> None:
    @rest_controller
    class SharingController:
        @get_mapping("/bool")
        async def bool_(self, q: QueryParam[bool], x: Annotated[int, FromQuery("q")]) -> None: ...

        @get_mapping("/text")
        async def text(
            self, q: QueryParam[Annotated[str, Field(max_length=5)]], x: Annotated[float, FromQuery("q")]
        ) -> None: ...

        @get_mapping("/named")
        async def named(self, q: QueryParam[int], x: Annotated[Literal["1", "2"], FromQuery("q")]) -> None: ...

    paths = openapi_of(SharingController)["paths"]
    schemas = {path: paths[path]["get"]["parameters"][0]["schema"] for path in paths}
    assert schemas == {
        "/bool": {"type": "integer"},
        "/text": {"type": "number"},
        "/named": {"type": "string", "enum": ["1", "2"]},
    }


def test_a_handshake_has_each_value_once() -> None:
    @rest_controller
    class SharingController:
        @websocket_mapping("/w")
        async def w(
            self,
            session: WebSocketSession[str, str],
            x: Annotated[str, FromQuery("q")],
            y: Annotated[int, FromQuery("q")] = 1,
        ) -> None: ...

    (channel,) = asyncapi_of(SharingController)["channels"].values()
    assert channel["bindings"]["ws"]["query"] == {
        "type": "object",
        "properties": {"q": {"type": "integer"}},
        "required": ["q"],
    }


@pytest.mark.parametrize(("make", "path"), [(openapi_of, "/a"), (asyncapi_of, "/w")])
def test_a_value_that_can_never_fit_both_is_an_error_that_names_them(make: Any, path: str) -> None:
    @rest_controller
    class ClashingController:
        @get_mapping("/a")
        async def a(
            self, kind: QueryParam[Literal["a", "b"]], other: Annotated[Literal["c"], FromQuery("kind")]
        ) -> None: ...

        @websocket_mapping("/w")
        async def w(
            self,
            session: WebSocketSession[str, str],
            one: Cookie[Literal[1, 2]],
            two: Annotated[Literal["3"], FromCookie("one")],
        ) -> None: ...

    with pytest.raises(DeclarationErrors) as caught:
        make(ClashingController)
    (fault,) = caught.value.faults
    name, value = {
        "/a": ("a", 'the query parameter "kind" into "kind" and into "other"'),
        "/w": ("w", 'the cookie "one" into "one" and into "two"'),
    }[path]
    place, _, text = str(fault).partition(": ")
    assert place.startswith(f"{__file__}:")
    assert text == (
        f"ClashingController.{name} reads {value}, whose types have no value in common; "
        "read it once, or give one of them another name"
    )


def test_the_server_gives_a_shared_value_to_each() -> None:
    @rest_controller
    class SharingController:
        @get_mapping("/a")
        async def a(self, page: QueryParam[Page], limit: QueryParam[int] = 1) -> list[int]:
            return [page.limit, limit]

    with TestClient(create_app(SharingController)) as client:
        assert client.get("/a?limit=3").json() == [3, 3]
