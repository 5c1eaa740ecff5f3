"""Fixtures for pytest: the application under test, and clients of it.

Every run of pytest where pyfly is installed loads this module, so it imports nothing before a test asks for it.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfly.server.ports import ASGIApp
    from pyfly.testing.fixtures import Connect, ConnectSync, ReplaceBeans

__all__ = ["connect", "connect_sync", "pyfly_app", "replace_beans"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option ``pyfly_app``."""
    parser.addini(
        "pyfly_app",
        help="the application under test: a package or module of controllers, module:app, or module:make_app()",
        default="",
    )


@pytest.fixture
def pyfly_app(request: pytest.FixtureRequest) -> ASGIApp:
    """The application under test: what the option ``pyfly_app`` names, unless a project overrides this fixture."""
    from pyfly.testing.fixtures import configured_app

    text = str(request.config.getini("pyfly_app"))
    if not text:
        pytest.fail(
            'the fixture "pyfly_app" knows no application; name it in the settings of pytest, '
            'as in pyfly_app = "shop.main:app", or override the fixture in conftest.py',
            pytrace=False,
        )
    return configured_app(text)


@pytest.fixture
def connect(request: pytest.FixtureRequest, pyfly_app: ASGIApp) -> Iterator[Connect]:
    """Connects to handlers of the application, which runs from a coroutine test's first line to its last."""
    from pyfly.testing.fixtures import Connect

    connect = Connect(pyfly_app)
    item: pytest.Function = request.node
    test = item.obj
    # A fixture shares its event loop with a test only by the help of one particular plugin; so it is left to none.
    if inspect.iscoroutinefunction(test):
        item.obj = connect.around(test)
    yield connect
    item.obj = test


@pytest.fixture
def connect_sync(pyfly_app: ASGIApp) -> Iterator[ConnectSync]:
    """Connects to handlers of the application from an ordinary function; it runs for as long as the test."""
    from pyfly.testing.fixtures import ConnectSync
    from pyfly.testing.sync import running_sync

    with running_sync(pyfly_app):
        yield ConnectSync(pyfly_app)


@pytest.fixture
def replace_beans(pyfly_app: ASGIApp) -> Iterator[ReplaceBeans]:
    """Replaces beans of the application until the test is over."""
    from pyfly.testing.fixtures import ReplaceBeans

    with ReplaceBeans(pyfly_app) as replace:
        yield replace
