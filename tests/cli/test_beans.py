from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from typer.testing import Result

Write: TypeAlias = Callable[[str, str], Path]
Pyfly: TypeAlias = Callable[..., Result]

SHOP = """\
from pyfly.container import rest_controller, service
from pyfly.events import EventPublisher
from pyfly.web import get_mapping


@service
class Stock:
    def __init__(self, events: EventPublisher) -> None: ...


@service(scope="request", primary=True)
class Cart:
    def __init__(self, stock: Stock) -> None: ...


@rest_controller(scope="request")
class ShopController:
    def __init__(self, cart: Cart, stock: Stock) -> None: ...

    @get_mapping("/")
    def cart(self) -> str:
        return ""
"""


@pytest.fixture
def shop(write: Write) -> Path:
    return write("shop.py", SHOP)


def test_beans_are_a_table_with_what_they_need(shop: Path, pyfly: Pyfly) -> None:
    result = pyfly("beans", "shop.py")
    assert result.exit_code == 0
    assert result.stdout == (
        "BEAN             TYPE            SCOPE      STEREOTYPE       NEEDS         WHERE\n"
        "pyfly_events     EventPublisher  singleton  instance\n"
        "stock            Stock           singleton  service          pyfly_events  shop.py:6\n"
        "cart             Cart            request    service          stock         shop.py:11\n"
        "shop_controller  ShopController  request    rest_controller  cart, stock   shop.py:16\n"
    )


def test_beans_as_json_say_what_depends_on_what(shop: Path, pyfly: Pyfly) -> None:
    beans = {bean["name"]: bean for bean in json.loads(pyfly("beans", "shop.py", "--json").stdout)}
    assert list(beans) == ["pyfly_events", "stock", "cart", "shop_controller"]
    assert beans["pyfly_events"]["file"] is None
    assert beans["cart"] == {
        "name": "cart",
        "type": "Cart",
        "scope": "request",
        "stereotype": "service",
        "primary": True,
        "file": str(shop),
        "line": 11,
        "dependencies": ["stock"],
        "dependents": ["shop_controller"],
    }


def test_beans_of_an_own_application_are_those_of_its_context(write: Write, echo: Path, pyfly: Pyfly) -> None:
    write("own.py", "import echo\nfrom pyfly import create_app\napp = create_app(echo)\n")
    assert [bean["name"] for bean in json.loads(pyfly("beans", "own.py", "--json").stdout)] == ["echo_controller"]


def test_application_without_context_has_no_beans(write: Write, pyfly: Pyfly) -> None:
    write("foreign.py", "from starlette.applications import Starlette\napp = Starlette()\n")
    assert json.loads(pyfly("beans", "foreign.py", "--json").stdout) == []


def test_beans_are_listed_also_where_the_graph_has_faults(write: Write, pyfly: Pyfly) -> None:
    write("shop.py", SHOP.replace("EventPublisher) ->", "dict[str, int]) ->"))
    result = pyfly("beans", "shop.py")
    assert result.exit_code == 0
    assert "stock            Stock           singleton  service                       shop.py:6\n" in result.stdout


def test_target_that_cannot_be_imported_has_no_beans_to_list(pyfly: Pyfly) -> None:
    result = pyfly("beans", "missing.py")
    assert result.exit_code == 1
    assert result.stderr == "missing.py: error: there is no such file\n"


def test_beans_of_a_module_without_controllers_are_listed(write: Write, pyfly: Pyfly) -> None:
    write("stock.py", "from pyfly.container import service\n\n\n@service\nclass Stock: ...\n")
    result = pyfly("beans", "stock.py")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines()[1:] == ["stock  Stock  singleton  service            stock.py:4"]
