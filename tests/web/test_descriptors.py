"""Descriptors of the web: adopted from attributes that stand alone, and refused where these are wrong."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from pyfly.metadata import DeclarationError, MetadataRegistry, SourceLocation
from pyfly.web.descriptors import HttpMapping, MethodMapping, RequestMapping


def handler_with(mapping: Any) -> Any:
    def handler(self: Any) -> None: ...

    vars(handler)["__pyfly_mapping__"] = mapping
    return handler


def adopt(mapping: Any) -> HttpMapping:
    found = MetadataRegistry().find(handler_with(mapping), HttpMapping)
    assert found is not None
    return found


def fault(mapping: Any) -> str:
    handler = handler_with(mapping)
    with pytest.raises(DeclarationError) as caught:
        MetadataRegistry().find(handler, HttpMapping)
    source = SourceLocation.of(handler)
    assert caught.value.source == source
    return str(caught.value).removeprefix(f"{source}: ")


def test_lone_mapping_is_adopted_with_the_method_s_line() -> None:
    handler = handler_with({"method": "post", "path": "/x", "status_code": 201})
    found = MetadataRegistry().find(handler, HttpMapping)
    assert found == HttpMapping(method="POST", path="/x", status_code=201, source=SourceLocation.of(handler))


def test_lone_mapping_may_leave_out_everything() -> None:
    found = adopt({})
    assert (found.method, found.path, found.status_code) == ("GET", "", 200)


def test_lone_mapping_that_is_no_dictionary_is_refused() -> None:
    assert fault("/x") == "__pyfly_mapping__ is '/x'; it must be a dictionary with the key 'path'"


def test_lone_mapping_s_path_is_checked() -> None:
    assert fault({"path": "x"}) == 'path "x": must start with "/"; write "/x"'


@pytest.mark.parametrize("status_code", [101, 600, "200", None, True])
def test_lone_mapping_s_status_is_checked(status_code: Any) -> None:
    assert fault({"status_code": status_code}) == (
        f"status_code is {status_code!r}; a final HTTP status is a number from 200 to 599"
    )


@pytest.mark.parametrize("method", ["", "GET /", "G\r\nX", None, 7])
def test_lone_mapping_s_method_is_checked(method: Any) -> None:
    assert fault({"method": method}) == f"method is {method!r}; an HTTP method is one word such as 'GET'"


def test_lone_base_path_is_adopted_and_inherited() -> None:
    class Base:
        __pyfly_request_mapping__ = "/base"

    class Derived(Base): ...

    registry = MetadataRegistry()
    for cls in (Base, Derived):
        found = registry.find(cls, RequestMapping)
        assert found is not None
        assert found.path == "/base"


def test_lone_base_path_is_checked() -> None:
    class Base:
        __pyfly_request_mapping__ = "base"

    with pytest.raises(DeclarationError, match='path "base": must start with "/"; write "/base"'):
        MetadataRegistry().find(Base, RequestMapping)


def test_descriptors_are_frozen() -> None:
    mapping: Any = HttpMapping(method="GET", path="/x")
    with pytest.raises(ValidationError, match="frozen"):
        mapping.path = "/y"


def test_kind_of_mapping_that_names_none_is_an_error() -> None:
    with pytest.raises(TypeError, match="MethodMapping names no kind"):
        MethodMapping(path="/x").kind  # noqa: B018  # the mistake under test


def test_requests_are_get_unless_a_mapping_says_otherwise() -> None:
    assert MethodMapping(path="/x").request_method == "GET"
    assert MethodMapping(path="/x").to_attribute() == {"path": "/x"}
