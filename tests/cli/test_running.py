from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from starlette.applications import Starlette

from pyfly.cli import running
from pyfly.cli.routes import ListedRoute
from pyfly.cli.running import DOCS_VARIABLE, choose_docs, serve_target
from pyfly.cli.targets import TARGET_VARIABLE, Target
from pyfly.server import ServerSettings

Write: TypeAlias = Callable[[str, str], Path]

APPLICATION = Starlette()


class Server:
    """Stands for the server: keeps what it was told, and has started at once."""

    def __init__(self) -> None:
        self.url = "http://127.0.0.1:8000"
        self.starts = 1
        self.target: Any = None
        self.factory = False
        self.settings = ServerSettings()

    def serve(
        self, target: Any, *, factory: bool = False, settings: ServerSettings, started: Callable[[str], None]
    ) -> None:
        self.target, self.factory, self.settings = target, factory, settings
        for _ in range(self.starts):
            started(self.url)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    monkeypatch.setenv(TARGET_VARIABLE, "")
    server = Server()
    monkeypatch.setattr(running, "serve", server.serve)
    return server


def route(kind: str, path: str) -> ListedRoute:
    return ListedRoute(kind, path, "Controller.method", None, None)


def printed(capsys: pytest.CaptureFixture[str], *routes: ListedRoute) -> list[str]:
    """What is printed after the table of routes."""
    serve_target(Target("shop:app", "shop", "app"), APPLICATION, routes, ServerSettings())
    return capsys.readouterr().out.splitlines()[1 + len(routes) :]


def test_application_is_served_as_it_was_checked(server: Server) -> None:
    serve_target(Target("shop:app", "shop", "app"), APPLICATION, [], ServerSettings(port=9))
    assert server.target is APPLICATION
    assert not server.factory
    assert server.settings == ServerSettings(port=9)


@pytest.mark.parametrize("settings", [ServerSettings(workers=2), ServerSettings(reload=True)])
def test_other_processes_are_told_what_to_load(
    server: Server, settings: ServerSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve_target(Target("shop:app", "shop", "app"), APPLICATION, [], settings)
    assert (server.target, server.factory) == ("pyfly.cli.targets:load", True)
    assert server.settings is settings
    assert os.environ[TARGET_VARIABLE] == "shop:app"


def test_reload_watches_a_file_that_is_elsewhere(server: Server, write: Write, directory: Path) -> None:
    inside, outside = write("apps/echo.py", ""), Path("/elsewhere/echo.py")
    serve_target(Target("apps/echo.py", inside, None), APPLICATION, [], ServerSettings(reload=True))
    assert not server.settings.reload_dirs
    serve_target(Target(str(outside), outside, None), APPLICATION, [], ServerSettings(reload=True))
    assert list(server.settings.reload_dirs) == [directory, Path("/elsewhere")]
    chosen = ServerSettings(reload=True, reload_dirs=(directory,))
    serve_target(Target(str(outside), outside, None), APPLICATION, [], chosen)
    assert server.settings is chosen


def test_routes_are_printed_once_however_often_workers_start(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    server.starts = 3
    serve_target(Target("shop", "shop", None), APPLICATION, [route("GET", "/")], ServerSettings(reload=True))
    assert capsys.readouterr().out == (
        "KIND  PATH  HANDLER\nGET   /     Controller.method\nOpen: http://127.0.0.1:8000/\n"
    )


def test_page_to_open_is_the_shortest_without_variables(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    routes = [route("GET", "/{x}"), route("GET", "/pages/a"), route("GET", "/a"), route("WebSocket", "/ws")]
    assert printed(capsys, *routes) == ["Open: http://127.0.0.1:8000/a"]


def test_without_a_page_the_first_websocket_is_shown(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    server.url = "https://127.0.0.1:8000"
    assert printed(capsys, route("POST", "/a"), route("WebSocket", "/ws/{room}")) == [
        "Connect: wss://127.0.0.1:8000/ws/{room}"
    ]


def test_without_page_and_websocket_the_server_is_shown(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, route("POST", "/a")) == ["Serving: http://127.0.0.1:8000"]


def test_documentation_of_an_api_is_shown(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, route("GET", "/"), route("GET", "/docs")) == [
        "Open: http://127.0.0.1:8000/",
        "Docs: http://127.0.0.1:8000/docs",
    ]
    assert printed(capsys, route("GET", "/docs")) == ["Open: http://127.0.0.1:8000/docs"]


@pytest.mark.parametrize(
    ("url", "shown"), [("http://0.0.0.0:80", "http://127.0.0.1:80"), ("http://[::]:80", "http://[::1]:80")]
)
def test_all_interfaces_are_shown_as_this_machine(
    server: Server, capsys: pytest.CaptureFixture[str], url: str, shown: str
) -> None:
    server.url = url
    assert printed(capsys) == [f"Serving: {shown}"]


def test_documentation_of_the_application_is_named(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, route("GET", "/"), route("Docs", "/internal/docs"))
    assert lines == ["Open: http://127.0.0.1:8000/", "Docs: http://127.0.0.1:8000/internal/docs"]


@pytest.mark.parametrize(
    ("wanted", "reload", "set_to", "expected"),
    [
        (None, False, None, None),
        (None, False, "1", "1"),
        (None, True, None, "true"),
        (None, True, "0", "0"),
        (True, False, None, "true"),
        (True, False, "0", "true"),
        (False, True, None, "false"),
        (False, True, "1", "false"),
    ],
)
def test_documentation_is_there_when_asked_for_or_reloading(
    monkeypatch: pytest.MonkeyPatch, wanted: bool | None, reload: bool, set_to: str | None, expected: str | None
) -> None:
    if set_to is not None:
        monkeypatch.setenv(DOCS_VARIABLE, set_to)
    choose_docs(wanted, reload=reload)
    assert os.environ.get(DOCS_VARIABLE) == expected
