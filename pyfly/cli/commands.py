"""The commands as a shell sees them: arguments, options and help."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from pyfly import __version__
from pyfly.cli.docs import docs_app
from pyfly.cli.failures import ending_clearly, fail
from pyfly.cli.options import DebugOption, FormatOption, JsonOption, TargetArgument
from pyfly.server.settings import Backend, LogLevel, LoopName, ServerSettings, WebSocketLibrary

__all__ = ["app"]

app: typer.Typer = typer.Typer(
    help="Typed controllers for WebSocket, SSE and HTTP: serve them, list them, check them.",
    epilog="A TARGET is a file (echo.py), a module or package (shop.api), or module:attribute (shop.main:app).",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    # Panels are for people: what reads a pipe is spared them.
    rich_markup_mode="rich" if sys.stdout.isatty() else None,
)

app.add_typer(docs_app, name="docs")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"pyfly {__version__}")
        raise typer.Exit


def _for_this_platform(loop: str | None) -> str | None:
    """Refuse the event loop that no extra brings to this platform."""
    foreign, own = ("uvloop", "winloop") if sys.platform == "win32" else ("winloop", "uvloop")
    if loop == foreign:
        raise typer.BadParameter(f"{foreign} is not for this platform; take {own}, or auto")
    return loop


def _setting(name: str, text: str, *declarations: str, panel: str, **options: Any) -> Any:
    """Return the option of a server setting; it shows the setting's default and has none itself."""
    default = ServerSettings.model_fields[name].default
    if isinstance(default, bool):
        default = "yes" if default else "no"
    return typer.Option(
        *(declarations or (f"--{name.replace('_', '-')}",)),
        help=text if default in (None, (), "") else f"{text} (default: {default})",
        show_default=False,
        rich_help_panel=panel,
        **options,
    )


def _flag(name: str, text: str, *, panel: str) -> Any:
    option = name.replace("_", "-")
    return _setting(name, text, f"--{option}/--no-{option}", panel=panel)


SERVER, PROCESS, TLS, WEBSOCKET, PROXY, LOG = "Server", "Processes", "TLS", "WebSocket", "Behind a proxy", "Log"


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", callback=_print_version, is_eager=True, show_default=False),
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.", show_default=False)] = False,
) -> None:
    """Hold the options that stand before a command."""


@app.command(epilog="Options that are not given are PYFLY_SERVER_... variables (PYFLY_SERVER_PORT), also in .env.")
def run(
    context: typer.Context,
    target: TargetArgument,
    host: Annotated[str | None, _setting("host", "Name or address to listen on.", panel=SERVER)] = None,
    port: Annotated[
        int | None,
        _setting("port", "Port to listen on; 0 takes a free one.", "--port", "-p", panel=SERVER, min=0, max=65535),
    ] = None,
    backend: Annotated[Backend | None, _setting("backend", "The server.", panel=SERVER)] = None,
    loop: Annotated[
        LoopName | None, _setting("loop", "The event loop.", panel=SERVER, callback=_for_this_platform)
    ] = None,
    ws: Annotated[
        WebSocketLibrary | None, _setting("ws", "What reads and writes frames for uvicorn.", panel=WEBSOCKET)
    ] = None,
    backlog: Annotated[
        int | None,
        _setting("backlog", "Connections the operating system keeps waiting.", panel=SERVER, min=1),
    ] = None,
    graceful_timeout: Annotated[
        float | None,
        _setting("graceful_timeout", "Seconds that handlers get to end when the server stops.", panel=SERVER, min=0),
    ] = None,
    drain_batch: Annotated[
        int | None,
        _setting("drain_batch", "WebSockets that are closed at once when the server stops.", panel=WEBSOCKET, min=1),
    ] = None,
    drain_pause: Annotated[
        float | None,
        _setting("drain_pause", "Seconds between two such batches.", panel=WEBSOCKET, min=0),
    ] = None,
    workers: Annotated[int | None, _setting("workers", "Number of processes.", panel=PROCESS, min=1)] = None,
    reload: Annotated[bool | None, _flag("reload", "Start anew when a Python file changes.", panel=PROCESS)] = None,
    reload_dirs: Annotated[
        list[Path] | None,
        _setting("reload_dirs", "Directory to watch; may be given several times.", "--reload-dir", panel=PROCESS),
    ] = None,
    ssl_certfile: Annotated[Path | None, _setting("ssl_certfile", "Certificate chain in PEM form.", panel=TLS)] = None,
    ssl_keyfile: Annotated[Path | None, _setting("ssl_keyfile", "Private key in PEM form.", panel=TLS)] = None,
    ssl_keyfile_password: Annotated[
        str | None,
        _setting(
            "ssl_keyfile_password",
            "What opens the private key; safer in PYFLY_SERVER_SSL_KEYFILE_PASSWORD.",
            panel=TLS,
        ),
    ] = None,
    ping_interval: Annotated[
        float | None, _setting("ping_interval", "Seconds between pings; 0 for none.", panel=WEBSOCKET, min=0)
    ] = None,
    ping_timeout: Annotated[
        float | None,
        _setting("ping_timeout", "Seconds a client may take to answer a ping; 0 for ever.", panel=WEBSOCKET, min=0),
    ] = None,
    close_timeout: Annotated[
        float | None,
        _setting("close_timeout", "Seconds that a connection may take to close.", panel=WEBSOCKET, min=0.001),
    ] = None,
    max_message_size: Annotated[
        int | None,
        _setting("max_message_size", "Largest message in bytes taken from a client.", panel=WEBSOCKET, min=1),
    ] = None,
    compression: Annotated[
        bool | None, _flag("compression", "Compress messages where clients offer it.", panel=WEBSOCKET)
    ] = None,
    proxy_headers: Annotated[
        bool | None,
        _flag("proxy_headers", "Believe X-Forwarded-For, -Proto and -Host of trusted proxies.", panel=PROXY),
    ] = None,
    forwarded_allow_ips: Annotated[
        str | None,
        _setting("forwarded_allow_ips", "Trusted proxies: addresses and networks, comma separated.", panel=PROXY),
    ] = None,
    root_path: Annotated[str | None, _setting("root_path", "Path prefix that the proxy strips.", panel=PROXY)] = None,
    log_level: Annotated[LogLevel | None, _setting("log_level", "Least level of what is logged.", panel=LOG)] = None,
    access_log: Annotated[bool | None, _flag("access_log", "Log each request.", panel=LOG)] = None,
    docs: Annotated[
        bool | None,
        typer.Option(
            "--docs/--no-docs",
            help="Serve a page that documents the API (default: yes with --reload or PYFLY_DEBUG=1)",
            show_default=False,
        ),
    ] = None,
    debug: DebugOption = False,
) -> None:
    """Serve an application, once it is checked."""
    given = {name: context.params[name] for name in ServerSettings.model_fields}
    with ending_clearly(debug=debug):
        settings = ServerSettings.load(**{name: value for name, value in given.items() if value not in (None, [], ())})
        from pyfly.cli.inspection import inspect_target
        from pyfly.cli.output import console_for, fault_order, print_fault
        from pyfly.cli.running import choose_docs, serve_target

        choose_docs(docs, reload=settings.reload)
        found = inspect_target(target)
        for warning in sorted(found.warnings, key=fault_order):
            print_fault(console_for(stderr=True), warning, kind="warning")
        if found.obstacles or found.target is None or found.application is None:
            fail(found.obstacles, target=target, debug=debug)
        serve_target(found.target, found.application, found.routes, settings)


@app.command()
def routes(target: TargetArgument, as_json: JsonOption = False, debug: DebugOption = False) -> None:
    """List routes: kind, path, handler and place."""
    with ending_clearly(debug=debug):
        from pyfly.cli.inspection import inspect_target
        from pyfly.cli.output import console_for, print_json
        from pyfly.cli.routes import print_routes, routes_as_json

        found = inspect_target(target)
        if found.application is None:
            fail(found.obstacles, target=target, debug=debug)
        if as_json:
            print_json(routes_as_json(found.routes))
        else:
            print_routes(console_for(), found.routes)


@app.command()
def beans(target: TargetArgument, as_json: JsonOption = False, debug: DebugOption = False) -> None:
    """List beans: their scopes, and what needs what."""
    with ending_clearly(debug=debug):
        from pyfly.cli.beans import beans_as_json, print_beans
        from pyfly.cli.inspection import inspect_target
        from pyfly.cli.output import console_for, print_json

        found = inspect_target(target)
        if found.obstacles and not found.beans:
            fail(found.obstacles, target=target, debug=debug)
        if as_json:
            print_json(beans_as_json(found.beans))
        else:
            print_beans(console_for(), found.beans)


@app.command()
def check(
    targets: Annotated[
        list[str],
        typer.Argument(metavar="TARGET...", help="Files, modules, packages, or module:attribute.", show_default=False),
    ],
    form: FormatOption = "text",
    debug: DebugOption = False,
) -> None:
    """Say what a start would reject, and what the plugin for mypy tells besides.

    Each fault is a line 'file:line: error: message  [code]', and any fault makes the exit code 1.
    """
    with ending_clearly(debug=debug):
        from pyfly.cli.checking import check_targets

        if not check_targets(targets, debug=debug, form=form):
            raise typer.Exit(1)
