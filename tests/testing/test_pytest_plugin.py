"""The fixtures, in projects of their own, and what the plugin costs those that do not use it."""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHOP = """
    from pyfly import create_app
    from pyfly.container import rest_controller, service
    from pyfly.websocket import WebSocketSession, websocket_mapping

    @service
    class Counter:
        def __init__(self) -> None:
            self.count = 0

    @rest_controller
    class ShopController:
        def __init__(self, counter: Counter) -> None:
            self.counter = counter

        @websocket_mapping("/count/{step:int}")
        async def count(self, session: WebSocketSession[str, int], step: int) -> None:
            await session.accept()
            self.counter.count += step
            await session.send(self.counter.count)

    def make_app():
        return create_app("shop")

    app = make_app()
    """
ASYNC_TESTS = """
    from pyfly.testing import replace_beans as replace
    from shop import Counter, ShopController

    class Hundred(Counter):
        def __init__(self):
            self.count = 100

    {mark}
    async def test_application_runs_from_the_first_line_to_the_last(connect):
        for expected in (1, 3):
            async with connect(ShopController.count, step=expected - expected // 2) as client:
                assert await client.receive() == expected

    {mark}
    async def test_each_test_has_its_own(connect):
        async with connect.path("/count/1") as client:
            assert await client.receive_json() == 1
        assert connect.app.state.context.get_bean(Counter).count == 1

    class TestMethods:
        {mark}
        async def test_application_runs_for_methods_too(self, connect):
            for expected in (1, 2):
                async with connect(ShopController.count, step=1) as client:
                    assert await client.receive() == expected

    {mark}
    async def test_beans_are_replaced(connect, replace_beans):
        replace_beans({{Counter: Hundred()}})
        async with connect(ShopController.count, 1) as client:
            assert await client.receive() == 101
    """
SYNC_TESTS = """
    from shop import Counter, ShopController

    def test_application_runs_as_long_as_the_test(connect_sync):
        for expected in (1, 2):
            with connect_sync(ShopController.count, 1) as client:
                assert client.receive() == expected
        with connect_sync.path("/count/1") as client:
            assert client.receive_json() == 3
        assert connect_sync.app.state.context.get_bean(Counter).count == 3
    """


def run(directory: Path, files: dict[str, str], *plugins: str) -> subprocess.CompletedProcess[str]:
    """Run pytest in a project of its own, with pyfly's plugin and these."""
    for name, text in files.items():
        (directory / name).write_text(textwrap.dedent(text), encoding="utf-8")
    loaded = [option for plugin in ("pyfly.pytest_plugin", *plugins) for option in ("-p", plugin)]
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", *loaded],
        cwd=directory,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def ini(**options: str) -> str:
    return "\n".join(["[pytest]", *(f"{name} = {value}" for name, value in options.items())])


@pytest.mark.parametrize("target", ["shop", "shop:make_app()"])
def test_async_tests_under_pytest_asyncio(tmp_path: Path, target: str) -> None:
    files = {
        "shop.py": SHOP,
        "test_shop.py": "import pytest\n" + textwrap.dedent(ASYNC_TESTS.format(mark="@pytest.mark.asyncio")),
        "pytest.ini": ini(pyfly_app=target, pythonpath=".", asyncio_default_fixture_loop_scope="function"),
    }
    ran = run(tmp_path, files, "pytest_asyncio.plugin")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "4 passed" in ran.stdout


def test_async_tests_under_anyio(tmp_path: Path) -> None:
    files = {
        "shop.py": SHOP,
        "conftest.py": "import pytest\n\n@pytest.fixture\ndef anyio_backend():\n    return 'asyncio'\n",
        "test_shop.py": "import pytest\n" + textwrap.dedent(ASYNC_TESTS.format(mark="@pytest.mark.anyio")),
        "pytest.ini": ini(pyfly_app="shop", pythonpath="."),
    }
    ran = run(tmp_path, files, "anyio")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "4 passed" in ran.stdout


@pytest.mark.parametrize("target", ["shop", "shop:app"])
def test_sync_tests_need_no_plugin(tmp_path: Path, target: str) -> None:
    files = {"shop.py": SHOP, "test_shop.py": SYNC_TESTS, "pytest.ini": ini(pyfly_app=target, pythonpath=".")}
    ran = run(tmp_path, files)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_fixture_is_overridden(tmp_path: Path) -> None:
    conftest = """
        import pytest
        from shop import make_app

        @pytest.fixture
        def pyfly_app():
            return make_app()
        """
    files = {"shop.py": SHOP, "conftest.py": conftest, "test_shop.py": SYNC_TESTS, "pytest.ini": ini(pythonpath=".")}
    ran = run(tmp_path, files)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_unknown_application_is_told(tmp_path: Path) -> None:
    files = {"shop.py": SHOP, "test_shop.py": SYNC_TESTS, "pytest.ini": ini(pythonpath=".")}
    ran = run(tmp_path, files)
    assert ran.returncode == 1
    assert (
        'the fixture "pyfly_app" knows no application; name it in the settings of pytest, '
        'as in pyfly_app = "shop.main:app", or override the fixture in conftest.py'
    ) in ran.stdout


def test_application_that_does_not_start_fails_the_test(tmp_path: Path) -> None:
    broken = """
        from shop import ShopController
        from pyfly import create_app

        app = create_app(ShopController)
        """
    files = {
        "shop.py": SHOP,
        "broken.py": broken,
        "test_shop.py": SYNC_TESTS,
        "pytest.ini": ini(pyfly_app="broken:app", pythonpath="."),
    }
    ran = run(tmp_path, files)
    assert ran.returncode == 1
    assert "no bean of type Counter" in ran.stdout


def test_other_projects_load_nothing(tmp_path: Path) -> None:
    text = """
        import sys

        def test_nothing_is_loaded():
            assert "pyfly.pytest_plugin" in sys.modules
            assert not {"pyfly.testing", "pyfly.errors", "starlette", "pydantic", "anyio"} & set(sys.modules)

        def test_fixtures_of_their_own_win(connect):
            assert connect == "their own"
        """
    conftest = "import pytest\n\n@pytest.fixture\ndef connect():\n    return 'their own'\n"
    ran = run(tmp_path, {"test_other.py": text, "conftest.py": conftest})
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_pytest_finds_the_plugin_by_itself() -> None:
    (found,) = importlib.metadata.entry_points(group="pytest11", name="pyfly")
    assert found.value == "pyfly.pytest_plugin"
