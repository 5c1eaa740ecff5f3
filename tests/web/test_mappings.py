"""What every mapping decorator shares: the checked path, the checked target, the record."""

from __future__ import annotations

import sys
from typing import Any, ClassVar

import pytest

from pyfly.metadata import DeclarationError, MetadataRegistry, SourceLocation, default_registry
from pyfly.web.descriptors import MethodMapping
from pyfly.web.mappings import declare_method, declare_path


class TickMapping(MethodMapping):
    attribute: ClassVar[str | None] = "__tick_mapping__"


def line() -> int:
    return sys._getframe(1).f_lineno


def test_path_is_returned_with_the_author_s_line() -> None:
    assert declare_path("/a/{b}", decorator="tick") == (
        "/a/{b}",
        SourceLocation(file=__file__, line=line() - 2),
    )


def test_a_class_for_a_path_is_missing_parentheses() -> None:
    with pytest.raises(DeclarationError, match=r"@tick is used without parentheses; write @tick\(\) or @tick"):
        declare_path(TickMapping, decorator="tick")


def test_method_is_recorded_in_the_process_wide_registry_by_default() -> None:
    def handler(self: Any) -> None: ...

    mapping = TickMapping(path="/x")
    declare_method(handler, mapping, decorator="tick")
    del vars(handler)["__tick_mapping__"]
    assert default_registry.find(handler, TickMapping) is mapping


def test_method_is_recorded_in_a_registry_given() -> None:
    def handler(self: Any) -> None: ...

    registry = MetadataRegistry()
    mapping = TickMapping(path="/x")
    declare_method(handler, mapping, decorator="tick", registry=registry)
    assert registry.find(handler, TickMapping) is mapping
    assert vars(handler)["__tick_mapping__"] == {"path": "/x"}


@pytest.mark.parametrize("target", [int, staticmethod(print), classmethod(print), property(), None, "handler"])
def test_what_is_no_method_is_not_recorded(target: Any) -> None:
    registry = MetadataRegistry()
    with pytest.raises(DeclarationError, match="@tick decorates a method, not"):
        declare_method(target, TickMapping(path="/x"), decorator="tick", registry=registry)
    assert registry.declarations(TickMapping) == ()
