"""What is remembered of a class, and for how long."""

from __future__ import annotations

import gc
import weakref
from dataclasses import dataclass

import pytest

from pyfly.metadata import remembered


class Counter:
    """Counts how often something is found out."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self) -> int:
        self.calls += 1
        return self.calls


def test_a_finding_is_made_once_for_each_key() -> None:
    class Shop: ...

    find_out = Counter()
    assert [remembered(Shop, key, find_out) for key in ("a", "b", "a", "b")] == [1, 2, 1, 2]


def test_findings_about_a_base_class_are_not_those_of_the_derived_one() -> None:
    class Base: ...

    class Derived(Base): ...

    find_out = Counter()
    assert [remembered(cls, "key", find_out) for cls in (Base, Derived, Base, Derived)] == [1, 2, 1, 2]


def test_a_copy_of_a_class_has_findings_of_its_own() -> None:
    class Shop:
        size: int = 1

    find_out = Counter()
    assert remembered(Shop, "key", find_out) == 1
    slotted = dataclass(slots=True)(Shop)
    assert slotted is not Shop
    assert remembered(slotted, "key", find_out) == 2


@pytest.mark.parametrize("cls", [None, int])
def test_nothing_is_kept_of_nobody_and_of_classes_that_take_no_attributes(cls: type | None) -> None:
    find_out = Counter()
    assert [remembered(cls, "key", find_out) for _ in range(2)] == [1, 2]


def test_what_finding_out_raises_is_not_kept() -> None:
    class Shop: ...

    def fail() -> int:
        raise LookupError

    with pytest.raises(LookupError):
        remembered(Shop, "key", fail)
    assert remembered(Shop, "key", lambda: 5) == 5


def test_findings_go_with_their_class() -> None:
    def make() -> weakref.ref[type]:
        class Shop: ...

        remembered(Shop, "key", lambda: Shop)
        return weakref.ref(Shop)

    reference = make()
    gc.collect()
    assert reference() is None


def test_what_pickles_classes_by_value_finds_an_empty_memory() -> None:
    class Shop: ...

    remembered(Shop, "key", lambda: 5)
    memory = vars(Shop)["__pyfly_memory__"]
    made, arguments = memory.__reduce_ex__(2)[:2]
    assert made(*arguments) == {}
