from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from pyfly.errors import PyflyError
from pyfly.server import AppTarget, ServerError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SOURCE = """
from pyfly.errors import PyflyError

async def app(scope, receive, send): ...

class nested:
    app = app

def make(): return app
def make_number(): return 3
def break_down(): raise LookupError
def misdeclare(): raise PyflyError("app.py:3: a bad path")

number = 3
"""


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Never called."""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The working directory, with a module `aimed_at` in it."""
    (tmp_path / "aimed_at.py").write_text(SOURCE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]


def test_an_object_is_served_as_it_is() -> None:
    assert AppTarget(application).load() is application


def test_a_factory_is_called() -> None:
    assert AppTarget(lambda: application, factory=True).load() is application


@pytest.mark.usefixtures("here")
def test_an_import_string_is_found_in_the_working_directory() -> None:
    app = AppTarget("aimed_at:app").load()
    assert app.__module__ == "aimed_at"
    assert AppTarget("aimed_at:nested.app").load() is app
    assert AppTarget("aimed_at:make", factory=True).load() is app


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("target", "factory", "message"),
    [
        ("aimed_at", False, "cannot serve 'aimed_at': expected 'module:attribute', for example 'demo:app'"),
        (":app", False, "cannot serve ':app': expected 'module:attribute', for example 'demo:app'"),
        ("aimed_at:", False, "cannot serve 'aimed_at:': expected 'module:attribute', for example 'demo:app'"),
        ("aimed_at:ap", False, "cannot serve 'aimed_at:ap': aimed_at has no attribute 'ap'; did you mean 'app'?"),
        ("aimed_at:zzz", False, "cannot serve 'aimed_at:zzz': aimed_at has no attribute 'zzz'"),
        ("aimed_at:number", False, "cannot serve 'aimed_at:number': expected an ASGI application, got int"),
        (
            "aimed_at:make_number",
            True,
            "cannot serve what 'aimed_at:make_number' made: expected an ASGI application, got int",
        ),
        ("aimed_at:break_down", True, "cannot make the application: 'aimed_at:break_down' raised LookupError"),
    ],
)
def test_what_cannot_be_served_is_said_plainly(target: str, factory: bool, message: str) -> None:
    with pytest.raises(ServerError) as caught:
        AppTarget(target, factory=factory).load()
    assert str(caught.value) == message


def test_a_module_that_is_not_there_is_told_from_one_that_misses_another(here: Path) -> None:
    (here / "needy.py").write_text("import not_installed_anywhere")
    with pytest.raises(ServerError) as caught:
        AppTarget("package.module:app").load()
    assert str(caught.value) == (
        f"cannot serve 'package.module:app': there is no module 'package' in {here} or on the Python path"
    )
    with pytest.raises(ServerError) as caught:
        AppTarget("needy:app").load()
    assert str(caught.value) == (
        "cannot serve 'needy:app': importing needy raised ModuleNotFoundError: No module named 'not_installed_anywhere'"
    )
    assert isinstance(caught.value.__cause__, ModuleNotFoundError)


def test_a_module_that_fails_is_named_with_the_cause(here: Path) -> None:
    (here / "failing.py").write_text("1 / 0")
    with pytest.raises(ServerError) as caught:
        AppTarget("failing:app").load()
    assert (
        str(caught.value) == "cannot serve 'failing:app': importing failing raised ZeroDivisionError: division by zero"
    )
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_what_pyfly_finds_wrong_itself_is_passed_on(here: Path) -> None:
    (here / "misdeclared.py").write_text("from aimed_at import misdeclare\nmisdeclare()")
    for target, factory in (("aimed_at:misdeclare", True), ("misdeclared:app", False)):
        with pytest.raises(PyflyError) as caught:
            AppTarget(target, factory=factory).load()
        assert str(caught.value) == "app.py:3: a bad path"
