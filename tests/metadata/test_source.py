"""Where declarations stand."""

from __future__ import annotations

import functools
import inspect

import pytest

from pyfly.metadata import SourceLocation, default_registry
from pyfly.web.decorators import get_mapping
from pyfly.web.descriptors import HttpMapping


def test_caller_is_the_nearest_line_outside_the_package() -> None:
    here = inspect.currentframe()
    assert here is not None
    location = SourceLocation.of_caller()
    assert location == SourceLocation(file=__file__, line=here.f_lineno - 1)
    assert str(location) == f"{__file__}:{location.line}"


def test_function_is_found_through_wrappers_and_static_methods() -> None:
    def function() -> None: ...

    @functools.wraps(function)
    def wrapper() -> None: ...

    expected = SourceLocation(file=__file__, line=function.__code__.co_firstlineno)
    assert SourceLocation.of(wrapper) == expected
    assert SourceLocation.of(staticmethod(function)) == expected


def test_class_is_found_at_its_definition() -> None:
    location = SourceLocation.of(type(test_class_is_found_at_its_definition))
    assert location is None
    own = SourceLocation.of(_Located)
    assert own is not None
    assert own.file == __file__


@pytest.mark.parametrize("target", [5, int, "text"])
def test_what_has_no_source_has_no_location(target: object) -> None:
    assert SourceLocation.of(target) is None


def test_a_decorator_knows_the_line_of_its_use() -> None:
    class Controller:
        @get_mapping("/")
        def root(self) -> None: ...

    (member,) = default_registry.members(Controller, HttpMapping)
    assert member.descriptor.source == SourceLocation(file=__file__, line=Controller.root.__code__.co_firstlineno)


class _Located: ...
