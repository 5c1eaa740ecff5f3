"""Titles, tags, identifiers, and names of which no two are alike."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import TypeAliasType

from pyfly.apidocs.names import distinct, identifier, tag_of, title_of, title_of_type

Numbers = TypeAliasType("Numbers", list[int])


@pytest.mark.parametrize(
    ("name", "title"), [("place_order", "Place order"), ("_private", "Private"), ("HTTP", "HTTP"), ("x", "X")]
)
def test_title_of_a_function(name: str, title: str) -> None:
    assert title_of(name) == title


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("OrderController", "Order"),
        ("OrderItemController", "Order item"),
        ("HTTPProbeController", "HTTP probe"),
        ("Controller", "Controller"),
        ("Shop", "Shop"),
        ("snake_case", "snake case"),
    ],
)
def test_tag_of_a_controller(name: str, tag: str) -> None:
    assert tag_of(type(name, (), {})) == tag


@pytest.mark.parametrize(
    ("hint", "title"),
    [
        (int, "int"),
        (None, "None"),
        (list[int], "list[int]"),
        (dict[str, list[int]], "dict[str, list[int]]"),
        (int | None, "int | None"),
        (Literal["a", 1], "Literal['a', 1]"),
        (Annotated[int, "x"], "int"),
        (Numbers, "Numbers"),
        (Any, "Any"),
        (tuple[int, ...], "tuple[int, ...]"),
    ],
)
def test_title_of_a_type(hint: Any, title: str) -> None:
    assert title_of_type(hint) == title


def test_an_identifier_has_letters_digits_and_underscores() -> None:
    assert identifier("shop.orders: list[Größe] ") == "shop_orders_list_Gr_e"


def test_names_that_are_alike_move_on_together() -> None:
    assert distinct([("a", "x.a"), ("b", "x.b"), ("a", "y.a")]) == ["x.a", "b", "y.a"]


def test_what_has_no_other_name_is_numbered() -> None:
    assert distinct([("a",), ("a",), ("a", "b")]) == ["a", "a_2", "b"]


@given(st.lists(st.lists(st.sampled_from(["a", "b", "a_2", "b_2"]), min_size=1, max_size=3), max_size=12))
def test_no_two_names_are_alike(candidates: list[list[str]]) -> None:
    names = distinct(candidates)
    assert len(set(names)) == len(names) == len(candidates)
