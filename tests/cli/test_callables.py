from __future__ import annotations

import functools
import types
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint

from pyfly.application import ApplicationError
from pyfly.cli.callables import is_application, is_plain_application, make_application
from pyfly.cli.errors import TargetError
from pyfly.container import rest_controller
from pyfly.metadata import DeclarationError


async def function_application(scope: Any, receive: Any, send: Any) -> None: ...


def returning_application(scope: Any, receive: Any, send: Any) -> Any:
    return function_application(scope, receive, send)


class VariadicApplication:
    async def __call__(self, *args: Any) -> None: ...


class Variadic:
    def __call__(self, *args: Any) -> None: ...


@pytest.mark.parametrize(
    "value", [function_application, Starlette(), VariadicApplication(), functools.partial(function_application)]
)
def test_plain_applications_are_told_by_their_call(value: object) -> None:
    assert is_plain_application(value)
    assert is_application(value)


@pytest.mark.parametrize("value", [returning_application, HTTPEndpoint])
def test_what_may_be_called_so_is_an_application_only_where_it_is_named(value: object) -> None:
    assert is_application(value)
    assert not is_plain_application(value)


@pytest.mark.parametrize("value", [None, 3, Variadic(), Starlette, lambda: None, len, dict])
def test_other_things_are_no_application(value: object) -> None:
    assert not is_application(value)


def test_factory_is_called_without_arguments() -> None:
    app = Starlette()
    assert make_application(lambda debug=False: app, "shop:make") is app


def test_class_whose_objects_are_applications_is_a_factory() -> None:
    assert isinstance(make_application(VariadicApplication, "shop:Application"), VariadicApplication)


async def _make_later() -> Starlette:
    return Starlette()


@rest_controller
class _Controller:
    pass


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            3,
            "shop:x: is an object of type int; "
            "expected an ASGI application, or a function without arguments that makes one",
        ),
        (
            Starlette().add_route,
            "shop:x: is Starlette.add_route, which takes arguments; "
            "expected an ASGI application, or a function without arguments that makes one",
        ),
        (lambda: "text", "shop:x: made an object of type str, not an ASGI application; return the application"),
        (_make_later, "shop:x: is an async function; make it a plain one that returns the application"),
        (types.ModuleType("shop.x"), 'shop:x: is the module shop.x; write "shop.x"'),
        (_Controller, 'shop:x: is the class _Controller, not an application; write "shop" to serve its controllers'),
    ],
)
def test_what_makes_no_application_is_refused(value: object, message: str) -> None:
    with pytest.raises(TargetError) as caught:
        make_application(value, "shop:x")
    assert str(caught.value) == message


def test_failing_factory_is_told_with_its_own_line() -> None:
    def make() -> None:
        raise KeyError

    with pytest.raises(DeclarationError) as caught:
        make_application(make, "shop:make")
    assert str(caught.value) == (
        f"{__file__}:{make.__code__.co_firstlineno + 1}: cannot make the application shop:make: KeyError"
    )
    assert isinstance(caught.value.__cause__, KeyError)


def test_factory_that_exits_is_a_failure() -> None:
    def make() -> None:
        raise SystemExit(3)

    with pytest.raises(DeclarationError, match="cannot make the application shop:make: SystemExit: 3"):
        make_application(make, "shop:make")


def test_failure_of_a_factory_without_a_line_of_its_own_has_no_place() -> None:
    with pytest.raises(DeclarationError) as caught:
        make_application({}.popitem, "shop:make")
    assert caught.value.source is None


def test_error_of_pyfly_in_a_factory_stays_what_it_is() -> None:
    def make() -> None:
        raise ApplicationError("nothing to serve")

    with pytest.raises(ApplicationError):
        make_application(make, "shop:make")
