from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from pyfly.context.errors import SettingsError
from pyfly.server import ServerSettings


def test_defaults_listen_on_this_machine_only_and_do_not_compress() -> None:
    settings = ServerSettings()
    assert (settings.host, settings.port, settings.backend, settings.loop) == ("127.0.0.1", 8000, "uvicorn", "auto")
    assert (settings.ping_interval, settings.ping_timeout) == (20, 20)
    assert settings.max_message_size == 64 * 1024
    assert settings.compression is False
    assert settings.proxy_headers is False
    assert settings.tls is False


def test_settings_are_frozen() -> None:
    settings = ServerSettings()
    with pytest.raises(ValidationError, match="frozen"):
        settings.port = 1


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"ssl_certfile": "a.pem"}, "ssl_certfile is set without ssl_keyfile; TLS needs both"),
        ({"ssl_keyfile": "a.pem"}, "ssl_keyfile is set without ssl_certfile; TLS needs both"),
        ({"ssl_keyfile_password": "x"}, "ssl_keyfile_password is set without ssl_keyfile; there is no key to open"),
        (
            {"reload": True, "workers": 2},
            "reload is set together with workers=2; reload runs one process, drop one",
        ),
        ({"reload_dirs": ("src",)}, "reload_dirs is set without reload; set reload=True to watch them"),
        ({"port": 65536}, "less than or equal to 65535"),
        ({"port": -1}, "greater than or equal to 0"),
        ({"workers": 0}, "greater than or equal to 1"),
        ({"ping_interval": -1}, "greater than or equal to 0"),
        ({"ping_timeout": float("inf")}, "finite number"),
        ({"close_timeout": 0}, "greater than 0"),
        ({"max_message_size": 0}, "greater than or equal to 1"),
        ({"host": ""}, "at least 1 character"),
        ({"backend": "daphne"}, "'uvicorn', 'granian' or 'hypercorn'"),
        ({"loop": "trio"}, "'auto', 'uvloop', 'winloop' or 'asyncio'"),
        ({"ws": "wsproto"}, "'auto', 'websockets' or 'picows'"),
        (
            {"ws": "picows", "compression": True},
            "compression is set together with ws='picows', which does not compress; drop one",
        ),
        (
            {"ws": "websockets", "backend": "granian"},
            "ws='websockets' is set together with backend='granian'; it is uvicorn's, drop one",
        ),
        ({"root_path": "api"}, "expected a path that starts with '/', got 'api'; write '/api'"),
        ({"forwarded_allow_ips": "127.0.0.1, proxy"}, "'proxy' is neither an IP address, nor a network, nor '*'"),
        ({"prot": 1}, "Extra inputs are not permitted"),
    ],
)
def test_what_does_not_fit_is_refused(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        ServerSettings(**values)
    assert message in str(caught.value)


def test_a_root_path_loses_its_last_slash() -> None:
    assert ServerSettings(root_path="/api/").root_path == "/api"
    assert ServerSettings(root_path="/").root_path == ""


def test_proxies_are_addresses_networks_or_everybody() -> None:
    for proxies in ("*", "127.0.0.1, 10.0.0.0/8 ,::1", "192.168.1.7/16"):
        assert ServerSettings(forwarded_allow_ips=proxies).forwarded_allow_ips == proxies


def test_a_certificate_and_its_key_make_tls() -> None:
    assert ServerSettings(ssl_certfile=Path("a.pem"), ssl_keyfile=Path("b.pem")).tls is True


def test_a_password_does_not_show() -> None:
    settings = ServerSettings.model_validate(
        {"ssl_certfile": "a.pem", "ssl_keyfile": "b.pem", "ssl_keyfile_password": "s3cret"}
    )
    assert "s3cret" not in repr(settings)


def test_load_reads_environment_and_file_and_lets_overrides_win(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("PYFLY_SERVER_PORT=1\nPYFLY_SERVER_WORKERS=3\nPYFLY_SERVER_ROOT_PATH=/api\n")
    monkeypatch.setenv("PYFLY_SERVER_PORT", "2")
    monkeypatch.setenv("PYFLY_SERVER_WORKERS", "4")
    monkeypatch.setenv("PYFLY_SERVER_RELOAD_DIRS", '["src"]')
    settings = ServerSettings.load(workers=1, reload=True)
    assert (settings.port, settings.workers, settings.root_path) == (2, 1, "/api")
    assert settings.reload_dirs == (Path("src"),)


def test_load_names_the_variable_that_does_not_fit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYFLY_SERVER_PORT", "high")
    with pytest.raises(SettingsError, match="PYFLY_SERVER_PORT"):
        ServerSettings.load()
