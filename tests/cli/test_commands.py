from __future__ import annotations

import inspect
import os
import socket
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from typer.testing import Result

import pyfly as package
from pyfly.cli import checking, commands, running
from pyfly.cli.routes import ListedRoute
from pyfly.server import ServerSettings

Write: TypeAlias = Callable[[str, str], Path]
Pyfly: TypeAlias = Callable[..., Result]


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[ServerSettings]:
    """The settings of each application that was served, instead of serving it."""
    served: list[ServerSettings] = []

    def serve(target: Any, *, settings: ServerSettings, **_: Any) -> None:
        served.append(settings)

    monkeypatch.setattr(running, "serve", serve)
    return served


def test_version_is_shown(pyfly: Pyfly) -> None:
    result = pyfly("--version")
    assert (result.exit_code, result.stdout) == (0, f"pyfly {package.__version__}\n")


def test_help_names_every_command(pyfly: Pyfly) -> None:
    result = pyfly("--help")
    assert result.exit_code == 0
    for command in ("run", "routes", "beans", "check", "TARGET", "--debug", "--version"):
        assert command in result.stdout


@pytest.mark.parametrize("arguments", [(), ("run",), ("check",), ("rum",), ("routes", "a", "b"), ("run", "a", "--x")])
def test_wrong_usage_is_exit_code_2(pyfly: Pyfly, arguments: tuple[str, ...]) -> None:
    assert pyfly(*arguments).exit_code == 2


@pytest.mark.parametrize(
    "arguments",
    [("--port", "70000"), ("--port", "http"), ("--workers", "0"), ("--backend", "gunicorn"), ("--log-level", "loud")],
)
def test_wrong_value_of_an_option_is_wrong_usage(
    pyfly: Pyfly, echo: Path, served: list[ServerSettings], arguments: tuple[str, ...]
) -> None:
    result = pyfly("run", "echo.py", *arguments)
    assert result.exit_code == 2
    assert arguments[0] in result.stderr
    assert not served


def test_every_server_setting_is_an_option_of_run(pyfly: Pyfly) -> None:
    parameters = set(inspect.signature(commands.run).parameters) - {"context", "target", "debug", "docs"}
    assert parameters == set(ServerSettings.model_fields)


def test_help_of_run_shows_the_defaults(pyfly: Pyfly) -> None:
    text = " ".join(pyfly("run", "--help").stdout.split())
    for default in ("(default: 127.0.0.1)", "(default: 8000)", "(default: uvicorn)", "(default: no)", "(default: 1)"):
        assert default in text


def test_help_of_run_names_every_header_of_proxies(pyfly: Pyfly) -> None:
    text = " ".join(pyfly("run", "--help").stdout.split())
    assert "Believe X-Forwarded-For, -Proto and -Host of trusted proxies. (default: no)" in text


def test_run_takes_the_defaults_of_the_settings(pyfly: Pyfly, echo: Path, served: list[ServerSettings]) -> None:
    assert pyfly("run", "echo.py").exit_code == 0
    assert served == [ServerSettings()]


def test_run_hands_over_all_options(pyfly: Pyfly, echo: Path, served: list[ServerSettings], directory: Path) -> None:
    options = (
        "--host ::1 -p 9 --backend granian --loop asyncio --backlog 5 --graceful-timeout 1.5 --drain-batch 7 "
        "--drain-pause 0.5 --reload --reload-dir a "
        "--reload-dir b --ssl-certfile c.pem --ssl-keyfile k.pem --ssl-keyfile-password secret --ping-interval 0 "
        "--ping-timeout 3 --close-timeout 4 --max-message-size 100 --compression --proxy-headers "
        "--forwarded-allow-ips 10.0.0.0/8 --root-path /api --log-level debug --no-access-log --ws auto"
    )
    assert pyfly("run", "echo.py", *options.split()).exit_code == 0
    (settings,) = served
    assert settings.model_dump(mode="json") | {"ssl_keyfile_password": "secret"} == {
        "host": "::1",
        "port": 9,
        "workers": 1,
        "reload": True,
        "reload_dirs": ["a", "b"],
        "ssl_certfile": "c.pem",
        "ssl_keyfile": "k.pem",
        "ssl_keyfile_password": "secret",
        "loop": "asyncio",
        "backend": "granian",
        "ws": "auto",
        "ping_interval": 0.0,
        "ping_timeout": 3.0,
        "close_timeout": 4.0,
        "max_message_size": 100,
        "compression": True,
        "proxy_headers": True,
        "forwarded_allow_ips": "10.0.0.0/8",
        "root_path": "/api",
        "graceful_timeout": 1.5,
        "drain_batch": 7,
        "drain_pause": 0.5,
        "backlog": 5,
        "log_level": "debug",
        "access_log": False,
    }
    assert settings.ssl_keyfile_password is not None
    assert settings.ssl_keyfile_password.get_secret_value() == "secret"


@pytest.mark.parametrize(("option", "listed"), [("--docs", True), ("--reload", True), ("--no-docs", False)])
def test_run_serves_the_documentation_where_it_is_wanted(
    pyfly: Pyfly, echo: Path, monkeypatch: pytest.MonkeyPatch, option: str, listed: bool
) -> None:
    kinds: list[str] = []

    def serve(target: object, application: object, routes: Sequence[ListedRoute], settings: object) -> None:
        kinds.extend(route.kind for route in routes)

    monkeypatch.setattr(running, "serve_target", serve)
    assert pyfly("run", "echo.py", option).exit_code == 0
    assert ("Docs" in kinds) is listed


def test_options_win_over_the_environment_and_that_over_the_file(
    pyfly: Pyfly, echo: Path, write: Write, served: list[ServerSettings], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(".env", "PYFLY_SERVER_PORT=1\nPYFLY_SERVER_BACKLOG=1\nPYFLY_SERVER_HOST=localhost\n")
    monkeypatch.setenv("PYFLY_SERVER_PORT", "2")
    monkeypatch.setenv("PYFLY_SERVER_BACKLOG", "2")
    pyfly("run", "echo.py", "--port", "3")
    assert [(settings.host, settings.backlog, settings.port) for settings in served] == [("localhost", 2, 3)]


def test_wrong_settings_of_the_environment_are_told(
    pyfly: Pyfly, echo: Path, served: list[ServerSettings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYFLY_SERVER_PORT", "http")
    result = pyfly("run", "echo.py")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "error: PYFLY_SERVER_PORT (environment): got 'http', expected a whole number\n"


def test_run_checks_before_it_serves(pyfly: Pyfly, write: Write, echo: Path, served: list[ServerSettings]) -> None:
    write("lacking.py", echo.read_text() + "\n    def __init__(self, nothing: dict[str, int]) -> None: ...\n")
    result = pyfly("run", "lacking.py")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("lacking.py:17: error: EchoController.__init__(nothing): no bean of type")
    assert not served


def test_port_in_use_is_one_message(pyfly: Pyfly, echo: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = pyfly("run", "echo.py", "--port", str(port))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"error: cannot listen on 127.0.0.1:{port}: the port is in use; "
        "stop what listens there, or choose another port\n"
    )


@pytest.mark.parametrize("arguments", [("--debug", "routes", "broken.py"), ("routes", "broken.py", "--debug")])
def test_debug_before_or_after_the_command_shows_the_traceback(
    pyfly: Pyfly, write: Write, arguments: tuple[str, ...]
) -> None:
    write("broken.py", "1 / 0")
    result = pyfly(*arguments)
    assert result.exit_code == 1
    assert "ZeroDivisionError: division by zero\n\nThe above exception was the direct cause" in result.stderr
    assert result.stderr.endswith("\nbroken.py:1: error: cannot import broken: ZeroDivisionError: division by zero\n")


def test_without_debug_there_is_no_traceback(pyfly: Pyfly, write: Write) -> None:
    write("broken.py", "1 / 0")
    assert pyfly("routes", "broken.py").stderr == (
        "broken.py:1: error: cannot import broken: ZeroDivisionError: division by zero\n"
    )


def _raising(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def check_targets(targets: Any, *, debug: bool, form: str) -> bool:
        raise error

    monkeypatch.setattr(checking, "check_targets", check_targets)


@pytest.mark.parametrize(("error", "text"), [(KeyError("x"), "KeyError: 'x'"), (RuntimeError(), "RuntimeError")])
def test_unexpected_error_says_how_to_see_more(
    pyfly: Pyfly, monkeypatch: pytest.MonkeyPatch, error: Exception, text: str
) -> None:
    _raising(monkeypatch, error)
    result = pyfly("check", "echo.py")
    assert result.exit_code == 1
    assert result.stderr == (
        f"error: unexpected {text}; run it again with --debug to see where, and report it if pyfly is to blame\n"
    )


def test_unexpected_error_is_shown_in_full_with_debug(pyfly: Pyfly, monkeypatch: pytest.MonkeyPatch) -> None:
    _raising(monkeypatch, KeyError("x"))
    result = pyfly("check", "echo.py", "--debug")
    assert "Traceback (most recent call last)" in result.stderr
    assert result.stderr.endswith("\nerror: unexpected KeyError: 'x'\n")


def test_interrupt_ends_quietly_with_130(pyfly: Pyfly, monkeypatch: pytest.MonkeyPatch) -> None:
    _raising(monkeypatch, KeyboardInterrupt())
    result = pyfly("check", "echo.py")
    assert (result.exit_code, result.output) == (130, "")


def test_reader_that_has_gone_is_no_error_to_report(pyfly: Pyfly, monkeypatch: pytest.MonkeyPatch) -> None:
    _raising(monkeypatch, BrokenPipeError(32, os.strerror(32)))
    result = pyfly("check", "echo.py")
    assert (result.exit_code, result.stderr) == (1, "")


@pytest.mark.parametrize(
    ("platform", "foreign", "own"), [("linux", "winloop", "uvloop"), ("win32", "uvloop", "winloop")]
)
def test_loop_of_another_platform_is_refused(
    echo: Path, pyfly: Pyfly, monkeypatch: pytest.MonkeyPatch, platform: str, foreign: str, own: str
) -> None:
    monkeypatch.setattr("pyfly.cli.commands.sys.platform", platform)
    result = pyfly("run", "echo.py", "--loop", foreign)
    assert result.exit_code == 2
    assert f"{foreign} is not for this platform; take {own}, or auto" in " ".join(result.stderr.split())
