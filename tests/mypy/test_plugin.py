"""The plugin among others, its options, and what it leaves alone."""

from __future__ import annotations

import shutil
import sys
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


def test_mapping_that_another_module_makes_is_left_to_the_command(project: Project) -> None:
    project.write(
        "mappings.py", 'from pyfly.web import get_mapping\n\none = get_mapping("/one/{order_id}")\nshown = one\n'
    )
    project.write(
        "shop.py",
        """\
        from mappings import one
        from pyfly.container import rest_controller


        @rest_controller
        class Shop:
            @one
            def one(self, order: int) -> int:
                return order
        """,
    )
    assert project.mypy() == []
    assert project.run("pyfly", "check", "shop.py").stdout == (
        'mappings.py:3: error: path "/one/{order_id}" has no variable for parameter "order"; did you mean "order_id"?  '
        "[pyfly-path]\n"
    )


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the type statement is new in Python 3.12")
def test_types_that_type_statements_name_are_looked_through(project: Project) -> None:
    project.write(
        "shop.py",
        """\
        from typing import Annotated

        from pyfly.container import rest_controller
        from pyfly.web import FromQuery, get_mapping

        type Name = str
        type Maybe[T] = T | None
        type Asked[T] = Annotated[T, FromQuery()]


        @rest_controller
        class Shop:
            @get_mapping("/a/{name}")
            def a(self, nam: Maybe[Name], page: Asked[int]) -> str:
                return ""

            @get_mapping("/b/{size:int}")
            def b(self, size: Maybe[str]) -> str:
                return ""
        """,
    )
    told = [
        'shop.py:13: error: path "/a/{name}" has no variable for parameter "nam"; did you mean "name"?  [pyfly-path]',
        'shop.py:17: error: path "/b/{size:int}": "{size:int}" gives int, but parameter "size" is "Maybe[str]"; '
        'annotate it int, or write "{size}"  [pyfly-path]',
    ]
    assert project.mypy() == told
    assert project.run("pyfly", "check", "shop.py").stdout.splitlines() == told
