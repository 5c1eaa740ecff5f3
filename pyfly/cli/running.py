"""``pyfly run``: serves an application that has been found right."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyfly.cli.metrics import shared_metrics
from pyfly.cli.output import console_for, print_table
from pyfly.cli.routes import DOCS
from pyfly.cli.targets import TARGET_VARIABLE, Target
from pyfly.context import Settings, load_settings
from pyfly.server import serve

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pyfly.cli.routes import ListedRoute
    from pyfly.server import ServerSettings
    from pyfly.server.ports import ASGIApp

__all__ = ["choose_docs", "serve_target"]

DOCS_VARIABLE: Final = "PYFLY_DOCS"

# Where a server that listens on all interfaces is met from this machine.
_REACHABLE = {"//0.0.0.0:": "//127.0.0.1:", "//[::]:": "//[::1]:"}


def choose_docs(wanted: bool | None, *, reload: bool) -> None:
    """Say in the environment whether the page that documents the API is served; all processes of a server read it.

    Args:
        wanted: What the user said; None for nothing, and then the settings decide.
        reload: Whether the application is being worked on: then the page is there unless the settings refuse it.

    Raises:
        SettingsError: The settings in the environment are wrong.
    """
    if wanted is None and reload and load_settings(Settings, prefix="PYFLY_").docs is None:
        wanted = True
    if wanted is not None:
        os.environ[DOCS_VARIABLE] = str(wanted).lower()


def serve_target(target: Target, application: ASGIApp, routes: Sequence[ListedRoute], settings: ServerSettings) -> None:
    """Serve until told to stop; what is served is printed once it is.

    Args:
        target: What the user named, for other processes to load.
        application: The same, loaded, for this process.
        routes: Its routes.
        settings: How to serve.

    Raises:
        PyflyError: It cannot be served.
    """
    announce = _announcer(routes)
    if settings.reload or settings.workers > 1:
        os.environ[TARGET_VARIABLE] = target.for_other_processes()
        with shared_metrics(settings.workers):
            serve("pyfly.cli.targets:load", factory=True, settings=_watching(target, settings), started=announce)
    else:
        serve(application, settings=settings, started=announce)


def _watching(target: Target, settings: ServerSettings) -> ServerSettings:
    """Return settings that also watch a file outside the working directory."""
    here = Path.cwd()
    if not settings.reload or settings.reload_dirs or not isinstance(target.place, Path):
        return settings
    if target.place.is_relative_to(here):
        return settings
    return settings.model_copy(update={"reload_dirs": (here, target.place.parent)})


def _announcer(routes: Sequence[ListedRoute]) -> Callable[[str], None]:
    announced = False

    def announce(url: str) -> None:
        nonlocal announced
        if announced:  # only the first time: a reload may have changed the routes
            return
        announced = True
        console = console_for()
        rows = [(route.kind, route.path, route.handler) for route in routes]
        print_table(console, ("kind", "path", "handler"), rows, lead=2)
        for label, address in _addresses(routes, url):
            console.print(f"{label}: {address}", soft_wrap=True)

    return announce


def _addresses(routes: Sequence[ListedRoute], url: str) -> list[tuple[str, str]]:
    """Return where to look: a page, else a WebSocket, else the server; and the page of an API's documentation."""
    for everywhere, here in _REACHABLE.items():
        url = url.replace(everywhere, here)
    pages = sorted((route.path for route in routes if route.kind == "GET" and "{" not in route.path), key=len)
    sockets = [route.path for route in routes if route.kind == "WebSocket"]
    if pages:
        found = [("Open", url + pages[0])]
    elif sockets:
        found = [("Connect", url.replace("http", "ws", 1) + sockets[0])]
    else:
        found = [("Serving", url)]
    # FastAPI's own is a page like any other.
    docs = [route.path for route in routes if route.kind == DOCS] or [path for path in pages[1:] if path == "/docs"]
    return [*found, *(("Docs", url + path) for path in docs)]
