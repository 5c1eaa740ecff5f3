"""What the rules themselves say, where no case of mypy or the command reaches."""

from __future__ import annotations

import pytest

from pyfly.metadata import DeclarationError, PathTemplate, SourceLocation
from pyfly.rules import (
    RULE_CODES,
    Fault,
    HookFacts,
    HookParameter,
    ParameterFacts,
    ParameterRules,
    TypeFacts,
    check_disconnect_hook,
    check_injection,
    check_path,
    declaration_error,
    join_paths,
    unknown_variable,
)
from pyfly.rules.types import literal_member

TEXT = TypeFacts("str", ("str",))


def rules(path: str) -> ParameterRules:
    return ParameterRules(handler="Shop.one", template=PathTemplate.parse(path), names=[], has_body=False)


def test_fault_becomes_the_error_of_a_start() -> None:
    source = SourceLocation("shop.py", 3)
    error = declaration_error(Fault("pyfly-hook", "wrong", "mend it"), source)
    assert type(error) is DeclarationError
    assert (str(error), error.code, error.message) == ("shop.py:3: wrong; mend it", "pyfly-hook", "wrong; mend it")
    assert Fault("pyfly-hook", "wrong").message == "wrong"
    assert Fault("pyfly-hook", "wrong", "mend it").message == "wrong; mend it"


def test_path_that_is_no_text_is_a_fault() -> None:
    assert check_path(3) == Fault("pyfly-path", 'path "3": a path is a str, not int')
    assert check_path("/a") is None


def test_paths_are_joined() -> None:
    joined = join_paths("/a/", "/b", handler="Shop.one")
    assert isinstance(joined, PathTemplate)
    assert joined.text == "/a/b"


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        (["/{a}"], 'path "/{a}" has no variable "x"; there is a'),
        (["/{room}/{user}"], 'path "/{room}/{user}" has no variable "x"; there are room, user'),
        (["/a", "/b"], 'paths "/a" and "/b" have no variable "x"; name one in the path'),
    ],
)
def test_unknown_variable_says_what_there_is(paths: list[str], message: str) -> None:
    fault = unknown_variable("x", [PathTemplate.parse(path) for path in paths])
    assert fault is not None
    assert fault.message == message


def test_nothing_is_unknown_where_no_path_is_known() -> None:
    assert unknown_variable("x", []) is None


def test_nothing_is_said_of_a_value_whose_markers_cannot_be_read() -> None:
    unread = ParameterFacts("other", "positional", False, TEXT, known=False)
    assert rules("/{item:int}").check(unread) is None
    assert rules("/{item:int}").check(unread._replace(name="item")) is None
    assert rules("/{item:int}").check(unread._replace(kind="positional_only")) is not None


def test_what_pydantic_may_convert_fits() -> None:
    wrong = ParameterFacts("item", "positional", False, TEXT)
    assert rules("/{item:int}").check(wrong) is not None
    assert rules("/{item:int}").check(wrong._replace(type=TypeFacts("Level", ("other",)))) is None


@pytest.mark.parametrize(
    ("path", "kinds", "mend"),
    [
        ("/{item:int}", ["int"], None),
        ("/{item:float}", ["int"], None),
        ("/{item:int}", ["str", "int"], None),
        ("/{item}", ["str"], None),
        ("/{item}", ["Level"], None),
        ("/{item:int}", ["str"], 'annotate it int, or write "{item}"'),
        ("/{item}", ["int"], 'annotate it str, or write "{item:int}"'),
        ("/{item:uuid}", ["bytes"], "annotate it UUID"),
    ],
)
def test_literals_are_compared_with_what_a_converter_gives(path: str, kinds: list[str], mend: str | None) -> None:
    members = tuple(literal_member(kind) for kind in kinds)
    fault = rules(path).check(ParameterFacts("item", "positional", False, TypeFacts("Literal[...]", members)))
    assert (fault and fault.mend) == mend


def test_hook_may_take_the_session_among_all_arguments() -> None:
    hook = HookFacts("Rooms.on_disconnect", [HookParameter("arguments", "variadic", False)], yields=False)
    assert check_disconnect_hook(hook) is None


def test_annotated_parameter_is_injected() -> None:
    assert check_injection("Stock.__init__", "store", annotated=True, has_default=False) is None
    assert check_injection("Stock.__init__", "store", annotated=False, has_default=True) is None


def test_every_code_names_the_project() -> None:
    assert all(code.startswith("pyfly-") for code in RULE_CODES)
