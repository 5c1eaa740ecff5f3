"""Names of generic models whose arguments have metadata: readable, and the same in every process."""

from __future__ import annotations

import re
from typing import Annotated, Any, Generic, Literal, TypeVar

import pytest
from pydantic import AfterValidator, BaseModel, Discriminator, Field, StringConstraints, Tag

from pyfly.apidocs.schemas import SchemaTable
from pyfly.apidocs.type_names import metadata_words, without_metadata
from pyfly.container import rest_controller
from pyfly.web import get_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping
from tests.apidocs.documents import asyncapi_of, openapi_of

T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    items: list[T]


class Cat(BaseModel):
    kind: Literal["cat"] = "cat"


class Dog(BaseModel):
    kind: Literal["dog"] = "dog"


class Mark: ...


def which(value: Any) -> str:
    return "cat"


def doubled(number: int) -> int:
    return number * 2


Pet = Annotated[Cat | Dog, Field(discriminator="kind")]
Either = Annotated[
    Annotated[Cat, Tag("cat")] | Annotated[Dog, Tag("dog")],
    Field(discriminator=Discriminator(which), description='A "cat", [a dog]: it\'s one'),
]
PAGE: Any = Page


@rest_controller
class PetController:
    @get_mapping("/pets")
    async def pets(self) -> Page[Pet]:
        raise NotImplementedError

    @get_mapping("/either")
    async def either(self) -> Page[Page[Either]]:
        raise NotImplementedError

    @get_mapping("/extra")
    async def extra(self) -> Page[Annotated[int, Field(json_schema_extra=lambda schema: schema.update(x=1))]]:
        raise NotImplementedError

    @websocket_mapping("/w")
    async def talk(self, session: WebSocketSession[Page[Pet], Page[Either]]) -> None: ...


def names_of(*annotations: Any) -> list[str]:
    table = SchemaTable()
    uses = [table.use(annotation, "validation") for annotation in annotations]
    table.generate()
    return [str(use.name) for use in uses if use is not None]


def test_generic_models_are_told_apart_by_the_patterns_of_their_arguments() -> None:
    name, word = (Annotated[str, Field(pattern=pattern)] for pattern in ("^[A-Z]$", "^[a-z]+$"))
    assert names_of(PAGE[name], PAGE[word]) == ["Page_str_pattern_A-Z", "Page_str_pattern_a-z"]


def test_documents_name_generic_models_without_metadata() -> None:
    openapi, asyncapi = openapi_of(PetController), asyncapi_of(PetController)
    titles = {name: schema["title"] for name, schema in openapi["components"]["schemas"].items()}
    assert titles == {
        "Cat": "Cat",
        "Dog": "Dog",
        "Page_Page_Union_Cat_Dog": "Page[Page[Union[Cat, Dog]]]",
        "Page_Union_Cat_Dog_kind": "Page[Union[Cat, Dog]]",
        "Page_Union_Cat_Dog_which": "Page[Union[Cat, Dog]]",
        "Page_int": "Page[int]",
        "Problem": "Problem",
    }
    for document in (openapi, asyncapi):
        assert not re.search("Annotated|FieldInfo|0x[0-9a-f]", str(document))


@pytest.mark.parametrize("turned", [False, True])
def test_models_that_only_metadata_tells_apart_have_the_same_names_in_any_order(turned: bool) -> None:
    models = [
        PAGE[int],
        PAGE[Annotated[int, Field(ge=1)]],
        PAGE[Annotated[int, AfterValidator(doubled), Field(ge=2)]],
    ]
    names = names_of(*(models[::-1] if turned else models))
    assert names[:: -1 if turned else 1] == [
        "Page_int",
        "Page_int_ge_1",
        "Page_int_doubled_ge_2",
    ]


def test_models_whose_metadata_makes_no_difference_share_a_name() -> None:
    models = [PAGE[int], PAGE[Annotated[int, AfterValidator(doubled)]], PAGE[Annotated[int, Mark()]]]
    assert names_of(*models) == ["Page_int"] * 3


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Page[Annotated[int, Tag]]", "Page[int]"),
        ("m.Page:1[Annotated[Union[A, B], X(y={'a': (1, 2)})]:2,str:3]", "m.Page:1[Union[A, B]:2,str:3]"),
        ("Page[typing.Annotated[list[Annotated[int, X]], \"a]'\", 'it\\'s [']]", "Page[list[int]]"),
        ("Page[Annotated[int, <a ]]", "Page[int]"),
        ("Page[Annotated[int, <a[ >]]", "Page[int"),
        ("MyAnnotated[int, str]", "MyAnnotated[int, str]"),
    ],
)
def test_a_name_keeps_what_is_annotated(name: str, expected: str) -> None:
    assert without_metadata(name) == expected


@pytest.mark.parametrize(
    ("hint", "words"),
    [
        (Annotated[int, Field(ge=1, le=5, description="Some.")], ["ge_1", "le_5"]),
        (Annotated[int, AfterValidator(doubled), Mark()], ["doubled", "Mark"]),
        (Annotated[str, StringConstraints(pattern="^x")], ["pattern_x"]),
        (Annotated[int, "seconds", doubled], ["seconds", "doubled"]),
        (Either, ["which"]),
        (Pet, ["kind"]),
    ],
)
def test_metadata_is_told_in_words(hint: Any, words: list[str]) -> None:
    assert list(metadata_words(hint.__metadata__)) == words
