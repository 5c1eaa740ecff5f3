"""Examples that models, fields and parameters have themselves."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Generic, NamedTuple, Never, NotRequired, TypeVar

import pytest
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer, computed_field
from typing_extensions import TypedDict

from pyfly.apidocs.documents import document_faults
from pyfly.container import rest_controller
from pyfly.metadata import DeclarationErrors
from pyfly.web import Body, Header, QueryParam, get_mapping, operation, post_mapping
from pyfly.web.sse import sse_mapping
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


Cents = Annotated[int, PlainSerializer(lambda cents: f"{cents} ct", return_type=str)]


class Price(BaseModel):
    amount: Cents = Field(examples=["5 ct", 5])


def test_an_example_that_only_the_other_direction_has_is_left_out() -> None:
    @rest_controller
    class PriceController:
        @post_mapping("/prices")
        def place(
            self, price: Body[Price], more: QueryParam[Annotated[Cents, Field(examples=["1 ct", 1])]]
        ) -> None: ...

        @websocket_mapping("/prices")
        async def watch(self, session: WebSocketSession[str, Price]) -> None: ...

    assert faults_of(PriceController) == []
    assert openapi_of(PriceController)["components"]["schemas"]["Price"]["properties"]["amount"]["examples"] == [5]
    asyncapi = asyncapi_of(PriceController)
    assert asyncapi["components"]["schemas"]["Price"]["properties"]["amount"]["examples"] == ["5 ct"]


Beside = Annotated[Price, Field(examples=[{"amount": 5}, {"nope": 1}])]


def test_an_example_beside_a_reference_is_held_against_it() -> None:
    @rest_controller
    class PriceController:
        @post_mapping("/prices")
        def place(self, price: Body[Beside]) -> Beside:
            return price

        @websocket_mapping("/prices")
        async def watch(self, session: WebSocketSession[Beside, Beside]) -> None: ...

    faults = faults_of(PriceController)
    assert [fault.partition(" has the example ")[2].partition(",")[0] for fault in faults] == [
        "{'nope': 1} of its body",
        "{'nope': 1} of its answer",
        "{'nope': 1} of what clients send",
        "{'nope': 1} of what clients receive",
    ]


def known_zone(name: str) -> str:
    return {"Berlin": "Europe/Berlin"}[name]  # a KeyError is no refusal to pydantic


class Meeting(BaseModel):
    zone: Annotated[str, AfterValidator(known_zone)]


class Named(BaseModel):
    zone: Annotated[str, AfterValidator(known_zone)] = Field(examples=["Paris"])


def test_no_example_is_made_up_where_validators_fail_on_it_and_given_ones_stand() -> None:
    @rest_controller
    class MeetingController:
        @post_mapping("/meetings")
        def place(self, meeting: Body[Meeting]) -> None: ...

        @post_mapping("/named")
        def name(self, meeting: Body[Named]) -> None: ...

        @operation(examples={"paris": {"zone": "Paris"}})
        @websocket_mapping("/meetings")
        async def plan(self, session: WebSocketSession[Meeting, str]) -> None: ...

        @websocket_mapping("/named")
        async def other(self, session: WebSocketSession[Named, str]) -> None: ...

    assert faults_of(MeetingController) == []
    schemas = openapi_of(MeetingController)["components"]["schemas"]
    assert schemas["Named"]["properties"]["zone"]["examples"] == ["Paris"]
    messages = asyncapi_of(MeetingController)["components"]["messages"]
    assert messages["Meeting"]["examples"] == [{"name": "paris", "payload": {"zone": "Paris"}}]
    assert "examples" not in messages["Named"]


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


Bad = Annotated[int, Field(ge=1, examples=["x", 2])]


class Parts(TypedDict):
    parts: NotRequired[list[Bad]]


class Point(NamedTuple):
    x: int
    y: Annotated[float, Field(ge=0)] = -1.0


class Holder(BaseModel):
    model_config = ConfigDict(json_schema_extra={"example": {"by_key": 1}})

    by_key: dict[str, Bad] = {}
    several: tuple[Bad, int] = (1, 2)
    maybe: Bad | None = None
    inner: dict[str, list[Bad]] = {}
    single: int = Field(default=1, json_schema_extra={"example": "one"})


def test_examples_inside_of_other_types_are_held_against_theirs() -> None:
    @rest_controller
    class HolderController:
        @post_mapping("/parts")
        async def store(self, parts: Body[Parts]) -> list[Bad]: ...  # type: ignore[empty-body]  # never called

        @operation(responses={404: Bad})
        @post_mapping("/one")
        async def one(self, one: Body[Bad], several: QueryParam[list[Bad]]) -> Holder: ...  # type: ignore[empty-body]

        @websocket_mapping("/talk")
        async def talk(self, session: WebSocketSession[list[Bad], Never]) -> None: ...

        @sse_mapping("/events")
        async def events(self) -> AsyncIterator[list[Bad]]:
            yield []

    told = [
        fault.partition(": ")[2].partition(", which does not fit its type: ")[0]
        for fault in faults_of(HolderController)
    ]
    assert sorted(told) == [
        "Holder has the example {'by_key': 1}",
        "Holder.by_key.* has the example 'x'",
        "Holder.inner.*[] has the example 'x'",
        "Holder.maybe has the example 'x'",
        "Holder.several[] has the example 'x'",
        "Holder.single has the example 'one'",
        "HolderController.events has the example 'x' of its answer at \"[]\"",
        'HolderController.one has the example \'x\' of "several" at "[]"',
        "HolderController.one has the example 'x' of its answer 404",
        "HolderController.one has the example 'x' of its body",
        "HolderController.store has the example 'x' of its answer at \"[]\"",
        "HolderController.talk has the example 'x' of what clients send at \"[]\"",
        "Parts.parts[] has the example 'x'",
    ]


def test_an_example_of_a_type_stands_where_it_fits() -> None:
    price = Annotated[Decimal, Field(examples=[1.5, "1.5"])]

    async def store(self: Any, prices: Any) -> Any: ...

    store.__annotations__ = {"prices": Body[list[price]], "return": list[price]}
    controller: type = rest_controller(type("PriceController", (), {"store": post_mapping("/prices")(store)}))
    found = openapi_of(controller)["paths"]["/prices"]["post"]
    body, answer = found["requestBody"], found["responses"]["200"]
    examples = [each["content"]["application/json"]["schema"]["items"]["examples"] for each in (body, answer)]
    assert examples == [[1.5, "1.5"], ["1.5"]]


def test_a_default_inside_of_a_tuple_stands_where_it_fits() -> None:
    @rest_controller
    class PointController:
        @post_mapping("/points")
        async def store(self, point: Body[Point]) -> None: ...

    assert openapi_of(PointController)["components"]["schemas"]["Point"]["prefixItems"][1] == {
        "type": "number",
        "minimum": 0,
        "description": "`-1.0` by default, which is no value to send.",
        "x-pyfly-default": -1.0,
    }


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
            "x-pyfly-default": 0,
        },
        "day": {
            "type": "string",
            "format": "date",
            "description": 'Of the birth.\n\n`"2026"` by default, which is no value to send.',
            "x-pyfly-default": "2026",
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
        (QueryParam[Annotated[int, Field(ge=1)]], 0, {"type": "integer", "minimum": 1, "x-pyfly-default": 0}, "`0`"),
        (
            Header[Annotated[str, Field(pattern="^a")]],
            "b",
            {"type": "string", "pattern": "^a", "x-pyfly-default": "b"},
            '`"b"`',
        ),
        (
            QueryParam[Annotated[set[int], Field(min_length=1)]],
            set(),
            {
                "type": "array",
                "items": {"type": "integer"},
                "minItems": 1,
                "uniqueItems": True,
                "x-pyfly-default": [],
            },
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
