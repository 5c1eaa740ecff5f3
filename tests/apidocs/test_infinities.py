"""Infinities and NaN, which floats have and JSON has not: documents stay JSON that any parser reads."""

from __future__ import annotations

import enum
import json
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field
from starlette.applications import Starlette
from starlette.testclient import TestClient

from pyfly.apidocs.adapters.routes import DocsRegistrar
from pyfly.apidocs.infinities import holds_infinity, without_infinities
from pyfly.apidocs.site import document_text
from pyfly.container import rest_controller
from pyfly.metadata import DeclarationErrors
from pyfly.web import ApiResponse, Body, QueryParam, get_mapping, operation, post_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping
from tests.apidocs.documents import asyncapi_of, context_of, openapi_of

INFINITY = float("inf")
NAN = float("nan")


class Size(enum.Enum):
    ANY = INFINITY
    ONE = 1.0


class Limit(BaseModel):
    top: float = INFINITY
    low: float = Field(default=0.5, le=INFINITY, examples=[NAN, 1.5])
    size: Size = Size.ONE


class Limits(BaseModel):
    every: dict[str, float] = {"a": NAN}
    limit: Limit = Limit()


@rest_controller
class LimitController:
    @post_mapping("/limits")
    async def store(self, limits: Body[Limits]) -> Limits:
        return limits

    @get_mapping("/limits")
    async def find(
        self, top: QueryParam[float] = INFINITY, low: QueryParam[Annotated[float, Field(ge=-INFINITY)]] = 0.5
    ) -> int:
        return 1

    @websocket_mapping("/ws/limits")
    async def follow(self, session: WebSocketSession[Limits, Limit]) -> None: ...


@pytest.mark.parametrize("value", [INFINITY, -INFINITY, NAN, {"a": [{"b": NAN}]}, [1, INFINITY]])
def test_infinity_is_found_wherever_it_is(value: Any) -> None:
    assert holds_infinity(value)


@pytest.mark.parametrize("value", [1.5, "Infinity", None, {"a": [{"b": 1}]}, {(1, 2): object()}])
def test_other_values_hold_none(value: Any) -> None:
    assert not holds_infinity(value)


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "number", "maximum": INFINITY, "minimum": 1.5}, {"type": "number", "minimum": 1.5}),
        ({"enum": [NAN, 1.0], "examples": [INFINITY]}, {"enum": [1.0]}),
        ({"const": INFINITY, "default": {"a": NAN}}, {}),
        ({"const": 2, "default": {"a": 1}}, {"const": 2, "default": {"a": 1}}),
        ({"anyOf": [{"maximum": INFINITY}, {"type": "null"}]}, {"anyOf": [{}, {"type": "null"}]}),
        ({"properties": {"default": {"maximum": NAN}}}, {"properties": {"default": {}}}),
        (True, True),
    ],
)
def test_what_json_cannot_write_is_left_out(schema: Any, expected: Any) -> None:
    assert without_infinities(schema) == expected


def test_openapi_document_leaves_them_out() -> None:
    document = openapi_of(LimitController)
    limit = document["components"]["schemas"]["Limit"]["properties"]
    assert limit["top"] == {"type": "number"}
    assert limit["low"] == {"default": 0.5, "examples": [1.5], "type": "number"}
    assert document["components"]["schemas"]["Size"]["enum"] == [1.0]
    for name in ("every", "limit"):
        assert "default" not in document["components"]["schemas"]["Limits"]["properties"][name]
    top, low = document["paths"]["/limits"]["get"]["parameters"]
    assert top["schema"] == {"type": "number"}
    assert low["schema"] == {"type": "number", "default": 0.5}


def test_asyncapi_document_leaves_them_out() -> None:
    document = asyncapi_of(LimitController)
    (example,) = document["components"]["messages"]["Limit"]["examples"]
    assert example["payload"]["top"] == 0.5


def test_served_and_written_documents_are_strict() -> None:
    client = TestClient(Starlette(routes=[*DocsRegistrar().collect_routes(context_of(LimitController))]))
    for name in ("openapi", "asyncapi"):
        answer = client.get(f"/docs/{name}.json")
        assert answer.status_code == 200
        json.loads(answer.text, parse_constant=pytest.fail)
    with pytest.raises(ValueError, match="not JSON compliant"):
        document_text({"info": NAN})


def test_an_example_that_json_cannot_hold_does_not_fit() -> None:
    @rest_controller
    class TooMuchController:
        @operation(examples={"all": {"top": INFINITY}})
        @post_mapping("/limit")
        async def store(self, limit: Body[Limit]) -> None: ...

    with pytest.raises(DeclarationErrors, match='has the example "all", which does not fit its type'):
        openapi_of(TooMuchController)


def test_an_example_of_an_answer_without_a_type_is_written_as_it_is_sent() -> None:
    @rest_controller
    class AnyController:
        @operation(responses={200: ApiResponse(examples={"all": {"top": INFINITY}})})
        @get_mapping("/any")
        async def find(self) -> dict[str, Any]:
            return {"top": INFINITY}

    content = openapi_of(AnyController)["paths"]["/any"]["get"]["responses"]["200"]["content"]
    assert content["application/json"]["examples"]["all"]["value"] == {"top": None}
