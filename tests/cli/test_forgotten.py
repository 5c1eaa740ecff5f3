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
