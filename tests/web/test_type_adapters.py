"""Adapters of types: shared where many handlers name the same type."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel, PydanticUndefinedAnnotation, PydanticUserError

from pyfly.web.type_adapters import type_adapter


class Order(BaseModel):
    item: str


class Gift(Order):
    wish: str = ""


@pytest.mark.parametrize("kind", [bool, bytes, float, int, str, UUID, Order])
def test_built_in_types_and_models_share_their_adapter(kind: Any) -> None:
    assert type_adapter(kind) is type_adapter(kind)


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
        with pytest.raises(PydanticUserError):
            type_adapter(Unknown)
        with pytest.raises((PydanticUserError, PydanticUndefinedAnnotation)):
            type_adapter(Open)
