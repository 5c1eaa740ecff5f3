from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

import pytest

from pyfly.metadata import DeclarationError, DeclarationErrors, PathTemplate, SourceLocation
from pyfly.web import Body, Cookie, FromHeader, FromQuery, Header, ParameterSource, QueryParam
from pyfly.web.signatures import BoundParameter, defining_class, read_parameters


class Request:
    """Stands for a server's request."""


class Rooms:
    def plain(self) -> None: ...

    def all_kinds(
        self,
        room_id: int,
        tag: QueryParam[list[str]],
        user_agent: Header[str],
        request: Request,
        *,
        session_id: Cookie[str | None],
        order: Body[dict[str, int]],
        limit: QueryParam[int] = 20,
        other: str = "kept",
    ) -> None: ...

    def renamed(
        self,
        token: Annotated[str, FromHeader("X-Token")],
        size: Annotated[int, FromQuery("page[size]")],
    ) -> None: ...

    def variadic(self, *args: int, room_id: str, **kwargs: int) -> None: ...


def read(function: Callable[..., Any], path: str = "/", *, leading: int = 1, **options: Any) -> list[BoundParameter]:
    template = PathTemplate.parse(path)
    return list(read_parameters(function, owner=Rooms, template=template, leading=leading, **options))


def faults(function: Callable[..., Any], path: str = "/", **options: Any) -> list[str]:
    with pytest.raises(DeclarationErrors) as caught:
        read(function, path, **options)
    source = SourceLocation.of(function)
    assert all(type(fault) is DeclarationError and fault.source == source for fault in caught.value.faults)
    return [fault.message for fault in caught.value.faults]


def test_method_without_parameters_binds_nothing() -> None:
    assert read(Rooms.plain) == []


def test_each_parameter_is_described() -> None:
    found = read(Rooms.all_kinds, "/rooms/{room_id:int}", natives=(Request,), body=True)
    assert found == [
        BoundParameter("room_id", ParameterSource.PATH, "room_id", int, True, None, False),
        BoundParameter("tag", ParameterSource.QUERY, "tag", list[str], True, None, True),
        BoundParameter("user_agent", ParameterSource.HEADER, "user-agent", str, True, None, False),
        BoundParameter("request", ParameterSource.NATIVE, "", Request, True, None, False),
        BoundParameter("session_id", ParameterSource.COOKIE, "session_id", str | None, False, None, False),
        BoundParameter("order", ParameterSource.BODY, "", dict[str, int], True, None, False),
        BoundParameter("limit", ParameterSource.QUERY, "limit", int, False, 20, False),
    ]


def test_markers_may_name_the_value() -> None:
    assert [parameter.alias for parameter in read(Rooms.renamed)] == ["x-token", "page[size]"]


def test_variadic_parameters_are_given_nothing() -> None:
    assert [parameter.name for parameter in read(Rooms.variadic, "/{room_id}")] == ["room_id"]
    assert [parameter.name for parameter in read(Rooms.variadic, "/{room_id}", leading=2)] == ["room_id"]


def test_leading_parameters_are_left_to_the_caller() -> None:
    def join(self: Any, session: Any, room_id: str) -> None: ...

    assert [parameter.name for parameter in read(join, "/{room_id}", leading=2)] == ["room_id"]


def test_path_variable_needs_no_annotation() -> None:
    def show(self, room_id): ...  # type: ignore[no-untyped-def]  # as authors may leave it

    assert read(show, "/{room_id}")[0].annotation is Any


def test_marker_wins_over_a_path_variable_of_the_same_name() -> None:
    def show(self: Any, room_id: QueryParam[str]) -> None: ...

    assert read(show, "/{room_id}")[0].source is ParameterSource.QUERY


def test_wrapped_handler_is_read_through_its_wrapper() -> None:
    def traced(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            return function(*args, **kwargs)

        return wrapper

    @traced
    def show(self: Any, room_id: int) -> None: ...

    assert read(show, "/{room_id}")[0].annotation is int


def test_annotations_may_name_what_the_defining_base_class_holds() -> None:
    class Base:
        class Key(str):
            __slots__ = ()

        def show(self, key: Key) -> None: ...

    class Derived(Base):
        pass

    template = PathTemplate.parse("/{key}")
    found = read_parameters(Derived.show, owner=Derived, template=template, leading=1)
    assert found[0].annotation is Base.Key
    assert defining_class(Derived, Derived.show) is Base
    assert defining_class(Derived, lambda: None) is Derived


def test_unknown_parameter_near_a_variable_is_asked_about() -> None:
    def join(self: Any, tenant: str, roomid: str) -> None: ...

    assert faults(join, "/t/{tenant}/rooms/{room_id}") == [
        'path "/t/{tenant}/rooms/{room_id}" has no variable for parameter "roomid"; did you mean "room_id"?'
    ]


def test_unknown_parameter_is_told_its_ways_out() -> None:
    def listing(self: Any, limit: int) -> None: ...

    assert faults(listing, "/rooms") == [
        'path "/rooms" has no variable for parameter "limit"; give it a default, or mark it QueryParam[...]'
    ]


def test_variable_that_another_parameter_takes_is_not_suggested() -> None:
    def show(self: Any, room_id: str, room_ids: str) -> None: ...

    assert faults(show, "/{room_id}") == [
        'path "/{room_id}" has no variable for parameter "room_ids"; give it a default, or mark it QueryParam[...]'
    ]


@pytest.mark.parametrize(
    ("path", "annotation", "message"),
    [
        (
            "/items/{item_id:int}",
            str,
            'path "/items/{item_id:int}": "{item_id:int}" gives int, but parameter "item_id" is "str"; '
            'annotate it int, or write "{item_id}"',
        ),
        (
            "/items/{item_id:float}",
            int,
            'path "/items/{item_id:float}": "{item_id:float}" gives float, but parameter "item_id" is "int"; '
            'annotate it float, or write "{item_id}"',
        ),
        (
            "/items/{item_id:uuid}",
            int | None,
            'path "/items/{item_id:uuid}": "{item_id:uuid}" gives UUID, but parameter "item_id" is "int | None"; '
            'annotate it UUID, or write "{item_id}"',
        ),
        (
            "/items/{item_id}",
            list[str],
            'path "/items/{item_id}": "{item_id}" gives str, but parameter "item_id" is "list[str]"; annotate it str',
        ),
        (
            "/items/{item_id:path}",
            list[str],
            'path "/items/{item_id:path}": "{item_id:path}" gives str, but parameter "item_id" is "list[str]"; '
            "annotate it str",
        ),
    ],
)
def test_converter_that_can_never_fit(path: str, annotation: Any, message: str) -> None:
    def show(self: Any, item_id: Any) -> None: ...

    show.__annotations__["item_id"] = annotation
    assert faults(show, path) == [message]


def test_converter_that_fits_is_accepted() -> None:
    def show(self: Any, item_id: UUID, page: float) -> None: ...

    assert len(read(show, "/{item_id:uuid}/{page:int}")) == 2


def test_body_where_there_is_none() -> None:
    def show(self: Any, order: Body[int]) -> None: ...

    assert faults(show) == [
        'parameter "order" of test_body_where_there_is_none.<locals>.show is marked Body, '
        "but there is no request body here; "
        "bodies are read by @post_mapping, @put_mapping, @patch_mapping and @delete_mapping"
    ]


def test_body_taken_twice() -> None:
    def save(self: Any, order: Body[int], customer: Body[int]) -> None: ...

    assert faults(save, body=True) == [
        'test_body_taken_twice.<locals>.save takes the request body more than once: "order" and "customer"; '
        "take it once, as a model that holds both"
    ]


def test_positional_only_parameter() -> None:
    def show(self: Any, room_id: str, /) -> None: ...

    assert faults(show, "/{room_id}") == [
        'parameter "room_id" of test_positional_only_parameter.<locals>.show is positional-only; '
        'it is given by name; remove the "/" after it'
    ]


def test_two_markers_on_one_parameter() -> None:
    def show(self: Any, token: Annotated[Header[str], FromQuery()]) -> None: ...

    assert faults(show) == [
        'parameter "token" of test_two_markers_on_one_parameter.<locals>.show has 2 markers: FromHeader and FromQuery; '
        "keep one"
    ]


@pytest.mark.parametrize(
    ("alias", "name"), [(QueryParam, "QueryParam"), (Header, "Header"), (Cookie, "Cookie"), (Body, "Body")]
)
def test_alias_without_a_type(alias: Any, name: str) -> None:
    def show(self: Any, value: Any) -> None: ...

    show.__annotations__["value"] = alias
    assert faults(show, body=True) == [
        f'parameter "value" of test_alias_without_a_type.<locals>.show: {name} has no type; '
        f"write {name}[str], or the type it has"
    ]


def test_handler_that_takes_too_little() -> None:
    def show() -> None: ...

    def join(self: Any) -> None: ...

    assert faults(show) == [
        "test_handler_that_takes_too_little.<locals>.show takes 0 parameters by position, not self; take self first"
    ]
    assert faults(join, leading=2) == [
        "test_handler_that_takes_too_little.<locals>.join takes 1 parameters by position, not self and 1 more; "
        "take self and 1 more first"
    ]


def test_every_fault_of_a_signature_is_told_at_once() -> None:
    def show(self: Any, item_id: str, roomid: str, order: Body[int]) -> None: ...

    assert len(faults(show, "/{item_id:int}/{room_id}")) == 3
