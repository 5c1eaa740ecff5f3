"""The plugin among others, its options, and what it leaves alone."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.mypy.conftest import Project

ROOT = Path(__file__).resolve().parents[2]
WRONG = """\
    from pydantic import BaseModel, Field

    from pyfly.container import rest_controller
    from pyfly.web import Body, get_mapping, post_mapping


    class Order(BaseModel):
        size: int = Field(gt=0, alias="Size")


    @rest_controller
    class Shop:
        @get_mapping("/{order_id}")
        def one(self, order: int) -> Order:
            return Order(Size="3")

        @post_mapping("/")
        def add(self, order: Body[Order]) -> Order:
            return order
    """
PATH = (
    'shop.py:13: {}: path "/{{order_id}}" has no variable for parameter "order"; did you mean "order_id"?  [pyfly-path]'
)
SIZE = 'shop.py:15: error: Argument "Size" to "Order" has incompatible type "str"; expected "int"  [arg-type]'


@pytest.mark.parametrize("plugins", ["pydantic.mypy, pyfly.mypy", "pyfly.mypy, pydantic.mypy"])
def test_works_beside_pydantic_s_plugin(project: Project, plugins: str) -> None:
    project.write("mypy.ini", f"[mypy]\nplugins = {plugins}\nstrict = True\n[pydantic-mypy]\ninit_typed = True\n")
    project.write("shop.py", WRONG)
    assert project.mypy() == [PATH.format("error"), SIZE]


def test_options_change_what_is_told_also_of_modules_in_the_cache(project: Project) -> None:
    project.write("shop.py", WRONG.replace('Size="3"', "Size=3"))
    assert project.mypy() == [PATH.format("error")]
    project.write("pyproject.toml", '[tool.pyfly.rules]\npyfly-path = "warning"\n')
    assert project.mypy() == [PATH.format("note").removesuffix("  [pyfly-path]")]
    project.write("pyproject.toml", '[tool.pyfly.rules]\npyfly-path = "off"\n')
    assert project.mypy() == []
    project.write("pyproject.toml", "")
    assert project.mypy() == [PATH.format("error")]


def test_rule_that_is_off_leaves_mypy_its_own_words(project: Project) -> None:
    project.write("pyproject.toml", '[tool.pyfly.rules]\npyfly-handler = "off"\n')
    project.write(
        "shop.py",
        """\
        from pyfly.websocket import websocket_mapping

        class Shop:
            @websocket_mapping()
            def talk(self) -> None: ...
        """,
    )
    assert [line.rpartition("  ")[2] for line in project.mypy()] == ["[type-var]"]


def test_wrong_option_is_told_in_one_line(project: Project) -> None:
    project.write("pyproject.toml", '[tool.pyfly.rules]\npyfly-pth = "off"\n')
    project.write("shop.py", "")
    ran = project.run("mypy", "shop.py")
    told = 'pyproject.toml: error: [tool.pyfly.rules] has no rule "pyfly-pth"; did you mean "pyfly-path"?'
    assert told in ran.stdout.splitlines()
    assert "Traceback" not in ran.stdout + ran.stderr
    assert ran.returncode == 2


def test_fault_is_ignored_by_its_code(project: Project) -> None:
    project.write("shop.py", WRONG.replace('"/{order_id}")', '"/{order_id}")  # type: ignore[pyfly-path]'))
    assert project.mypy() == [SIZE]


@pytest.mark.parametrize("handler", ["show", "show = websocket_mapping('/x')(show)"])
def test_functions_outside_of_classes_are_left_alone(project: Project, handler: str) -> None:
    project.write(
        "shop.py",
        f"""\
        from pyfly.web import get_mapping
        from pyfly.websocket import WebSocketSession, websocket_mapping

        async def show(session: int, session2: WebSocketSession) -> None: ...

        {handler}

        @get_mapping("/{{x}}")
        def outside(y: str) -> None: ...
        """,
    )
    assert project.mypy() == []


def test_path_that_only_running_tells_is_left_alone(project: Project) -> None:
    project.write(
        "shop.py",
        """\
        from os import environ

        from pyfly.container import rest_controller
        from pyfly.web import get_mapping, request_mapping

        BASE = environ["BASE"]

        @rest_controller
        @request_mapping(BASE)
        class Shop:
            @get_mapping("/x")
            def one(self, item: str) -> None: ...

        @rest_controller
        class Other:
            @get_mapping(f"/{BASE}")
            def one(self, item: str) -> None: ...
        """,
    )
    assert project.mypy() == []


def test_the_project_s_own_examples_are_right(project: Project) -> None:
    shutil.copytree(ROOT / "examples", project.directory / "examples")
    shutil.copytree(ROOT / "tests/guide/snippets", project.directory / "snippets", ignore=lambda *_: ["fragments"])
    assert [line for line in project.mypy() if "pyfly-" in line] == []
