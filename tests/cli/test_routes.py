from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from typer.testing import Result

Write: TypeAlias = Callable[[str, str], Path]
Pyfly: TypeAlias = Callable[..., Result]


def test_routes_are_a_table(echo: Path, pyfly: Pyfly) -> None:
    result = pyfly("routes", "echo.py")
    assert result.exit_code == 0
    assert result.stdout == (
        "KIND       PATH      HANDLER              WHERE\nWebSocket  /ws/echo  EchoController.echo  echo.py:10\n"
    )


def test_routes_as_json_have_absolute_files(echo: Path, pyfly: Pyfly) -> None:
    result = pyfly("routes", "echo.py", "--json")
    assert json.loads(result.stdout) == [
        {"kind": "WebSocket", "path": "/ws/echo", "handler": "EchoController.echo", "file": str(echo), "line": 10}
    ]


def test_place_that_cannot_be_told_is_null(write: Write, pyfly: Pyfly) -> None:
    write(
        "odd.py",
        """
        from starlette.applications import Starlette
        from starlette.routing import BaseRoute

        Odd = type("Odd", (BaseRoute,), {"__module__": "nowhere"})
        app = Starlette(routes=[Odd()])
        """,
    )
    assert json.loads(pyfly("routes", "odd.py", "--json").stdout) == [
        {"kind": "Odd", "path": "", "handler": "Odd", "file": None, "line": None}
    ]


def test_routes_are_listed_while_beans_are_missing(write: Write, echo: Path, pyfly: Pyfly) -> None:
    lacking = "\n    def __init__(self, nothing: dict[str, int]) -> None: ...\n"
    write("lacking.py", echo.read_text() + lacking)
    assert "EchoController.echo" in pyfly("routes", "lacking.py").stdout


def test_faults_that_keep_the_routes_from_being_collected_are_told(write: Write, pyfly: Pyfly) -> None:
    write("nothing.py", "x = 1")
    result = pyfly("routes", "nothing.py", "--json")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("nothing.py: error: nothing to serve: no controller and no app;")
