"""The table of schemas: what is defined, under which names, and what stands in for what has no schema."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Annotated, Any, Generic, Literal, TypeVar

import pytest
from pydantic import BaseModel, Field, computed_field, create_model

from pyfly.apidocs.schemas import SchemaTable

T = TypeVar("T")
U = TypeVar("U")


class Item(BaseModel):
    name: str


class Page(BaseModel, Generic[T]):
    items: list[T]


class Pair(BaseModel, Generic[T, U]):
    one: T
    other: U


@dataclass
class Box(Generic[T]):
    content: T


# Their arguments are made at run time, which type checkers do not follow.
PAGE: Any = Page
PAIR: Any = Pair
BOX: Any = Box
LIST: Any = list
ANNOTATED: Any = Annotated


class Node(BaseModel):
    name: str
    parent: Node | None = None


class Forest(BaseModel):
    kind: Literal["forest"]
    trees: list[Node]
    next: Annotated[Forest | Lake, Field(discriminator="kind")] | None = None


class Lake(BaseModel):
    kind: Literal["lake"]
    discriminator: str = ""


class Team(BaseModel):
    people: list[Person]
    parts: list[Team]


class Person(BaseModel):
    name: str

    @computed_field  # type: ignore[prop-decorator]  # pydantic's way
    @property
    def initial(self) -> str:
        return self.name[:1]


class Defaults(BaseModel):
    number: float = 1.5
    endless: float = float("inf")
    day: date = date(2026, 1, 31)
    names: list[str] = []
    known: dict[str, int] = {"a": 1}
    nothing: str | None = None


class Odd(BaseModel):
    function: Callable[[], int]
    number: int


class Unhashable:
    __hash__ = None  # type: ignore[assignment]  # as a list in metadata


def table_of(*uses: tuple[Any, Any]) -> tuple[SchemaTable, list[dict[str, Any]]]:
    table = SchemaTable()
    found = [table.use(annotation, mode) for annotation, mode in uses]
    table.generate()
    return table, [use.schema() for use in found if use is not None]


def test_a_model_is_defined_once_and_referred_to() -> None:
    table, schemas = table_of((Item, "validation"), (list[Item], "serialization"), (Item, "validation"))
    assert schemas == [
        {"$ref": "#/components/schemas/Item"},
        {"type": "array", "items": {"$ref": "#/components/schemas/Item"}},
        {"$ref": "#/components/schemas/Item"},
    ]
    assert table.components() == {
        "Item": {
            "type": "object",
            "properties": {"name": {"type": "string"}},
            "required": ["name"],
            "title": "Item",
        }
    }


def test_only_what_is_used_is_among_the_components() -> None:
    table = SchemaTable()
    use, other = table.use(Item, "validation"), table.use(Person, "validation")
    table.generate()
    assert use is not None
    assert other is not None
    use.schema()
    assert other.definition()["title"] == "Person"
    assert list(table.components()) == ["Item"]


def test_generic_models_have_readable_names() -> None:
    table, _ = table_of((Page[Item], "validation"), (Page[int], "validation"))
    assert list(table.components()) == ["Item", "Page_Item", "Page_int"]


def test_what_is_accepted_and_what_is_sent_is_told_apart_where_it_differs() -> None:
    table, schemas = table_of((Person, "validation"), (Person, "serialization"))
    assert [schema["$ref"].rpartition("/")[2] for schema in schemas] == ["Person-Input", "Person-Output"]
    assert list(table.components()) == ["Person-Input", "Person-Output"]


def test_a_model_that_refers_to_itself_is_defined_once_where_it_does_not_differ() -> None:
    table, schemas = table_of(*((model, mode) for model in (Forest, Team) for mode in ("validation", "serialization")))
    assert [schema["$ref"].rpartition("/")[2] for schema in schemas] == [
        "Forest",
        "Forest",
        "Team-Input",
        "Team-Output",
    ]
    components = table.components()
    assert list(components) == ["Forest", "Lake", "Node", "Person-Input", "Person-Output", "Team-Input", "Team-Output"]
    assert components["Node"]["properties"]["parent"]["anyOf"][0] == {"$ref": "#/components/schemas/Node"}
    (choice, _) = components["Forest"]["properties"]["next"]["anyOf"]
    assert choice["discriminator"]["mapping"] == {
        "forest": "#/components/schemas/Forest",
        "lake": "#/components/schemas/Lake",
    }
    assert components["Team-Output"]["properties"]["parts"]["items"] == {"$ref": "#/components/schemas/Team-Output"}


@pytest.mark.parametrize("turned", [False, True])
def test_models_of_one_name_have_the_same_names_in_any_order(turned: bool) -> None:
    models = [
        create_model("Order", __module__="shop.orders", x=(int, ...)),
        create_model("Order", __module__="shop.returns", y=(int, ...)),
    ]
    table, schemas = table_of(*((model, "validation") for model in (reversed(models) if turned else models)))
    assert list(table.components()) == ["shop.orders.Order", "shop.returns.Order"]
    first = schemas[1 if turned else 0]["$ref"]
    assert list(table.components()[first.rpartition("/")[2]]["properties"]) == ["x"]


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("wrapped", "name"),
    [
        (lambda order: PAGE[order], "Page_{}"),
        (lambda order: PAGE[LIST[order]], "Page_list_{}"),
        (lambda order: PAGE[order | None], "Page_Union_{}_NoneType"),
        (lambda order: PAGE[ANNOTATED[order, Field(description="One.")]], "Page_{}"),
        (lambda order: PAIR[int, order], "Pair_int_{}"),
        (lambda order: BOX[order], "Box_{}"),
        (lambda order: BOX[LIST[order]], "Box_list_{}"),
    ],
)
def test_generic_models_of_models_of_one_name_have_the_same_names_in_any_order(
    wrapped: Any, name: str, turned: bool
) -> None:
    orders = [
        create_model("Order", __module__="shop.orders", x=(int, ...)),
        create_model("Order", __module__="shop.returns", y=(int, ...)),
    ]
    models = [wrapped(order) for order in orders]
    table, schemas = table_of(*((model, "validation") for model in (reversed(models) if turned else models)))
    names = [f"tests.apidocs.test_schemas.{name.format(f'shop.{module}.Order')}" for module in ("orders", "returns")]
    assert list(table.components()) == ["shop.orders.Order", "shop.returns.Order", *names]
    found = [schema["$ref"].rpartition("/")[2] for schema in schemas]
    assert found == (names[::-1] if turned else names)


def test_generic_models_of_generic_models_of_one_name_are_told_apart() -> None:
    orders = [create_model("Order", __module__=f"shop.{kind.__name__}", x=(kind, ...)) for kind in (int, str)]
    table, _ = table_of(*((PAGE[PAGE[order]], "validation") for order in orders))
    inner = "tests.apidocs.test_schemas.Page_shop.{}.Order"
    outer = "tests.apidocs.test_schemas.Page_tests.apidocs.test_schemas.Page_shop.{}.Order"
    assert [name for name in table.components() if "Page" in name] == [
        each.format(name) for each in (inner, outer) for name in ("int", "str")
    ]


def test_a_clash_of_generic_models_changes_no_other_name() -> None:
    orders = [create_model("Order", __module__=f"shop.{kind.__name__}", x=(kind, ...)) for kind in (int, str)]
    table, _ = table_of(*((PAGE[model], "validation") for model in (*orders, Item, list[Item])))
    assert {"Page_Item", "Page_list_Item", "Item"} < set(table.components())


def test_local_models_are_named_without_the_word_locals() -> None:
    first, second = create_model("Local", x=(int, ...)), create_model("Local", y=(int, ...))
    first.__qualname__ = second.__qualname__ = "make.<locals>.Local"
    table, _ = table_of((first, "validation"), (second, "validation"))
    assert all("locals" not in name for name in table.components())
    assert len(table.components()) == 2


def test_defaults_are_json_and_titles_are_not_invented() -> None:
    table, _ = table_of((Defaults, "validation"))
    properties = table.components()["Defaults"]["properties"]
    assert properties["number"] == {"type": "number", "default": 1.5}
    assert properties["day"] == {"type": "string", "format": "date", "default": "2026-01-31"}
    assert properties["names"] == {"type": "array", "items": {"type": "string"}, "default": []}
    assert properties["known"]["default"] == {"a": 1}
    assert properties["nothing"]["default"] is None


def test_a_field_without_json_schema_admits_anything() -> None:
    table, _ = table_of((Odd, "validation"))
    assert table.components()["Odd"]["properties"] == {"function": {}, "number": {"type": "integer"}}


def test_a_type_that_pydantic_does_not_know_has_no_schema() -> None:
    table = SchemaTable()
    assert table.use(Unhashable, "validation") is None
    assert table.use(Unhashable, "validation") is None


def test_types_with_metadata_that_cannot_be_hashed_are_used_as_others() -> None:
    annotation = Annotated[int, Field(ge=1), Unhashable()]
    _, schemas = table_of((annotation, "validation"), (annotation, "validation"))
    assert schemas == [{"type": "integer", "minimum": 1}] * 2
    assert schemas[0] is not schemas[1]


def test_constraints_that_are_alike_are_written_alike() -> None:
    parts = [Annotated[int | None, Field(ge=1)] for _ in range(2)]
    _, schemas = table_of(*((part, "validation") for part in parts), (Annotated[int, Field(ge=2)], "validation"))
    assert schemas[0] == schemas[1] == {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "null"}]}
    assert schemas[2] == {"type": "integer", "minimum": 2}


class Tone(Enum):
    SOFT = "soft"
    LOUD = "loud"
    PAIR = ("a", "b")
    LIST = ["a", "b"]  # noqa: RUF012  # a value, not a default


def test_values_that_are_one_in_json_are_listed_once() -> None:
    table, schemas = table_of(
        (Literal[Tone.SOFT, "soft", "loud"], "validation"), (Literal[1, True], "validation"), (Tone, "validation")
    )
    assert schemas[0]["enum"] == ["soft", "loud"]
    assert [repr(value) for value in schemas[1]["enum"]] == ["1", "True"]
    assert table.definitions["Tone"]["enum"] == ["soft", "loud", ["a", "b"]]


def test_fields_of_one_name_are_required_once() -> None:
    class Twice(BaseModel):
        one: int = Field(alias="x")
        other: int = Field(alias="x")

    table, _ = table_of((Twice, "validation"))
    assert table.definitions["Twice"]["required"] == ["x"]
