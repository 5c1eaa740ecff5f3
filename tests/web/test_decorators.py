"""The web decorators: what they record, and each mistake told at its line."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest

from pyfly.metadata import DeclarationError, MetadataRegistry, SourceLocation
from pyfly.web import (
    HttpMapping,
    RequestMapping,
    delete_mapping,
    get_mapping,
    patch_mapping,
    post_mapping,
    put_mapping,
    request_mapping,
)
from pyfly.web.decorators import HttpMappingDecorator

MAPPINGS = [
    (get_mapping, "GET"),
    (post_mapping, "POST"),
    (put_mapping, "PUT"),
    (patch_mapping, "PATCH"),
    (delete_mapping, "DELETE"),
]


def line() -> int:
    return sys._getframe(1).f_lineno


def plain(self: Any) -> None: ...


@pytest.mark.parametrize(("mapping", "method"), MAPPINGS)
def test_mapping_is_recorded_with_its_line_and_mirrored(
    mapping: Callable[..., HttpMappingDecorator], method: str
) -> None:
    registry = MetadataRegistry()

    class Shop:
        @mapping("/orders/{number:int}", status_code=202, registry=registry)
        def order(self, number: int) -> None: ...

    found = registry.find(Shop.order, HttpMapping)
    assert found is not None
    assert (found.method, found.kind, found.request_method) == (method, method, method)
    assert (found.path, found.status_code) == ("/orders/{number:int}", 202)
    assert found.source == SourceLocation(file=__file__, line=Shop.order.__code__.co_firstlineno)
    assert vars(Shop.order)["__pyfly_mapping__"] == {
        "method": method,
        "path": "/orders/{number:int}",
        "status_code": 202,
    }


@pytest.mark.parametrize(("mapping", "method"), MAPPINGS)
def test_path_is_empty_and_status_200_by_default(mapping: Any, method: str) -> None:
    def handler(self: Any) -> None: ...

    assert mapping()(handler) is handler
    assert vars(handler)["__pyfly_mapping__"] == {"method": method, "path": "", "status_code": 200}


def test_status_may_be_a_named_one() -> None:
    def handler(self: Any) -> None: ...

    post_mapping(status_code=HTTPStatus.CREATED)(handler)
    assert vars(handler)["__pyfly_mapping__"]["status_code"] == 201


def test_base_path_is_recorded_with_its_line_and_mirrored() -> None:
    registry = MetadataRegistry()
    expected = line() + 2

    @request_mapping("/api/{tenant}", registry=registry)
    class Shop: ...

    assert registry.find(Shop, RequestMapping) == RequestMapping(
        path="/api/{tenant}", source=SourceLocation(file=__file__, line=expected)
    )
    assert vars(Shop)["__pyfly_request_mapping__"] == "/api/{tenant}"


def test_base_path_may_be_left_out() -> None:
    @request_mapping()
    class Shop: ...

    assert vars(Shop)["__pyfly_request_mapping__"] == ""


def test_explicit_registry_keeps_mappings_to_itself() -> None:
    own, other = MetadataRegistry(), MetadataRegistry()

    def handler(self: Any) -> None: ...

    get_mapping("/x", registry=own)(handler)
    del vars(handler)["__pyfly_mapping__"]
    assert own.find(handler, HttpMapping) is not None
    assert other.find(handler, HttpMapping) is None


def test_wrapped_method_is_accepted() -> None:
    def traced(function: Callable[..., str]) -> Callable[..., str]:
        @functools.wraps(function)
        def wrapper(*args: Any) -> str:
            return function(*args)

        return wrapper

    @get_mapping("/x")
    @traced
    def handler(self: Any) -> str:
        return "x"

    assert handler(None) == "x"
    assert vars(handler)["__pyfly_mapping__"]["path"] == "/x"


@pytest.mark.parametrize("status_code", [-1, 0, 100, 101, 199, 600, 1000, True, "200", 200.0, None])
def test_status_that_is_no_final_one_is_refused_at_the_line(status_code: Any) -> None:
    with pytest.raises(DeclarationError) as caught:
        get_mapping("/x", status_code=status_code)
    assert str(caught.value) == (
        f"{__file__}:{line() - 2}: status_code is {status_code!r}; a final HTTP status is a number from 200 to 599"
    )


@pytest.mark.parametrize("mapping", [request_mapping, *(mapping for mapping, _ in MAPPINGS)])
def test_missing_parentheses_are_told_at_the_line(mapping: Any) -> None:
    name = mapping.__name__
    with pytest.raises(DeclarationError) as caught:
        mapping(plain)
    assert str(caught.value) == (
        f'{__file__}:{line() - 2}: @{name} is used without parentheses; write @{name}() or @{name}("/path")'
    )


@pytest.mark.parametrize("mapping", [request_mapping, *(mapping for mapping, _ in MAPPINGS)])
@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("orders", 'path "orders": must start with "/"; write "/orders"'),
        ("/{a}/{a}", 'path "/{a}/{a}": variable "a" is named twice; give each its own name'),
        ("/{a:itn}", 'path "/{a:itn}": unknown converter "itn" of variable "a"; did you mean "int"?'),
    ],
)
def test_path_that_breaks_the_grammar_is_refused_at_the_line(mapping: Any, path: str, problem: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        mapping(path)
    assert str(caught.value) == f"{__file__}:{line() - 1}: {problem}"


@pytest.mark.parametrize("path", [None, 7, b"/x", ["/x"]])
def test_path_that_is_no_text_is_refused_at_the_line(path: Any) -> None:
    with pytest.raises(DeclarationError) as caught:
        get_mapping(path)
    assert caught.value.source == SourceLocation(file=__file__, line=line() - 1)
    assert "str" in caught.value.problem


def test_base_path_on_a_function_is_refused_at_the_line() -> None:
    decorator: Any = request_mapping("/api")
    expected = line() - 1
    with pytest.raises(DeclarationError) as caught:
        decorator(plain)
    assert str(caught.value) == (
        f"{__file__}:{expected}: @request_mapping decorates a class, not plain; "
        "use @get_mapping, @sse_mapping or @websocket_mapping on a method"
    )


def test_base_path_on_something_nameless_is_refused() -> None:
    decorator: Any = request_mapping("/api")
    with pytest.raises(DeclarationError, match="@request_mapping decorates a class, not an object of type int; use"):
        decorator(7)


class Wrong: ...


@pytest.mark.parametrize(
    ("target", "problem"),
    [
        (Wrong, 'the class "Wrong"; decorate its methods; @request_mapping sets a class\'s base path'),
        (staticmethod(plain), 'the staticmethod "plain"; remove @staticmethod and take self as the first parameter'),
        (classmethod(plain), 'the classmethod "plain"; remove @classmethod and take self as the first parameter'),
        (property(plain), "a property; decorate a method defined with def or async def"),
        (None, "a NoneType; decorate a method defined with def or async def"),
    ],
)
def test_what_is_no_method_is_refused_at_the_line(target: Any, problem: str) -> None:
    decorator: Any = put_mapping("/x")
    expected = line() - 1
    with pytest.raises(DeclarationError) as caught:
        decorator(target)
    assert str(caught.value) == f"{__file__}:{expected}: @put_mapping decorates a method, not {problem}"


def test_what_cannot_be_referred_to_weakly_is_refused_at_the_line() -> None:
    decorator: Any = get_mapping("/x")
    expected = line() - 1
    with pytest.raises(DeclarationError) as caught:
        decorator(len)
    assert str(caught.value) == (
        f"{__file__}:{expected}: HttpMapping cannot be declared on len; decorate a class or a function"
    )
