"""Examples that models, fields and parameters have themselves."""

from __future__ import annotations

import inspect
from datetime import date
from typing import Annotated, Any, Generic, Never, TypeVar

import pytest
from pydantic import BaseModel, ConfigDict, Field, computed_field

from pyfly.apidocs.documents import document_faults
from pyfly.container import rest_controller
from pyfly.metadata import DeclarationErrors
from pyfly.web import Body, Header, QueryParam, get_mapping, post_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping
from tests.apidocs.documents import asyncapi_of, context_of, openapi_of

T = TypeVar("T")


class Total(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"amount": 1}, {"amount": 1, "text": "1"}]},
    )

    amount: int = Field(examples=[1, 2])

    @computed_field  # type: ignore[prop-decorator]  # pydantic's way
    @property
    def text(self) -> str:
        return str(self.amount)


class Wrong(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"many": 1}, {"number": 1}]})

    number: int = Field(alias="many", ge=1, examples=["few", 0, 5])


class Page(BaseModel, Generic[T]):
    items: list[T] = Field(examples=["none"])


class Single(BaseModel):
    model_config = ConfigDict(json_schema_extra={"example": {"number": 5}})

    number: int


def faults_of(*controllers: type) -> list[str]:
    return [str(fault) for fault in document_faults([context_of(*controllers)])]


def test_an_example_stands_where_it_fits() -> None:
    @rest_controller
    class TotalController:
        @post_mapping("/totals")
        async def store(self, total: Body[Total]) -> Total:
            return total

    schemas = openapi_of(TotalController)["components"]["schemas"]
    assert schemas["Total-Input"]["examples"] == [{"amount": 1}]
    assert schemas["Total-Output"]["examples"] == [{"amount": 1, "text": "1"}]
    assert schemas["Total-Input"]["properties"]["amount"]["examples"] == [1, 2]


def test_an_example_that_fits_nowhere_is_an_error_at_its_class() -> None:
    @rest_controller
    class WrongController:
        @post_mapping("/wrong")
        async def store(self, wrong: Body[Wrong]) -> Page[Wrong]:
            raise NotImplementedError

    page, wrong = (f"{__file__}:{inspect.getsourcelines(cls)[1]}: " for cls in (Page, Wrong))
    told = [
        f"{page}Page_Wrong.items has the example 'none', which does not fit its type: input should be a valid list, "
        'got "none"',
        f"{wrong}Wrong has the example {{'number': 1}}, which does not fit its type: at \"many\" field required",
        f"{wrong}Wrong.many has the example 'few', which does not fit its type: input should be a valid integer, "
        'got "few"',
        f"{wrong}Wrong.many has the example 0, which does not fit its type: "
        "input should be greater than or equal to 1, got 0",
    ]
    assert faults_of(WrongController) == [f"{text}; write it as it is in JSON" for text in told]


@pytest.mark.parametrize(
    ("hint", "fault"),
    [
        (QueryParam[Annotated[int, Field(examples=[1, "x"])]], "'x' of \"value\", which does not fit its type: "),
        (QueryParam[Annotated[int, Field(examples=["1"])]], "'1' of \"value\", which does not fit its type: "),
        (QueryParam[Annotated[list[int], Field(examples=[[1], ["x"]])]], "['x'] of \"value\", which does not fit "),
        (Header[Annotated[bool, Field(examples=[True, 3])]], '3 of "value", which does not fit its type: '),
        (QueryParam[Annotated[str, Field(examples=["x"])]], ""),
    ],
)
def test_an_example_of_a_parameter_is_held_against_what_the_server_takes(hint: Any, fault: str) -> None:
    async def find(self: Any, value: Any) -> int:
        return 1

    async def talk(self: Any, session: WebSocketSession[Never, str], value: Any) -> None: ...

    find.__annotations__["value"] = talk.__annotations__["value"] = hint
    members = {"find": get_mapping("/found")(find), "talk": websocket_mapping("/talked")(talk)}
    controller: type = rest_controller(type("ValueController", (), members))
    if not fault:
        assert openapi_of(controller)["paths"]
        assert asyncapi_of(controller)["channels"]
        return
    for name, write in (("find", openapi_of), ("talk", asyncapi_of)):
        with pytest.raises(DeclarationErrors) as caught:
            write(controller)
        [found] = caught.value.faults
        assert f"ValueController.{name} has the example {fault}" in found.message
        assert found.source is not None
        assert found.source.file == __file__


def test_a_single_example_of_a_model_is_that_of_its_message() -> None:
    @rest_controller
    class SingleController:
        @websocket_mapping("/single")
        async def talk(self, session: WebSocketSession[Single, Never]) -> None: ...

    message = asyncapi_of(SingleController)["components"]["messages"]["Single"]
    assert message["examples"] == [{"name": "example1", "payload": {"number": 5}}]


class Amounts(BaseModel):
    number: int = Field(default=0, ge=1, alias="many")
    day: date = Field("2026", description="Of the birth.")  # type: ignore[assignment]  # as some write it
    fine: int = Field(default=1, ge=1)
    name: str = Field(None, description="Of the owner.")  # type: ignore[assignment]  # as some write it
    shown: str | None = None


class Written(BaseModel):
    model_config = ConfigDict(extra="forbid")

    total: Total = Total(amount=1)


def test_a_default_that_does_not_fit_is_told_in_words() -> None:
    @rest_controller
    class AmountController:
        @post_mapping("/amounts")
        async def store(self, amounts: Body[Amounts]) -> None: ...

        @websocket_mapping("/amounts/live")
        async def talk(self, session: WebSocketSession[Amounts, Amounts]) -> None: ...

    assert faults_of(AmountController) == []
    assert openapi_of(AmountController)["components"]["schemas"]["Amounts"]["properties"] == {
        "many": {
            "type": "integer",
            "minimum": 1,
            "description": "`0` by default, which is no value to send.",
        },
        "day": {
            "type": "string",
            "format": "date",
            "description": 'Of the birth.\n\n`"2026"` by default, which is no value to send.',
        },
        "fine": {"type": "integer", "minimum": 1, "default": 1},
        "name": {"type": "string", "description": "Of the owner."},
        "shown": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
    }


def test_a_default_stands_where_it_fits() -> None:
    @rest_controller
    class WrittenController:
        @post_mapping("/written")
        async def store(self, written: Body[Written]) -> Written:
            return written

    schemas = openapi_of(WrittenController)["components"]["schemas"]
    assert schemas["Written-Output"]["properties"]["total"]["default"] == {"amount": 1, "text": "1"}
    assert "default" not in schemas["Written-Input"]["properties"]["total"]


@pytest.mark.parametrize(
    ("hint", "default", "schema", "told"),
    [
        (QueryParam[Annotated[int, Field(ge=1)]], 0, {"type": "integer", "minimum": 1}, "`0`"),
        (Header[Annotated[str, Field(pattern="^a")]], "b", {"type": "string", "pattern": "^a"}, '`"b"`'),
        (
            QueryParam[Annotated[set[int], Field(min_length=1)]],
            set(),
            {"type": "array", "items": {"type": "integer"}, "minItems": 1, "uniqueItems": True},
            "`[]`",
        ),
        (
            QueryParam[Annotated[date, Field(title="Day")]],
            date(2026, 1, 31),
            {"type": "string", "format": "date", "title": "Day", "default": "2026-01-31"},
            None,
        ),
        (QueryParam[Annotated[float, Field(le=1)]], float("inf"), {"type": "number", "maximum": 1}, None),
    ],
)
def test_a_default_of_a_parameter_is_held_against_its_type(
    hint: Any, default: Any, schema: dict[str, Any], told: str | None
) -> None:
    async def find(self: Any, value: Any = default) -> int:
        return 1

    find.__annotations__["value"] = hint
    controller: type = rest_controller(type("ValueController", (), {"find": get_mapping("/found")(find)}))
    assert faults_of(controller) == []
    (parameter,) = openapi_of(controller)["paths"]["/found"]["get"]["parameters"]
    assert parameter["schema"] == schema
    assert parameter.get("description") == (told and f"{told} by default, which is no value to send.")
