"""The parameters of callables: read from the code of plain functions, and from the signature of all others."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from pyfly.metadata import Parameter, parameters_of

if TYPE_CHECKING:
    from decimal import Decimal as OnlyForCheckers


class Shop:
    def nothing(self) -> None: ...

    def plain(self, item: str, amount: int = 1, price=None) -> None: ...  # type: ignore[no-untyped-def]  # one has no annotation on purpose

    async def every_kind(
        self, one: int, /, two: int = 2, *rest: int, three: int, four: int | None = None, **others: int
    ) -> None: ...

    def positional_only(self, one: int = 1, /) -> None: ...

    def keyword_only(self, *, one: int, two: object = None) -> None: ...

    def variadic(self, *args: Any, **options) -> None: ...  # type: ignore[no-untyped-def]  # as above

    def unresolved(self, amount: OnlyForCheckers) -> None: ...

    def with_locals(self, item: str) -> None:
        copy = item
        copy += copy

    @staticmethod
    def bare(*, one: int) -> None: ...


def other(answer: int, question: str = "") -> None: ...


@functools.wraps(Shop.plain)
def wrapper(*args: Any, **options: Any) -> Any: ...


def signed(*args: Any) -> None: ...


signed.__signature__ = inspect.signature(other)  # type: ignore[attr-defined]


class Callee:
    def __call__(self, item: str, amount: int = 1) -> None: ...


@pytest.mark.parametrize(
    "function",
    [
        *(value for value in vars(Shop).values() if inspect.isfunction(value)),
        Shop.bare,
        Shop().plain,
        other,
        lambda one, two=2: one,
        wrapper,
        signed,
        functools.partial(other, question="why"),
        Callee(),
        Callee,
        functools.wraps(other)(Callee()),
    ],
)
def test_parameters_are_those_of_the_signature(function: Callable[..., Any]) -> None:
    empty = inspect.Parameter.empty
    assert [*parameters_of(function)] == [
        Parameter(
            found.name,
            found.kind,
            found.default is not empty,
            None if found.default is empty else found.default,
            found.annotation is not empty,
        )
        for found in inspect.signature(function).parameters.values()
    ]


def test_names_that_only_type_checkers_know_are_not_looked_up() -> None:
    assert [parameter.annotated for parameter in parameters_of(Shop.unresolved)] == [False, True]
