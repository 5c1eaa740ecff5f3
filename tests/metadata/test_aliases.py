import sys
import typing
from typing import Annotated, Any, Generic, TypeVar

import pytest
import typing_extensions as te

from pyfly.metadata import strip_aliases, substitute

T = TypeVar("T")
U = TypeVar("U")


class Pair(Generic[T, U]): ...


# Checkers want a class or function around type variables.
OPEN: dict[str, Any] = {
    text: eval(text) for text in ("Pair[T, U]", "Pair[int, U]", "list[T] | None", "Annotated[T, 'kept']")
}


Backported = te.TypeAliasType("Backported", Annotated[int, "inner"])
BackportedPair = te.TypeAliasType("BackportedPair", Pair[str, T], type_params=(T,))


@pytest.mark.parametrize(
    ("hint", "stripped", "metadata"),
    [
        (int, int, ()),
        (Annotated[int, 1, 2], int, (1, 2)),
        (Backported, int, ("inner",)),
        (Annotated[Backported, "outer"], int, ("inner", "outer")),
        (BackportedPair[bytes], Pair[str, bytes], ()),
        (list[Backported], list[Backported], ()),
    ],
)
def test_what_is_wrapped_around_a_type_is_taken_off(hint: Any, stripped: Any, metadata: tuple[Any, ...]) -> None:
    assert strip_aliases(hint) == (stripped, metadata)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the type statement is new in Python 3.12")
def test_type_statements_are_looked_through() -> None:
    namespace: dict[str, Any] = {"Annotated": Annotated, "Pair": Pair}
    exec("type Plain = Annotated[int, 'inner']\ntype Generic[T] = Pair[T, T]\ntype Whole = Generic[str]", namespace)
    assert strip_aliases(namespace["Plain"]) == (int, ("inner",))
    assert strip_aliases(namespace["Generic"][bytes]) == (Pair[bytes, bytes], ())
    assert strip_aliases(namespace["Whole"]) == (Pair[str, str], ())
    assert isinstance(namespace["Plain"], typing.__dict__["TypeAliasType"])


@pytest.mark.parametrize(
    ("hint", "filled"),
    [
        (T, int),
        (U, U),
        (OPEN["Pair[T, U]"], OPEN["Pair[int, U]"]),
        (OPEN["list[T] | None"], list[int] | None),
        (OPEN["Annotated[T, 'kept']"], Annotated[int, "kept"]),
        (Pair, Pair),
        (str, str),
    ],
)
def test_known_type_variables_are_replaced(hint: Any, filled: Any) -> None:
    assert substitute(hint, {T: int}) == filled


QUOTED = te.TypeAliasType("QUOTED", "Pair[int, Quoted]")
QUOTED_WITHIN = te.TypeAliasType("QUOTED_WITHIN", "Pair[T, list[T]]", type_params=(T,))
DANGLING = te.TypeAliasType("DANGLING", "Pair[int, Nowhere]")  # type: ignore[name-defined]  # noqa: F821  # the mistake under test


class Quoted: ...


def test_quoted_aliases_are_evaluated_where_they_are_written() -> None:
    assert strip_aliases(QUOTED) == (Pair[int, Quoted], ())
    assert strip_aliases(QUOTED_WITHIN[int]) == (Pair[int, list[int]], ())
    assert strip_aliases(DANGLING) == ("Pair[int, Nowhere]", ())
