"""Where declarations stand."""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import sys
from pathlib import Path

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


class _Located:
    class Inner: ...

    def method(self) -> type:
        @functools.total_ordering
        class Local:
            def __lt__(self, other: object) -> bool:
                return False

        return Local


def test_classes_are_found_by_their_qualified_names_decorators_included() -> None:
    lines = Path(__file__).read_text(encoding="utf-8").splitlines()
    local = SourceLocation.of(_Located().method())
    inner = SourceLocation.of(_Located.Inner)
    assert inner is not None
    assert lines[inner.line - 1] == "    class Inner: ..."
    assert local is not None
    assert lines[local.line - 1] == "        @functools.total_ordering"


@pytest.mark.skipif(hasattr(type, "__firstlineno__") or hasattr(_Located, "__firstlineno__"), reason="Python tells")
def test_a_file_is_parsed_once_for_all_its_classes(monkeypatch: pytest.MonkeyPatch) -> None:
    assert SourceLocation.of(_Located) is not None
    monkeypatch.setattr(ast, "parse", None)
    assert SourceLocation.of(_Located.Inner) is not None


def test_class_whose_file_has_changed_has_no_location(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "changing_module.py"
    file.write_text("class Old: ...\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    module = importlib.import_module("changing_module")
    monkeypatch.delitem(sys.modules, "changing_module")
    assert SourceLocation.of(module.Old) is None
    monkeypatch.setitem(sys.modules, "changing_module", module)
    assert SourceLocation.of(module.Old) == SourceLocation(file=str(file), line=1)
    if not hasattr(module.Old, "__firstlineno__"):
        file.write_text("class New: ...\n\n", encoding="utf-8")
        assert SourceLocation.of(module.Old) is None
        file.write_text("class Broken(:\n", encoding="utf-8")
        assert SourceLocation.of(module.Old) is None
