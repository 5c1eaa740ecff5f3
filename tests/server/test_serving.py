from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import psutil
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from pyfly.errors import MissingExtraError
from pyfly.server import ServerError, ServerSettings, serve
from tests.conftest import UVICORN

if TYPE_CHECKING:
    from tests.conftest import ServeApp

APP = """
import asyncio, json, os, time

async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                scope["state"]["greeting"] = "hello"
            print(message["type"], os.getpid(), flush=True)
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    elif scope["type"] == "http":
        loop = type(asyncio.get_running_loop())
        told = {
            "client": scope["client"][0], "scheme": scope["scheme"], "path": scope["path"],
            "root_path": scope["root_path"], "state": scope["state"], "loop": f"{loop.__module__}.{loop.__name__}",
            "pid": os.getpid(),
        }
        if scope["path"] == "/exit":
            os._exit(7)
        if scope["path"] == "/wait":
            print("waiting", flush=True)
            await asyncio.sleep(3600)
        if scope["path"] == "/block":
            print("blocking", flush=True)
            time.sleep(3600)
        body = json.dumps(told).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})
    else:
        await receive()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "text": scope["scheme"]})
        await receive()

def make_app():
    return app

def broken():
    raise LookupError("no such table")
"""


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a certificate for 127.0.0.1 and its key, plain and encrypted with 'secret'."""
    place = tmp_path_factory.mktemp("tls")
    for line in (
        "req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1"
        " -keyout key.pem -out certificate.pem",
        "pkcs8 -topk8 -in key.pem -out locked_key.pem -passout pass:secret",
    ):
        subprocess.run(["openssl", *line.split()], check=True, capture_output=True, cwd=place, timeout=30)
    return place


def told_by(url: str, **options: Any) -> dict[str, Any]:
    told: dict[str, Any] = httpx2.get(url, **options).json()
    return told


def pids_in(output: str) -> set[int]:
    """The processes that have started the application."""
    return {int(pid) for pid in re.findall(r"lifespan\.startup (\d+)", output)}


def test_the_lifespan_state_reaches_requests(serve_app: ServeApp, server_name: str) -> None:
    server = serve_app(APP, backend=server_name)
    assert told_by(server.base_url)["state"] == {"greeting": "hello"}
    assert server.stop() == 0
    output = server.output()
    assert output.index("lifespan.startup") < output.index("Serving on") < output.index("lifespan.shutdown")
    assert f"Serving on {server.base_url} ({server_name}, " in output
    assert output.rstrip().endswith("Stopped")


def test_a_factory_makes_the_application(serve_app: ServeApp, server_name: str) -> None:
    server = serve_app(APP, backend=server_name, factory=True)
    assert told_by(f"{server.base_url}/made")["path"] == "/made"


def test_the_loop_that_is_asked_for_runs(serve_app: ServeApp, server_name: str) -> None:
    assert told_by(serve_app(APP, backend=server_name, loop="asyncio").base_url)["loop"].startswith("asyncio.")
    assert told_by(serve_app(APP, backend=server_name, loop="uvloop").base_url)["loop"] == "uvloop.Loop"


def test_the_root_path_is_put_before_the_path(serve_app: ServeApp, server_name: str) -> None:
    server = serve_app(APP, backend=server_name, root_path="/api/")
    told = told_by(f"{server.base_url}/users")
    assert (told["root_path"], told["path"]) == ("/api", "/api/users")


def test_headers_of_a_trusted_proxy_are_believed(serve_app: ServeApp, server_name: str) -> None:
    headers = {"x-forwarded-for": "203.0.113.7, 127.0.0.1", "x-forwarded-proto": "https"}
    told = told_by(serve_app(APP, backend=server_name, proxy_headers=True).base_url, headers=headers)
    assert (told["client"], told["scheme"]) == ("203.0.113.7", "https")
    told = told_by(serve_app(APP, backend=server_name).base_url, headers=headers)
    assert (told["client"], told["scheme"]) == ("127.0.0.1", "http")


async def test_tls(serve_app: ServeApp, backend: str, tls: Path) -> None:
    files: dict[str, Any] = {"ssl_certfile": str(tls / "certificate.pem"), "ssl_keyfile": str(tls / "key.pem")}
    server = serve_app(APP, backend=backend, **files)
    context = ssl.create_default_context(cafile=str(tls / "certificate.pem"))
    assert told_by(server.base_url, verify=context)["scheme"] == "https"
    async with connect(f"{server.ws_url}/", ssl=context) as client:
        assert await client.recv() == "wss"
    assert server.stop() == 0


@pytest.mark.parametrize("backend", [*UVICORN, "hypercorn"])
def test_an_encrypted_key_is_opened_with_its_password(serve_app: ServeApp, backend: str, tls: Path) -> None:
    files: dict[str, Any] = {"ssl_certfile": str(tls / "certificate.pem"), "ssl_keyfile": str(tls / "locked_key.pem")}
    server = serve_app(APP, backend=backend, ssl_keyfile_password="secret", **files)
    context = ssl.create_default_context(cafile=str(tls / "certificate.pem"))
    assert told_by(server.base_url, verify=context)["scheme"] == "https"


def test_granian_refuses_an_encrypted_key(serve_app: ServeApp, tls: Path) -> None:
    key = tls / "locked_key.pem"
    files: dict[str, Any] = {"ssl_certfile": str(tls / "certificate.pem"), "ssl_keyfile": str(key)}
    server = serve_app(APP, backend="granian", ssl_keyfile_password="secret", wait=False, **files)
    assert server.wait() == 1
    assert server.output() == (
        f"ServerError: cannot use the TLS file {key}: Granian does not open encrypted private keys; "
        "decrypt it with 'openssl pkey -in KEY -out PLAIN_KEY', or choose another backend\n"
    )


def test_a_missing_password_is_one_clear_error(serve_app: ServeApp, tls: Path) -> None:
    files: dict[str, Any] = {"ssl_certfile": str(tls / "certificate.pem"), "ssl_keyfile": str(tls / "locked_key.pem")}
    server = serve_app(APP, wait=False, **files)
    assert server.wait() == 1
    assert server.output().startswith(f"ServerError: cannot use the TLS files {tls / 'certificate.pem'} and ")
    assert "the key's password" in server.output()


async def test_compression_is_agreed_to_only_when_asked_for(serve_app: ServeApp, server_name: str) -> None:
    for compression in (False, True):
        server = serve_app(APP, backend=server_name, compression=compression, ws="auto")
        async with connect(server.ws_url) as client:
            assert bool(client.protocol.extensions) is (compression and server_name != "granian")


@pytest.mark.parametrize("backend", [*UVICORN, "hypercorn"])
async def test_a_client_that_does_not_answer_pings_is_dropped(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend, ping_interval=0.1, ping_timeout=0.1)
    reader, writer = await asyncio.open_connection(server.host, server.port)
    writer.write(
        b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    received = await asyncio.wait_for(reader.read(), timeout=10)
    writer.close()
    assert received.endswith(b"keepalive ping timeout")
    assert (b"\x89\x04" if backend == "uvicorn" else b"\x89\x00") in received  # a ping with its payload


@pytest.mark.parametrize("backend", [*UVICORN, "hypercorn"])
async def test_a_client_that_answers_pings_is_kept(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend, ping_interval=0.05, ping_timeout=10)
    reader, writer = await asyncio.open_connection(server.host, server.port)
    writer.write(
        b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    async with asyncio.timeout(10):
        for _ in range(3):
            ping = await reader.readuntil(b"\x89")
            assert b"\x88" not in ping.rpartition(b"\r\n\r\n")[2]
            payload = await reader.readexactly((await reader.readexactly(1))[0])
            writer.write(b"\x8a" + bytes([0x80 | len(payload)]) + bytes(4) + payload)
    writer.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_with_exit_code_0(serve_app: ServeApp, server_name: str, number: int) -> None:
    server = serve_app(APP, backend=server_name)
    server.signal(number)
    assert server.wait() == 0


def test_workers_share_the_port(serve_app: ServeApp, server_name: str) -> None:
    server = serve_app(APP, backend=server_name, workers=2)
    server.wait_for_output("Serving on")
    workers = pids_in(server.output())
    assert len(workers) == 2
    assert {told_by(server.base_url)["pid"] for _ in range(40)} <= workers
    assert server.stop() == 0
    assert server.output().count("lifespan.shutdown") == 2


def test_a_worker_that_dies_is_replaced(serve_app: ServeApp, server_name: str) -> None:
    server = serve_app(APP, backend=server_name, workers=2)
    server.wait_for_output("Serving on")
    with pytest.raises(httpx2.HTTPError):
        httpx2.get(f"{server.base_url}/exit")
    server.wait_for_output("ended with exit code 7; starting another")
    assert told_by(server.base_url)["state"] == {"greeting": "hello"}
    assert server.stop() == 0


def test_a_second_signal_hurries_the_workers(serve_app: ServeApp, server_name: str) -> None:
    server = serve_app(APP, backend=server_name, workers=2, graceful_timeout=3600)
    server.wait_for_output("Serving on")
    with socket.create_connection((server.host, server.port)) as client:
        client.sendall(b"GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n")
        server.wait_for_output("waiting")
        server.signal(signal.SIGINT)
        server.wait_for_output("Waiting for 1 open connections")
        server.signal(signal.SIGINT)
        assert server.wait() == 0


def test_a_signal_to_all_processes_at_once_is_one_request(serve_app: ServeApp) -> None:
    server = serve_app(APP, workers=2)
    server.wait_for_output("Serving on")
    workers = psutil.Process(server.process.pid).children()
    server.signal()
    for worker in workers:
        worker.send_signal(signal.SIGTERM)
    assert server.wait() == 0
    assert server.output().count("lifespan.shutdown") == 2
    assert "Not waiting" not in server.output()


def test_two_signals_at_once_hurry_the_workers(serve_app: ServeApp) -> None:
    server = serve_app(APP, workers=2, graceful_timeout=3600)
    server.wait_for_output("Serving on")
    with socket.create_connection((server.host, server.port)) as client:
        client.sendall(b"GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n")
        server.wait_for_output("waiting")
        server.signal(signal.SIGINT)
        server.signal(signal.SIGTERM)
        assert server.wait() == 0


def test_a_worker_that_does_not_stop_is_killed(tmp_path: Path) -> None:
    (tmp_path / "served.py").write_text(APP, encoding="utf-8")
    script = """
import pyfly.server, pyfly.server.supervisor
pyfly.server.supervisor.MARGIN_SECONDS = 0.1
settings = pyfly.server.ServerSettings(port=0, workers=2, graceful_timeout=0)
pyfly.server.serve("served:app", settings=settings, started=lambda url: print("url", url, flush=True))
"""
    with subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            url = next(line for line in process.stdout if line.startswith("url ")).split()[1]
            address = url.removeprefix("http://").split(":")
            with socket.create_connection((address[0], int(address[1]))) as client:
                client.sendall(b"GET /block HTTP/1.1\r\nHost: localhost\r\n\r\n")
                assert any("blocking" in line for line in process.stdout)
                process.send_signal(signal.SIGTERM)
                assert "which does not stop" in process.stdout.read()
            assert process.wait(20) == 0
        finally:
            process.kill()


def test_workers_stop_when_their_supervisor_is_killed(serve_app: ServeApp) -> None:
    server = serve_app(APP, workers=2)
    server.wait_for_output("Serving on")
    server.process.kill()
    assert server.wait() == -signal.SIGKILL
    server.wait_for_output("lifespan.shutdown", times=2)


def test_a_worker_that_does_not_start_ends_all(serve_app: ServeApp, tmp_path: Path, server_name: str) -> None:
    server = serve_app("nowhere:app", backend=server_name, workers=2, wait=False)
    assert server.wait() == 1
    assert "ServerError: cannot serve 'nowhere:app': there is no module 'nowhere'" in server.output()
    assert "Traceback" not in server.output()


def test_a_worker_that_exits_before_it_has_started_ends_all(serve_app: ServeApp) -> None:
    server = serve_app("import os\nos._exit(3)\n", workers=2, wait=False)
    assert server.wait() == 1
    expected = "ServerError: a worker ended with exit code 3 before the application had started"
    assert expected in server.output()


def test_a_changed_file_is_loaded_anew(serve_app: ServeApp, server_name: str, tmp_path: Path) -> None:
    server = serve_app(APP, backend=server_name, reload=True)
    server.wait_for_output("Serving on")
    before = told_by(server.base_url)["pid"]
    source = server.log.parent / "served.py"
    source.write_text("syntax error", encoding="utf-8")
    server.wait_for_output("Waiting for a change")
    assert "importing served raised SyntaxError" in server.output()
    source.write_text(APP.replace("hello", "good morning"), encoding="utf-8")
    server.wait_for_output("Serving on", times=2)
    told = told_by(server.base_url)
    assert told["state"] == {"greeting": "good morning"}
    assert told["pid"] != before
    assert server.stop() == 0


async def test_a_reload_asks_clients_to_come_back(serve_app: ServeApp, server_name: str) -> None:
    server = serve_app(APP, backend=server_name, reload=True)
    server.wait_for_output("Serving on")
    async with connect(server.ws_url) as client:
        assert await client.recv() == "ws"
        (server.log.parent / "served.py").write_text(APP, encoding="utf-8")
        with pytest.raises(ConnectionClosed) as closed:
            await asyncio.wait_for(client.recv(), timeout=20)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1012
    assert server.stop() == 0


def test_reload_watches_the_directories_it_is_given(serve_app: ServeApp, tmp_path: Path) -> None:
    watched = tmp_path / "watched"
    watched.mkdir()
    server = serve_app(APP, reload=True, reload_dirs=[str(watched)])
    server.wait_for_output("Serving on")
    (watched / "changed.py").touch()
    server.wait_for_output("changed.py changed")
    assert server.stop() == 0


def test_a_port_in_use_is_one_clear_error(serve_app: ServeApp, server_name: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        server = serve_app(APP, backend=server_name, port=port, wait=False)
        assert server.wait() == 1
    expected = f"ServerError: cannot listen on 127.0.0.1:{port}: the port is in use; stop what listens there, or"
    output = server.output()
    assert output[output.index("ServerError") :].startswith(expected)
    assert "Traceback" not in output


def test_two_servers_do_not_share_a_port_unawares(serve_app: ServeApp, server_name: str) -> None:
    first = serve_app(APP, backend=server_name)
    second = serve_app(APP, backend=server_name, port=first.port, wait=False)
    assert second.wait() == 1
    assert "the port is in use" in second.output()


def test_a_bad_tls_file_is_one_clear_error(serve_app: ServeApp, server_name: str, tmp_path: Path) -> None:
    bad = tmp_path / "bad.pem"
    bad.write_text("not a certificate", encoding="utf-8")
    server = serve_app(APP, backend=server_name, ssl_certfile=str(bad), ssl_keyfile=str(bad), wait=False)
    assert server.wait() == 1
    assert server.output().startswith(f"ServerError: cannot use the TLS files {bad} and {bad}: ")


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("served:appp", "cannot serve 'served:appp': served has no attribute 'appp'; did you mean 'app'?"),
        ("served:broken", "cannot make the application: 'served:broken' raised LookupError: no such table"),
    ],
)
def test_an_application_that_cannot_be_had_is_one_clear_error(
    serve_app: ServeApp, tmp_path: Path, target: str, message: str
) -> None:
    (tmp_path / "served.py").write_text(APP, encoding="utf-8")
    server = serve_app(target, factory="broken" in target, path=tmp_path, wait=False)
    assert server.wait() == 1
    assert server.output() == f"ServerError: {message}\n"


def test_an_application_that_refuses_to_start_is_one_clear_error(serve_app: ServeApp, server_name: str) -> None:
    source = """
from contextlib import asynccontextmanager
from starlette.applications import Starlette

@asynccontextmanager
async def lifespan(app):
    raise ConnectionError("no database")
    yield

app = Starlette(lifespan=lifespan)
"""
    server = serve_app(source, backend=server_name, wait=False)
    assert server.wait() == 1
    assert "ServerError: the application did not start: ConnectionError: no database" in server.output()
    assert "Traceback" not in server.output()


def test_what_the_server_cannot_do_is_said_at_start(serve_app: ServeApp) -> None:
    server = serve_app(APP, backend="granian", ping_interval=5, compression=True)
    output = server.wait_for_output("Serving on")
    assert output.count("ping_interval=5 is ignored: Granian sends no WebSocket pings") == 1
    assert output.count("compression=True is ignored: Granian has no per-message deflate") == 1
    assert output.count("WARNING") == 1


def test_defaults_are_not_complained_about(serve_app: ServeApp, server_name: str) -> None:
    server = serve_app(APP, backend=server_name)
    assert server.stop() == 0
    assert "WARNING" not in server.output()


def test_settings_come_from_the_environment_when_none_are_given(tmp_path: Path) -> None:
    (tmp_path / "served.py").write_text(APP, encoding="utf-8")
    result = subprocess.run(
        [sys.executable, "-c", "from pyfly.server import serve; serve('served:app')"],
        cwd=tmp_path,
        env=os.environ | {"PYFLY_SERVER_HOST": "no.such.host.invalid", "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert result.returncode == 1
    assert "cannot listen on no.such.host.invalid:8000: there is no host 'no.such.host.invalid'" in result.stderr


async def no_app(scope: Any, receive: Any, send: Any) -> None:
    """Never called."""


@pytest.mark.parametrize("option", [{"reload": True}, {"workers": 2}])
def test_reload_and_workers_need_an_import_string(option: dict[str, Any]) -> None:
    with pytest.raises(ServerError) as caught:
        serve(no_app, settings=ServerSettings(port=0, **option))
    assert str(caught.value) == (
        "reload and workers need an import string, for example serve('demo:app'), got an object; "
        "each process imports the application anew"
    )


@pytest.mark.parametrize(
    ("backend", "package", "extra"),
    [
        ("uvicorn", "uvicorn", "standard"),
        ("granian", "granian.server.embed", "granian"),
        ("hypercorn", "hypercorn.asyncio", "hypercorn"),
    ],
)
def test_a_missing_server_names_the_extra(
    monkeypatch: pytest.MonkeyPatch, backend: Any, package: str, extra: str
) -> None:
    monkeypatch.delitem(sys.modules, f"pyfly.server.adapters.{backend}", raising=False)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError) as caught:
        serve(no_app, settings=ServerSettings(backend=backend))
    assert str(caught.value) == (
        f"backend='{backend}' needs {backend}, which is not installed; run: pip install 'pyfly[{extra}]'"
    )


def test_missing_websockets_are_found_out_at_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "pyfly.server.adapters.uvicorn", raising=False)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"needs websockets, .* pip install 'pyfly\[standard\]'"):
        serve(no_app, settings=ServerSettings())


def test_missing_watchfiles_are_found_out_at_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    with pytest.raises(MissingExtraError, match=r"reload=True needs watchfiles, .* pip install 'pyfly\[standard\]'"):
        serve("served:app", settings=ServerSettings(port=0, reload=True))


def test_a_directory_to_watch_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ServerError) as caught:
        serve("served:app", settings=ServerSettings(port=0, reload=True, reload_dirs=(tmp_path / "none",)))
    assert str(caught.value) == f"cannot watch {tmp_path / 'none'}: there is no such directory; check reload_dirs"
