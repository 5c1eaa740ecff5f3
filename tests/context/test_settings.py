from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from pyfly.context import Settings, SettingsError, load_settings


def test_defaults() -> None:
    assert Settings().model_dump() == {
        "debug": False,
        "docs": None,
        "docs_path": "/docs",
        "metrics_path": None,
        "health_path": None,
        "sse_keep_alive": 15.0,
        "backplane_url": None,
        "backplane_prefix": "pyfly",
        "allowed_origins": (),
        "allow_missing_origin": True,
        "authentication_challenge": "Bearer",
        "max_sessions": 10_000,
        "max_sessions_per_address": 1000,
        "max_sessions_per_user": 100,
        "max_pending_handshakes": 2048,
        "accept_timeout": 10.0,
        "disconnect_timeout": 10.0,
        "idle_timeout": 0.0,
        "message_rate": 0.0,
        "message_burst": 0,
        "outbox_messages": 1024,
        "outbox_size": 524_288,
        "outbox_seconds": 10.0,
        "outbox_overflow": "close",
    }


def test_origins_are_kept_in_one_form() -> None:
    origins = ("https://Example.com:443", "http://localhost:3000/", "*", "null", "app://x")
    assert Settings(allowed_origins=origins).allowed_origins == (
        "https://example.com",
        "http://localhost:3000",
        "*",
        "null",
        "app://x",
    )


@pytest.mark.parametrize(
    ("origin", "message"),
    [
        ("example.com", "expected an origin such as 'https://example.com' or 'http://localhost:3000', or '*'"),
        (
            "https://b\xfccher.example",
            "expected an origin in ASCII, as browsers send it; write 'https://xn--bcher-kva.example'",
        ),
        ("HTTP://B\xdcCHER.example:8000/", "as browsers send it; write 'http://xn--bcher-kva.example:8000'"),
        # What browsers make of it is another name than what the older rules make of it.
        (
            "https://stra\xdfe.example",
            "expected an origin in ASCII, as browsers send it; write its host in the form 'xn--...'",
        ),
        ("https://b\xfccher..example", "write its host in the form 'xn--...'"),
        ("b\xfccher", "write its host in the form 'xn--...'"),
        ("https://*.example.com", "expected an origin such as 'https://example.com'"),
        ("https://*.example.com/path", "expected an origin such as 'https://example.com'"),
        (
            "wss://example.com",
            "expected the origin of a page, which begins with http:// or https://; write 'https://ex",
        ),
        ("ws://a:8000", "expected the origin of a page, which begins with http:// or https://; write 'http://a:8000'"),
    ],
)
def test_what_is_no_origin_is_refused(origin: str, message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Settings(allowed_origins=(origin,))
    assert message in str(caught.value)


def test_a_challenge_is_a_scheme_with_parameters() -> None:
    assert Settings(authentication_challenge='Bearer realm="a"').authentication_challenge == 'Bearer realm="a"'
    for challenge in ("", "Bearer ", "Bearer\r\nX: y", "B\xe9"):
        with pytest.raises(ValidationError, match="expected a scheme, perhaps with parameters, such as"):
            Settings(authentication_challenge=challenge)


def test_origins_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for written in ("https://a.example, https://b.example", '["https://a.example", "https://b.example"]'):
        monkeypatch.setenv("PYFLY_ALLOWED_ORIGINS", written)
        settings = load_settings(Settings, prefix="PYFLY_", env_file=None)
        assert settings.allowed_origins == ("https://a.example", "https://b.example")
    monkeypatch.setenv("PYFLY_ALLOWED_ORIGINS", "*")
    assert load_settings(Settings, prefix="PYFLY_", env_file=None).allowed_origins == ("*",)


def test_settings_are_frozen() -> None:
    settings: Any = Settings()
    with pytest.raises(ValidationError):
        settings.debug = True


@pytest.mark.parametrize("seconds", [0, -1, float("inf"), float("nan")])
def test_keep_alive_is_a_positive_finite_number_of_seconds(seconds: float) -> None:
    with pytest.raises(ValidationError):
        Settings(sse_keep_alive=seconds)


def test_unknown_settings_are_refused() -> None:
    values: Any = {"debg": True}
    with pytest.raises(ValidationError):
        Settings(**values)


@pytest.mark.parametrize(
    ("settings", "served"),
    [
        (Settings(), False),
        (Settings(debug=True), True),
        (Settings(docs=True), True),
        (Settings(debug=True, docs=False), False),
    ],
)
def test_documentation_follows_debug_until_it_is_set(settings: Settings, served: bool) -> None:
    assert settings.serves_docs is served


@pytest.mark.parametrize("path", ["/docs", "/a/b.c/d-e", "/~me/docs"])
def test_path_of_the_documentation_has_no_variables(path: str) -> None:
    assert Settings(docs_path=path).docs_path == path


@pytest.mark.parametrize("path", ["", "/", "docs", "/{name}", "/a//b", "/..", "/a b"])
def test_other_paths_of_the_documentation_are_refused(path: str) -> None:
    with pytest.raises(ValidationError, match="a path without variables, such as '/docs'"):
        Settings(docs_path=path)


@pytest.mark.parametrize("path", ["", "/", "health", "/health/{name}"])
def test_other_paths_of_health_are_refused(path: str) -> None:
    with pytest.raises(ValidationError, match="a path without variables, such as '/health'"):
        Settings(health_path=path)


def test_path_of_the_documentation_does_not_end_with_a_slash() -> None:
    with pytest.raises(ValidationError, match="a path without a slash at its end, such as '/docs/api'"):
        Settings(docs_path="/docs/api/")


@pytest.mark.parametrize(
    "url",
    [
        "redis://127.0.0.1",
        "redis://127.0.0.1/",
        "redis://127.0.0.1?db=1",
        "rediss://:secret@cache.example:6380/1",
        "unix:///run/redis.sock",
    ],
)
def test_a_backplane_has_a_url(url: str) -> None:
    settings = Settings(backplane_url=SecretStr(url))
    assert settings.backplane_url is not None
    assert settings.backplane_url.get_secret_value() == url
    assert url not in repr(settings)


NO_DATABASE = "expected nothing but the number of a database behind the host: redis://127.0.0.1:6379/0"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("127.0.0.1:6379", "expected a URL that begins with one of redis://, rediss://, unix://"),
        ("http://:secret@cache", "expected a URL that begins with one of redis://, rediss://, unix://"),
        ("redis://:secret@cache:port", "expected a port from 1 to 65535 in the URL"),
        ("redis://cache:0", "expected a port from 1 to 65535 in the URL"),
        ("redis://cache:65536", "expected a port from 1 to 65535 in the URL"),
        ("unix://", "expected the path of a socket: unix:///run/redis.sock"),
        ("redis://127.0.0.1/shop", NO_DATABASE),
        ("rediss://:secret@cache:6380/-1", NO_DATABASE),
        ("redis://cache/1/2", NO_DATABASE),
        ("redis://cache/one?db=1", NO_DATABASE),
    ],
)
def test_a_wrong_backplane_is_told_without_its_password(
    url: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYFLY_BACKPLANE_URL", url)
    with pytest.raises(SettingsError) as raised:
        load_settings(Settings, prefix="PYFLY_", env_file=None)
    assert str(raised.value) == f"PYFLY_BACKPLANE_URL (environment): got a secret: {expected}"
