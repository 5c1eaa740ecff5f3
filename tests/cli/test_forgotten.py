from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from typer.testing import Result

Write: TypeAlias = Callable[[str, str], Path]
Pyfly: TypeAlias = Callable[..., Result]

MIXED = """\
from pyfly.container import rest_controller
from pyfly.web import get_mapping


class Shared:
    @get_mapping("/shared")
    def shared(self) -> str:
        return ""


@rest_controller
class Served(Shared): ...


class Unserved:
    @get_mapping("/unserved")
    def unserved(self) -> str:
        return ""


class Forgotten(Unserved): ...
"""

WARNING = ":21: warning: Forgotten has mappings but no stereotype; mark it @rest_controller\n"


def test_class_with_mappings_and_no_stereotype_is_warned_of(write: Write, pyfly: Pyfly) -> None:
    write("mixed.py", MIXED)
    result = pyfly("check", "mixed.py", "mixed")
    assert result.stdout == f"mixed.py{WARNING}no faults in 1 controller, 1 route, 1 bean\n"
    assert result.exit_code == 0


def test_modules_of_a_package_are_looked_at(write: Write, pyfly: Pyfly) -> None:
    write("shop/__init__.py", "")
    write("shop/api.py", MIXED)
    write("shop/other.py", MIXED.partition("class Unserved")[0].replace("@rest_controller", ""))
    assert pyfly("check", "shop").stdout.splitlines()[:2] == [
        f"shop/api.py{WARNING}".strip(),
        "shop/other.py:12: warning: Served has mappings but no stereotype; mark it @rest_controller",
    ]


def test_modules_of_an_own_applications_beans_are_looked_at(write: Write, pyfly: Pyfly) -> None:
    write("mixed.py", MIXED)
    write("main.py", "from pyfly import create_app\napp = create_app('mixed')\n")
    assert pyfly("check", "main.py").stdout.startswith(f"mixed.py{WARNING}")


def test_controller_that_was_given_to_a_registrar_needs_no_stereotype(write: Write, pyfly: Pyfly) -> None:
    routes = "WebRegistrar(controllers=[Served, Forgotten]).collect_routes(app.state.context)"
    write(
        "mixed.py",
        "from pyfly import create_app\nfrom pyfly.web.adapters.starlette import ControllerRegistrar as WebRegistrar\n"
        f"{MIXED}\napp = create_app()\napp.state.context.register(Forgotten)\napp.router.routes.extend({routes})\n",
    )
    assert "warning" not in pyfly("check", "mixed.py").stdout


def test_run_warns_before_it_serves(write: Write, pyfly: Pyfly, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pyfly.cli.running.serve", lambda *arguments, **options: None)
    write("mixed.py", MIXED)
    result = pyfly("run", "mixed.py")
    assert (result.exit_code, result.stderr) == (0, f"mixed.py{WARNING}")


FUNCTIONS = """\
from pyfly.web import get_mapping, post_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping


@get_mapping("/chat")
@post_mapping("/chat")
async def handle(x: int) -> str:
    return ""


@websocket_mapping("/echo")
async def borrowed(self: object, session: WebSocketSession) -> None: ...


def make() -> object:
    @get_mapping("/made")
    def made(self: object) -> str:
        return ""

    return made
"""

FUNCTION_WARNING = (
    "functions.py:5: warning: handle has a mapping and belongs to no class, so nothing serves it; "
    "move it into a class marked @rest_controller, with self as its first parameter\n"
)


def test_mapped_function_of_no_class_is_warned_of(write: Write, pyfly: Pyfly) -> None:
    controller = "@rest_controller\nclass Chat:\n    echo = borrowed\n    made = make()\n"
    write("functions.py", f"{FUNCTIONS}\n\nfrom pyfly.container import rest_controller\n\n\n{controller}")
    result = pyfly("check", "functions.py")
    assert result.stdout == f"{FUNCTION_WARNING}no faults in 1 controller, 2 routes, 1 bean\n"
    assert result.exit_code == 0


def test_mapped_function_is_told_where_nothing_else_is_served(write: Write, pyfly: Pyfly) -> None:
    write("functions.py", FUNCTIONS.replace("borrowed", "self_taught"))
    write("loose.py", MIXED.partition("@rest_controller")[0])
    told = pyfly("check", "functions.py", "loose.py").stdout.splitlines()
    assert told[0] == FUNCTION_WARNING.strip()
    assert told[1].startswith("functions.py:11: warning: self_taught has a mapping and belongs to no class")
    assert told[2] == "loose.py:5: warning: Shared has mappings but no stereotype; mark it @rest_controller"
    assert [line.split(";")[0] for line in told[3:]] == [
        "functions.py: error: nothing to serve: no controller and no app",
        "loose.py: error: nothing to serve: no controller and no app",
    ]
    result = pyfly("run", "functions.py")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[0] == FUNCTION_WARNING.strip()
    assert result.stderr.splitlines()[2].startswith("functions.py: error: nothing to serve")


LOOSE = """\
from pyfly.container import bean, configuration, post_construct, pre_destroy, rest_controller, service
from pyfly.events import event_listener
from pyfly.web import get_mapping


class Stock:
    @post_construct
    def fill(self) -> None: ...


class Store:
    pass


class StoreInMemory(Store):
    @pre_destroy
    def clear(self) -> None: ...


class Mixin:
    @event_listener
    def on_text(self, event: str) -> None: ...


class Beans:
    @bean
    def number(self) -> int:
        return 1


class Listener:
    @event_listener
    def on_text(self, event: str) -> None: ...


class Hooked:
    @pre_destroy
    def leave(self) -> None: ...


@configuration
class Shop:
    @bean
    def stock(self) -> Stock:
        return Stock()

    @bean
    def store(self) -> Store:
        return StoreInMemory()


@service
class Heard(Mixin): ...


"""

CONTROLLER = '@rest_controller\nclass Api:\n    @get_mapping("/")\n    def index(self) -> str:\n        return ""\n'


def test_what_only_the_container_would_call_is_warned_of_in_classes_it_does_not_know(
    write: Write, pyfly: Pyfly
) -> None:
    write("loose.py", LOOSE + CONTROLLER)
    assert pyfly("check", "loose.py").stdout.splitlines() == [
        "loose.py:25: warning: Beans has @bean methods but no stereotype; mark it @configuration",
        "loose.py:31: warning: Listener has event listeners but no stereotype; mark it @component",
        "loose.py:36: warning: Hooked has lifecycle hooks but no stereotype; mark it @component",
        "no faults in 1 controller, 1 route, 5 beans",
    ]
