"""Which pages may open sessions."""

from __future__ import annotations

from typing import Any

import pytest

from pyfly.websocket.security.origins import Origins


def scope(origin: str | None, host: str | None = "example.com", *, scheme: str = "ws", **more: Any) -> dict[str, Any]:
    headers = [(b"host", host.encode("latin-1"))] if host is not None else []
    headers += [(b"origin", origin.encode("latin-1"))] if origin is not None else []
    return {"type": "websocket", "scheme": scheme, "headers": headers, **more}


@pytest.mark.parametrize(
    ("origin", "host", "scheme"),
    [
        ("http://example.com", "example.com", "ws"),
        ("http://example.com", "example.com:80", "ws"),
        ("http://example.com:80", "example.com", "ws"),
        ("https://example.com", "example.com", "wss"),
        ("https://example.com", "example.com:443", "wss"),
        ("http://EXAMPLE.com", "example.COM", "ws"),
        ("http://localhost:8000", "localhost:8000", "ws"),
        ("http://127.0.0.1:8000", "127.0.0.1:8000", "ws"),
        ("http://[::1]:8000", "[::1]:8000", "ws"),
        ("http://[::1]", "[0::1]:80", "ws"),
        ("https://example.com", "example.com", "https"),
    ],
)
def test_the_page_of_the_same_origin_is_let_in(origin: str, host: str, scheme: str) -> None:
    assert Origins().admit(scope(origin, host, scheme=scheme))


@pytest.mark.parametrize(
    ("origin", "host", "scheme"),
    [
        ("http://evil.com", "example.com", "ws"),
        ("http://example.com.evil.com", "example.com", "ws"),
        ("http://evil-example.com", "example.com", "ws"),
        ("http://sub.example.com", "example.com", "ws"),
        ("http://example.com", "sub.example.com", "ws"),
        ("https://example.com", "example.com", "ws"),
        ("http://example.com", "example.com", "wss"),
        ("http://example.com:8000", "example.com", "ws"),
        ("http://example.com", "example.com:8000", "ws"),
        ("http://localhost:8000", "127.0.0.1:8000", "ws"),
        ("http://example.com:443", "example.com", "wss"),
        ("http://user@example.com", "example.com", "ws"),
        ("http://example.com/", "example.com", "ws"),
        ("http://example.com@evil.com", "example.com", "ws"),
        ("ws://example.com", "example.com", "ws"),
        ("null", "example.com", "ws"),
        ("", "example.com", "ws"),
        ("\xe9", "\xe9", "ws"),
        ("http://", "", "ws"),
    ],
)
def test_every_other_page_is_kept_out(origin: str, host: str, scheme: str) -> None:
    assert not Origins().admit(scope(origin, host, scheme=scheme))


def test_the_prefix_that_a_proxy_strips_is_no_part_of_an_origin() -> None:
    assert Origins().admit(scope("http://example.com", root_path="/app", path="/app/ws"))


def test_who_names_no_origin_is_let_in_unless_the_settings_say_otherwise() -> None:
    assert Origins().admit(scope(None))
    assert not Origins(missing=False).admit(scope(None))
    assert not Origins(["*"], missing=False).admit(scope(None))


def test_named_origins_are_let_in_besides_the_own_one() -> None:
    origins = Origins(["https://app.example.org", "http://localhost:3000"])
    for origin in ("https://app.example.org", "https://APP.example.org:443", "http://localhost:3000"):
        assert origins.admit(scope(origin))
    assert origins.admit(scope("http://example.com"))
    assert not origins.admit(scope("https://example.org"))
    assert not origins.admit(scope("http://app.example.org"))


def test_a_star_lets_in_every_page() -> None:
    assert all(Origins(["*"]).admit(scope(origin)) for origin in ("http://evil.com", "null", "no origin at all"))


def test_null_is_let_in_where_it_is_named() -> None:
    assert Origins(["null"]).admit(scope("null"))


def test_two_origins_or_hosts_are_nobody_s() -> None:
    twice = scope("http://example.com")
    twice["headers"].append((b"origin", b"http://example.com"))
    assert not Origins().admit(twice)
    hosts = scope("http://example.com")
    hosts["headers"].append((b"host", b"example.com"))
    assert not Origins().admit(hosts)


def test_without_a_host_only_named_origins_are_let_in() -> None:
    assert not Origins().admit(scope("http://example.com", None))
    assert Origins(["http://example.com"]).admit(scope("http://example.com", None))
