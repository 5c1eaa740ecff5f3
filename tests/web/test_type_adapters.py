"""Adapters of types: shared where many handlers name the same type."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import pytest
from pydantic import BaseModel, Field, ValidationError

from pyfly.web.type_adapters import TypeAdapterError, type_adapter


class Order(BaseModel):
    item: str


class Gift(Order):
    wish: str = ""


@pytest.mark.parametrize("kind", [bool, bytes, float, int, str, UUID, Order])
def test_built_in_types_and_models_share_their_adapter(kind: Any) -> None:
    assert type_adapter(kind) is type_adapter(kind)


@pytest.mark.parametrize("kind", [str | None, list[int], list[Order], Order | None, list[Order | None]])
def test_their_lists_and_what_may_be_none_instead_share_one_as_well(kind: Any) -> None:
    assert type_adapter(kind) is type_adapter(kind)


def test_an_adapter_is_shared_by_nothing_but_equal_types() -> None:
    annotations: list[Any] = [Order, Order | None, list[Order], list[Order | None], list[Gift], set[Order], Gift]
    adapters = [type_adapter(annotation) for annotation in annotations]
    assert len({id(adapter) for adapter in adapters}) == len(annotations)
    with pytest.raises(ValidationError):
        type_adapter(list[Order]).validate_python(None)


@pytest.mark.parametrize(
    ("annotation", "text"), [(float | int, "7"), (dict[str, Order], "{}"), (list[str | int], "[1]")]
)
def test_other_unions_and_containers_have_one_each_time(annotation: Any, text: str) -> None:
    assert type_adapter(annotation) is not type_adapter(annotation)
    type_adapter(annotation).validate_json(text)


def limited(**limits: Any) -> Any:
    return Annotated[int, Field(**limits)]


def test_built_in_types_with_the_same_limits_share_one() -> None:
    assert type_adapter(limited(ge=1, le=100)) is type_adapter(limited(ge=1, le=100))
    assert type_adapter(limited(ge=1, le=100)).validate_python("100") == 100
    for other in (limited(ge=1, le=99), limited(ge=1), Annotated[float, Field(ge=1, le=100)]):
        assert type_adapter(other) is not type_adapter(limited(ge=1, le=100))
    with pytest.raises(ValidationError):
        type_adapter(limited(ge=1, le=99)).validate_python("100")


@pytest.mark.parametrize("options", [{"description": "how many"}, {"default_factory": int}, {"strict": True}, {}])
def test_fields_that_say_more_than_limits_have_one_each_time(options: dict[str, Any]) -> None:
    annotation = limited(ge=1, **options) if options else Annotated[list[Order], Field(min_length=1)]
    assert type_adapter(annotation) is not type_adapter(annotation)


def test_a_derived_model_has_an_adapter_of_its_own() -> None:
    type_adapter(Order)
    assert type_adapter(Gift).validate_json('{"item": "pen", "wish": "hi"}') == Gift(item="pen", wish="hi")
    assert type_adapter(Gift) is not type_adapter(Order)


@pytest.mark.parametrize(("annotation", "text", "value"), [(int | None, "null", None), (list[int], '["7"]', [7])])
def test_any_other_type_has_an_adapter_as_well(annotation: Any, text: str, value: object) -> None:
    assert type_adapter(annotation).validate_json(text) == value


def test_a_model_is_completed_when_its_adapter_is_made() -> None:
    class Late(BaseModel, defer_build=True):
        count: int

    assert type_adapter(Late).pydantic_complete


def test_a_type_that_pydantic_does_not_know_is_refused_each_time() -> None:
    class Unknown: ...

    class Open(BaseModel):
        other: Missing  # type: ignore[name-defined]  # noqa: F821  # pyright: ignore[reportUndefinedVariable]

    for _ in range(2):
        with pytest.raises(TypeAdapterError, match="Unable to generate") as caught:
            type_adapter(Unknown)
        assert caught.value.mend == "use pydantic models, dataclasses, TypedDicts, or other types it knows"
        with pytest.raises(TypeAdapterError, match="name 'Missing' is not defined") as caught:
            type_adapter(Open)
        assert caught.value.mend == "define the types that it names before it, or at module level"


def test_the_reason_of_a_limit_that_cannot_hold_is_told() -> None:
    with pytest.raises(TypeAdapterError) as caught:
        type_adapter(Annotated[str, Field(pattern="(")])
    assert caught.value.problem == (
        'Error building "str" validator: SchemaError: regex parse error: ( ^ error: unclosed group'
    )
    assert caught.value.mend == "mend the type"


@pytest.mark.parametrize(
    ("words", "told"), [(["no schema today"], "LookupError: no schema today"), ([], "LookupError")]
)
def test_what_a_type_s_own_code_raises_is_told(words: list[str], told: str) -> None:
    class Wild:
        @classmethod
        def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
            raise LookupError(*words)

    with pytest.raises(TypeAdapterError) as caught:
        type_adapter(Wild)
    assert (caught.value.problem, caught.value.mend) == (told, "mend the type")


def test_a_union_whose_tag_no_member_has_is_no_unknown_type() -> None:
    with pytest.raises(TypeAdapterError, match="needs a discriminator field for key 'knd'") as caught:
        type_adapter(Annotated[Order | Gift, Field(discriminator="knd")])
    assert (caught.value.is_unknown, caught.value.mend) == (False, "mend the type")
