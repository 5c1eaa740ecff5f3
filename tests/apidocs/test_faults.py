"""What is told wrongly of endpoints is told in one go, by the documents and by the command that checks."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field

from pyfly.apidocs.documents import document_faults, documents_of
from pyfly.container import rest_controller
from pyfly.metadata import DeclarationErrors
from pyfly.web import Body, QueryParam, get_mapping, operation, post_mapping, request_mapping
from pyfly.web.sse import sse_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping
from tests.apidocs.documents import context_of, openapi_of


class Limit(BaseModel):
    top: float


@rest_controller
class BadController:
    @operation(examples={"x": {"nope": 1}}, security=["bearr"])
    @post_mapping("/limit")
    async def store(self, limit: Body[Limit]) -> int:
        return 1

    @operation(examples={"x": {"nope": 1}})
    @websocket_mapping("/ws/limit")
    async def follow(self, session: WebSocketSession[Limit, Limit]) -> None: ...


def test_all_faults_of_both_documents_are_told_together() -> None:
    with pytest.raises(DeclarationErrors) as caught:
        documents_of(context_of(BadController))
    assert [re.split("[;:]", fault.message)[0] for fault in caught.value.faults] == [
        'BadController.store requires the security scheme "bearr", which ApiInfo does not have',
        'BadController.store has the example "x", which does not fit its type',
        'BadController.follow has the example "x", which is none of its messages',
    ]
    assert [str(fault) for fault in document_faults([context_of(BadController)])] == [
        str(fault) for fault in caught.value.faults
    ]


def test_what_can_be_documented_has_no_faults() -> None:
    class Fine:
        @get_mapping("/fine")
        async def fine(self) -> int:
            return 1

    assert list(document_faults([context_of(rest_controller(Fine))])) == []


def test_an_identifier_that_is_told_twice_is_an_error_at_the_second_place() -> None:
    @rest_controller
    class TwiceController:
        @operation(operation_id="same")
        @get_mapping("/a")
        async def one(self) -> int:
            return 1

        @operation(operation_id="same")
        @get_mapping("/b")
        async def other(self) -> int:
            return 1

    with pytest.raises(DeclarationErrors) as caught:
        openapi_of(TwiceController)
    (fault,) = caught.value.faults
    assert fault.message.startswith('TwiceController.other has the operation_id "same", which TwiceController.one at ')
    assert fault.message.endswith(" has too; give one of them another")
    assert fault.source is not None
    assert f"{fault.source.file}:{fault.source.line - 5}" in fault.message


def test_an_identifier_that_is_inherited_is_told_apart_by_the_controllers() -> None:
    class Base:
        @operation(operation_id="same")
        @get_mapping("")
        async def one(self) -> int:
            return 1

    controllers: list[type] = [
        rest_controller(request_mapping(f"/{name}")(type(f"{name}Controller", (Base,), {}))) for name in ("A", "B")
    ]
    document = openapi_of(*controllers)
    assert sorted(item["get"]["operationId"] for item in document["paths"].values()) == [
        "AController_one",
        "BController_one",
    ]


def test_numbers_in_paths_have_no_sign() -> None:
    @rest_controller
    class NumberController:
        @get_mapping("/{a:int}/{b:float}/{c:int}/{d:int}/{e:int}")
        async def find(
            self,
            a: int,
            b: Annotated[float, Field(ge=-1)],
            c: Annotated[int, Field(gt=4)],
            d: Literal[1, 2],
            page: QueryParam[int] = 0,
        ) -> int:
            return 1

        @sse_mapping("/events")
        async def events(self) -> AsyncIterator[Limit]:
            yield Limit(top=1)

    (_, document) = sorted(openapi_of(NumberController)["paths"].items())
    schemas = {each["name"]: each["schema"] for each in document[1]["get"]["parameters"]}
    assert schemas == {
        "a": {"type": "integer", "minimum": 0},
        "b": {"type": "number", "minimum": 0},
        "c": {"type": "integer", "exclusiveMinimum": 4},
        "d": {"enum": [1, 2], "type": "integer"},
        "e": {"type": "integer", "minimum": 0},
        "page": {"type": "integer", "default": 0},
    }
