"""Sets in defaults and examples are written in one order, whatever order Python has for them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field

from pyfly.apidocs.set_order import in_order
from pyfly.container import rest_controller
from pyfly.web import Body, Header, QueryParam, get_mapping, operation, post_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping
from tests.apidocs.documents import asyncapi_of, openapi_of

COLOURS = ["blue", "green", "lime", "red", "teal"]
DEFAULT = set(COLOURS)
SET: dict[str, Any] = {"type": "array", "items": {"type": "string"}, "uniqueItems": True}
PREFIX = "#/components/schemas/"


class Palette(BaseModel):
    name: str = "mine"
    colours: set[str] = set(COLOURS)


class Sets(BaseModel):
    tags: frozenset[str] = Field(frozenset(COLOURS), examples=[set(COLOURS)])
    pairs: set[frozenset[str]] = {frozenset(COLOURS), frozenset(COLOURS[:2]), frozenset()}
    named: dict[str, set[str]] = {"all": set(COLOURS)}
    palette: Palette = Palette()
    anything: Any = {"deep": [set(COLOURS)]}
    either: set[str] | None = Field(None, examples=[{"some": 1}.keys() | set(COLOURS)])


class Filter(BaseModel):
    """A query model, whose defaults are told in words."""

    tags: set[str] = set()
    limit: int = Field(default=20, title="Most", examples=[5])
    since: float = Field(default_factory=time.time)
    cursor: Any = None


class Limits(BaseModel):
    """A second one with a value of the same name."""

    limit: int = Field(default=20, title="Most", examples=[5])


FILTER = Filter(tags=set(COLOURS), cursor=object())


@rest_controller
class SetsController:
    @get_mapping("/f")
    async def filtered(self, chosen: QueryParam[Filter] = FILTER, limits: QueryParam[Limits] = Limits()) -> None: ...  # noqa: B008

    @get_mapping("/q")
    async def find(
        self,
        tags: QueryParam[set[str]] = DEFAULT,
        marks: QueryParam[Annotated[frozenset[str], Field(examples=[frozenset(COLOURS)])]] = frozenset(COLOURS),
        header: Header[Annotated[set[str] | None, Field(examples=[set(COLOURS)])]] = None,
    ) -> Palette:
        raise NotImplementedError

    @operation(examples={"mine": Palette(), "plain": {"colours": set(COLOURS)}})
    @post_mapping("/s")
    async def store(self, sets: Body[Palette]) -> Sets:
        raise NotImplementedError

    @operation(examples={"mine": Palette(), "plain": {"colours": set(COLOURS)}})
    @websocket_mapping("/w")
    async def talk(self, session: WebSocketSession[Palette, Sets], tags: QueryParam[set[str]] = DEFAULT) -> None: ...


def test_defaults_and_examples_of_fields_are_in_order() -> None:
    for document in (openapi_of(SetsController), asyncapi_of(SetsController)):
        fields = document["components"]["schemas"]["Sets"]["properties"]
        assert fields["tags"]["default"] == COLOURS
        assert fields["tags"]["examples"] == [COLOURS]
        assert fields["pairs"]["default"] == [COLOURS, COLOURS[:2], []]
        assert fields["named"]["default"] == {"all": COLOURS}
        assert fields["palette"]["default"] == {"name": "mine", "colours": COLOURS}
        assert fields["anything"]["default"] == {"deep": [COLOURS]}
        assert fields["either"]["examples"] == [["blue", "green", "lime", "red", "some", "teal"]]


def test_defaults_and_examples_of_parameters_are_in_order() -> None:
    schemas = [each["schema"] for each in openapi_of(SetsController)["paths"]["/q"]["get"]["parameters"]]
    assert [schema.get("default") for schema in schemas] == [COLOURS, COLOURS, None]
    assert [schema.get("examples") for schema in schemas] == [None, [COLOURS], [COLOURS]]
    channel = next(iter(asyncapi_of(SetsController)["channels"].values()))
    assert channel["bindings"]["ws"]["query"]["properties"]["tags"]["default"] == COLOURS


def test_defaults_of_query_models_are_in_order_and_without_what_each_process_makes_anew() -> None:
    parameters = openapi_of(SetsController)["paths"]["/f"]["get"]["parameters"]
    told = {each["name"]: each.get("description") for each in parameters}
    others = "where none of `tags`, `limit` is given."
    assert told == {
        "tags": f'`["blue","green","lime","red","teal"]` {others}',
        "limit": None,
        "since": None,
        "cursor": None,
    }
    (limit,) = (each["schema"] for each in parameters if each["name"] == "limit")
    assert list(limit) == ["type", "default", "examples", "title"]


def test_examples_of_operations_are_in_order() -> None:
    body = openapi_of(SetsController)["paths"]["/s"]["post"]["requestBody"]["content"]["application/json"]
    assert [body["examples"][name]["value"]["colours"] for name in ("mine", "plain")] == [COLOURS, COLOURS]
    messages = asyncapi_of(SetsController)["components"]["messages"]
    assert [each["payload"]["colours"] for each in messages["Palette"]["examples"]] == [COLOURS, COLOURS]


def test_documents_are_the_same_in_every_process() -> None:
    script = (
        "import json; from tests.apidocs.test_set_order import SetsController; "
        "from tests.apidocs.documents import asyncapi_of, openapi_of; "
        "print(json.dumps([openapi_of(SetsController), asyncapi_of(SetsController)]))"
    )
    written = {
        subprocess.run(
            [sys.executable, "-c", script], env={**os.environ, "PYTHONHASHSEED": seed}, check=True, capture_output=True
        ).stdout
        for seed in ("0", "1")
    }
    [both] = written
    assert len(json.loads(both)) == 2


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        (SET, ["b", "a"], ["a", "b"]),
        ({"type": "array", "items": SET}, [["b", "a"], []], [["b", "a"][::-1], []]),
        ({"type": "array", "items": {"type": "string"}}, ["b", "a"], ["b", "a"]),
        ({"anyOf": [SET, {"type": "null"}]}, ["b", "a"], ["a", "b"]),
        ({"$ref": f"{PREFIX}Set"}, ["b", "a"], ["a", "b"]),
        ({"type": "array", "prefixItems": [{"type": "integer"}, SET]}, [1, ["b", "a"]], [1, ["a", "b"]]),
        (
            {"type": "object", "properties": {"x": SET}},
            {"x": ["b", "a"], "y": ["b", "a"]},
            {"x": ["a", "b"], "y": ["b", "a"]},
        ),
        ({"type": "object", "additionalProperties": SET}, {"x": ["b", "a"]}, {"x": ["a", "b"]}),
        (True, ({"b", "a"}, 1), [["a", "b"], 1]),
        (SET, [10, 9, "x", None], ["x", 10, 9, None]),
        (SET, "text", "text"),
    ],
)
def test_what_the_schema_calls_a_set_is_sorted_by_its_json_text(schema: Any, value: Any, expected: Any) -> None:
    assert in_order(value, schema, {"Set": SET}, PREFIX) == expected
