from abc import ABC, abstractmethod
from typing import Annotated, Any, Generic, NewType, ParamSpec, Protocol, TypeVar, Union

import pytest
import typing_extensions as te

from pyfly.container.bean_types import describe_type, provided_types, snake_case, split_optional
from pyfly.metadata import strip_aliases

T = TypeVar("T")
K = TypeVar("K")
P = ParamSpec("P")


class User: ...


class Repository(Protocol[T]):
    def find(self, example: T) -> T: ...


class Keyed(Repository[T], Generic[K, T]): ...


class Users(Keyed[int, User]): ...


class Port(ABC):
    @abstractmethod
    def go(self) -> None: ...


class Adapter(Port): ...


class Task(Generic[P, T]): ...


class Job(Task[[int], T]): ...


Url = NewType("Url", str)
Alias = te.TypeAliasType("Alias", Annotated[User, "inner"])


def test_class_provides_itself_and_its_bases() -> None:
    assert provided_types(Adapter) == (Adapter, Port)


def test_class_provides_the_exact_aliases_of_its_generic_bases() -> None:
    assert provided_types(Users) == (Users, Keyed, Repository, Keyed[int, User], Repository[User])


def test_alias_provides_the_aliases_of_its_bases() -> None:
    assert provided_types(Keyed[str, User]) == (Keyed[str, User], Keyed, Repository, Repository[User])


def test_class_with_open_type_variables_provides_no_alias() -> None:
    assert provided_types(Keyed) == (Keyed, Repository)


def test_parameter_specifications_are_not_matched_with_arguments() -> None:
    assert provided_types(Job[User])[:3] == (Job[User], Job, Task)


def test_new_type_provides_itself_alone() -> None:
    assert provided_types(Url) == (Url,)


def test_annotated_and_type_aliases_are_taken_off() -> None:
    assert strip_aliases(Annotated[Alias, "outer"]) == (User, ("inner", "outer"))


@pytest.mark.parametrize(
    ("hint", "expected"),
    [
        (User, (User, False)),
        (User | None, (User, True)),
        (Union[User, None], (User, True)),  # noqa: UP007  # the older spelling has another origin
        (User | int | None, (User | int, True)),
        (User | int, (User | int, False)),
    ],
)
def test_none_is_split_off_a_union(hint: Any, expected: Any) -> None:
    assert split_optional(hint) == expected


@pytest.mark.parametrize(
    ("hint", "text"),
    [
        (User, "User"),
        (Keyed[int, User], "Keyed[int, User]"),
        (User | None, "User | None"),
        (list[User | int], "list[User | int]"),
        (None, "None"),
        (T, "T"),
        (Url, "Url"),
        (Any, "Any"),
        ("User", "User"),
    ],
)
def test_type_is_described_as_it_is_written(hint: Any, text: str) -> None:
    assert describe_type(hint) == text


def test_local_class_is_described_without_its_function() -> None:
    class Local:
        class Inner: ...

    assert describe_type(Local.Inner) == "Local.Inner"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Chat", "chat"),
        ("EchoController", "echo_controller"),
        ("HTTPClient", "http_client"),
        ("ClientV2API", "client_v2_api"),
        ("_Hidden", "_hidden"),
        ("already_snake", "already_snake"),
        ("A", "a"),
    ],
)
def test_class_names_become_bean_names(name: str, expected: str) -> None:
    assert snake_case(name) == expected
