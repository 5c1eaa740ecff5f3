"""What classes put in for the type variables of their bases."""

import types
from collections.abc import Callable
from typing import Any, Generic, ParamSpec, TypeVar, TypeVarTuple

import pytest
import typing_extensions as te

from pyfly.metadata import base_aliases, close_variables, type_arguments

P = ParamSpec("P")
K = TypeVar("K")
In = te.TypeVar("In")
Out = te.TypeVar("Out", default=In)
Lone = te.TypeVar("Lone", default=str)
Ts = TypeVarTuple("Ts")
# Checkers want a function around it.
OPEN_CALL: Any = eval("Callable[P, Any]", {"Callable": Callable, "P": P, "Any": Any})


class Feed(Generic[In, Out]): ...


class Filled(Feed[int]): ...


class Both(Feed[int, bytes]): ...


class HalfOpen(Feed[int, K], Generic[K]): ...


class HalfFilled(HalfOpen[bytes]): ...


class Bare(HalfOpen): ...  # type: ignore[type-arg]  # left open on purpose


class Within(Feed[K, list[K]], Generic[K]): ...


class Later(Feed["Message", "list[Message]"]):
    def list(self) -> None:
        """Stand beside the builtin of its name."""


class Lost(Feed["Nowhere", int]): ...  # type: ignore[name-defined]  # the mistake under test


class Message: ...


class Defaulting(Generic[Lone]): ...


class Plain(Defaulting): ...


class Left(Feed[K, str], Generic[K]): ...


class Right(Feed[int, str]): ...


class Diamond(Left, Right): ...  # type: ignore[type-arg]  # left open on purpose


class Task(Generic[P, K]): ...


class Job(Task[[int], str]): ...


class Many(Generic[K, *Ts, In]): ...


class Some(Many[int, str, str, bytes]): ...


class Passed(Many[K, *Ts, bytes], Generic[K, *Ts]): ...


class PassedOn(Passed[int, str]): ...


@pytest.mark.parametrize(
    ("declared", "base", "arguments"),
    [
        (Feed[int, str], None, {In: int, Out: str}),
        (Feed[int], None, {In: int, Out: int}),
        (Feed, None, {Out: In}),
        (Filled, Feed, {In: int, Out: int}),
        (Both, Feed, {In: int, Out: bytes}),
        (HalfFilled, Feed, {In: int, Out: bytes}),
        (Later, Feed, {In: Message, Out: list[Message]}),
        (Plain, Defaulting, {Lone: str}),
        (Diamond, Feed, {In: int, Out: str}),
        (Job, Task, {K: str}),
        (Some, Many, {K: int, In: bytes}),
        (PassedOn, Many, {K: int, In: bytes}),
        (Message, object, {}),
        (dict[str, int], None, {}),
        (types.GenericAlias, None, {}),
    ],
)
def test_type_variables_of_bases_are_filled_in_one_by_one(declared: Any, base: Any, arguments: Any) -> None:
    found = type_arguments(declared, base)
    assert {variable: argument for variable, argument in found.items() if argument is not variable} == arguments


def test_a_variable_that_stays_open_does_not_hide_those_that_are_filled_in() -> None:
    assert type_arguments(Bare, Feed) == {In: int, Out: K}
    assert next(iter(base_aliases(Within))) == Feed[K, list[K]]  # type: ignore[valid-type]  # a variable at run time


def test_a_reference_to_nothing_stays_as_it_is_written() -> None:
    assert type_arguments(Lost, Feed) == {In: te.ForwardRef("Nowhere"), Out: int}


@pytest.mark.parametrize(
    ("hint", "closed"),
    [(In, Any), (Out, Any), (Lone, str), (int, int), (OPEN_CALL, OPEN_CALL)],
)
def test_open_variables_have_their_defaults_or_are_anything(hint: Any, closed: Any) -> None:
    assert close_variables(hint) == closed
    if isinstance(hint, TypeVar):
        assert close_variables(list[hint]) == list[closed]
