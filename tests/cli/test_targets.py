from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias, cast

import pytest
from starlette.applications import Starlette

from pyfly.cli.errors import TargetError
from pyfly.cli.targets import TARGET_VARIABLE, Target, load
from pyfly.container.errors import ScanError
from pyfly.metadata import DeclarationErrors

Write: TypeAlias = Callable[[str, str], Path]


def paths(text: str) -> list[str]:
    application = cast("Starlette", Target.parse(text).load())
    return [getattr(route, "path", "") for route in application.routes]


@pytest.mark.parametrize("text", ["echo.py", "./echo.py", "echo"])
def test_controllers_alone_are_served(echo: Path, text: str) -> None:
    assert paths(text) == ["/ws/echo"]


def test_file_is_found_by_its_absolute_path(echo: Path) -> None:
    assert paths(str(echo)) == ["/ws/echo"]


@pytest.mark.parametrize("text", ["shop", "shop/", "shop/__init__.py"])
def test_package_is_served_with_everything_below(write: Write, echo: Path, text: str) -> None:
    write("shop/__init__.py", "")
    write("shop/live/echo.py", echo.read_text())
    write("shop/live/__init__.py", "")
    assert paths(text) == ["/ws/echo"]


def test_application_in_the_file_wins_over_its_controllers(write: Write, echo: Path) -> None:
    own = "\nfrom starlette.applications import Starlette\nfrom starlette.routing import Mount\n"
    write("both.py", echo.read_text() + own + 'app = Starlette(routes=[Mount("/own", Starlette())])\n')
    assert paths("both.py") == ["/own"]


def test_what_is_called_app_and_is_none_is_no_obstacle(write: Write, echo: Path) -> None:
    write("typed.py", echo.read_text() + "\napp = {}\n")
    assert paths("typed.py") == ["/ws/echo"]


@pytest.mark.parametrize("attribute", ["application", "Sites.main", "make"])
def test_attribute_names_an_application_or_what_makes_one(write: Write, attribute: str) -> None:
    write(
        "site_under_test.py",
        """
        from starlette.applications import Starlette
        from starlette.routing import Mount

        application = Starlette(routes=[Mount("/own", Starlette())])

        class Sites:
            main = application

        def make():
            return application
        """,
    )
    assert paths(f"site_under_test:{attribute}") == ["/own"]
    assert paths(f"site_under_test.py:{attribute}") == ["/own"]


def test_colon_of_a_drive_names_no_attribute() -> None:
    with pytest.raises(TargetError, match=r"there is no directory|there is no such file"):
        Target.parse("C:\\apps/echo.py")


def test_target_for_other_processes_is_absolute(echo: Path) -> None:
    assert Target.parse("echo.py").for_other_processes() == str(echo)
    assert Target.parse("echo.py:a.b").for_other_processes() == f"{echo}:a.b"
    assert Target.parse("shop.api:a").for_other_processes() == "shop.api:a"


def test_other_process_loads_what_the_environment_names(echo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TARGET_VARIABLE, str(echo))
    assert [getattr(route, "path", "") for route in cast("Starlette", load()).routes] == ["/ws/echo"]


def test_nothing_in_the_environment_is_no_target() -> None:
    with pytest.raises(TargetError):
        load()


EXAMPLE = 'write "echo.py" for its controllers or "echo.py:app" for an application in it'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ech.py", 'ech.py: there is no such file; did you mean "echo.py"?'),
        ("./o.py", "./o.py: there is no such file"),
        ("apps/chta.py", 'apps/chta.py: there is no such file; did you mean "apps/chat.py"?'),
        ("apps/chat", 'apps/chat: there is no such file; did you mean "apps/chat.py"?'),
        ("none/echo.py", "none/echo.py: there is no directory none"),
        (".", '.: is a directory, and no package; name a file in it: "echo.py"'),
        ("./notes.txt", f"./notes.txt: is no Python file; {EXAMPLE}"),
        ("notes.txt", f"notes.txt: is no Python file; {EXAMPLE}"),
        ("no-tes.txt", f"no-tes.txt: is no Python file; {EXAMPLE}"),
        ("./apps", './apps: is a directory, and no package; name a file in it: "apps/chat.py"'),
        ("./empty", "./empty: is a directory, and no package"),
        ("echo.py:", f"echo.py:: expected a name after the colon, got ''; {EXAMPLE}"),
        ("echo.py:1a", f"echo.py:1a: expected a name after the colon, got '1a'; {EXAMPLE}"),
        (":app", f":app: expected a file, a module or module:attribute; {EXAMPLE}"),
        ("ech-o", 'ech-o: expected a file, a module or module:attribute; did you mean "echo.py"?'),
        (
            "echo.py:EchoControler",
            "echo.py:EchoControler: echo has no attribute 'EchoControler'; did you mean \"EchoController\"?",
        ),
        ("echo:EchoController.zzz", "echo:EchoController.zzz: echo.EchoController has no attribute 'zzz'"),
        (
            "plain.py",
            "plain.py: nothing to serve: no controller and no app; "
            "decorate a class with @rest_controller, or name what makes an application, as in plain.py:create",
        ),
        (
            "other_name.py",
            'other_name.py: nothing to serve: no controller and no app; did you mean "other_name.py:application"?',
        ),
        (
            "no_asgi.py",
            "no_asgi.py: nothing to serve: no controller, and its app is an object of type dict, "
            "not an ASGI application; "
            "decorate a class with @rest_controller, or name what makes an application, as in no_asgi.py:create",
        ),
    ],
)
def test_wrong_target_is_told_clearly(write: Write, directory: Path, echo: Path, text: str, message: str) -> None:
    write("apps/chat.py", "")
    write("notes.txt", "")
    write("no-tes.txt", "")
    (directory / "empty").mkdir()
    write("plain.py", "x = 1")
    write("no_asgi.py", "app = {}")
    write("other_name.py", "async def application(scope, receive, send): ...")
    with pytest.raises(TargetError) as caught:
        Target.parse(text).load()
    assert str(caught.value) == message


def test_missing_module_names_where_it_was_looked_for(echo: Path, directory: Path) -> None:
    with pytest.raises(TargetError) as caught:
        Target.parse("ecoh").load()
    assert str(caught.value) == (
        f"ecoh: there is no module 'ecoh' in {directory} or on the Python path; did you mean echo?"
    )


def test_missing_module_of_a_package_is_told_apart_from_what_it_imports(write: Write) -> None:
    write("shop/__init__.py", "")
    file = write("shop/api.py", "import nothing_of_the_kind")
    with pytest.raises(TargetError, match=re.escape("there is no module 'shop.apy'")):
        Target.parse("shop.apy").load()
    with pytest.raises(ScanError, match=re.escape(f"{file}:1: cannot import shop.api: ModuleNotFoundError")):
        Target.parse("shop.api").load()


def test_faults_of_controllers_are_raised_as_they_are(write: Write, echo: Path) -> None:
    write("twice.py", echo.read_text() + "\n\n@rest_controller\nclass Other(EchoController):\n    pass\n")
    with pytest.raises(DeclarationErrors, match="matches the same paths"):
        Target.parse("twice.py").load()


def test_file_named_like_another_module_keeps_its_name_in_messages(write: Write) -> None:
    write("json.py", "1 / 0")
    write("csv.py", "")
    with pytest.raises(ScanError, match="cannot import json: ZeroDivisionError"):
        Target.parse("json.py").load()
    with pytest.raises(TargetError, match=re.escape("csv.py:app: csv has no attribute 'app'")):
        Target.parse("csv.py:app").load()
