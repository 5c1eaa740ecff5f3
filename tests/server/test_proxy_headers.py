from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfly.server.proxy_headers import ProxyHeaders

NETWORKS = "127.0.0.1, 10.0.0.0/8, ::1"


async def scope_seen(
    *headers: tuple[str, str], peer: str | None = "127.0.0.1", kind: str = "http", trusted: str = NETWORKS
) -> dict[str, Any]:
    seen: dict[str, Any] = {}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.update(scope)

    async def unused(*_: Any) -> Any:
        raise AssertionError

    scope = {
        "type": kind,
        "scheme": "http" if kind == "http" else "ws",
        "client": None if peer is None else (peer, 1234),
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers],
    }
    await ProxyHeaders(app, trusted)(scope, unused, unused)
    return seen


@pytest.mark.parametrize(
    ("forwarded_for", "client"),
    [
        ("203.0.113.7", ("203.0.113.7", 0)),
        ("203.0.113.7:80", ("203.0.113.7", 80)),
        ("2001:db8::7", ("2001:db8::7", 0)),
        ("[2001:db8::7]", ("2001:db8::7", 0)),
        ("[2001:db8::7]:80", ("2001:db8::7", 80)),
        ("198.51.100.9, 203.0.113.7, 10.1.2.3", ("203.0.113.7", 0)),
        ("10.1.2.3, 127.0.0.1", ("10.1.2.3", 0)),
        ("forged, 203.0.113.7", ("203.0.113.7", 0)),
        ("198.51.100.9, unknown", ("127.0.0.1", 1234)),
        ("198.51.100.9, unknown, 10.1.2.3", ("10.1.2.3", 0)),
        ("", ("127.0.0.1", 1234)),
    ],
)
async def test_the_last_address_that_is_no_proxy_is_the_client(forwarded_for: str, client: tuple[str, int]) -> None:
    assert (await scope_seen(("x-forwarded-for", forwarded_for)))["client"] == client


async def test_several_headers_are_one_list() -> None:
    seen = await scope_seen(("x-forwarded-for", "203.0.113.7"), ("x-forwarded-for", "10.1.2.3"))
    assert seen["client"] == ("203.0.113.7", 0)


async def test_who_trusts_everybody_believes_the_first_address() -> None:
    seen = await scope_seen(("x-forwarded-for", "203.0.113.7, 198.51.100.9"), peer="192.0.2.1", trusted="*")
    assert seen["client"] == ("203.0.113.7", 0)


@pytest.mark.parametrize("peer", ["192.0.2.1", "unix", None])
async def test_a_peer_that_is_not_trusted_is_not_believed(peer: str | None) -> None:
    headers = [("x-forwarded-for", "203.0.113.7"), ("x-forwarded-proto", "https"), ("x-forwarded-host", "evil.com")]
    seen = await scope_seen(("host", "internal"), *headers, peer=peer)
    assert seen["client"] == (None if peer is None else (peer, 1234))
    assert seen["scheme"] == "http"
    assert (b"host", b"internal") in seen["headers"]


@pytest.mark.parametrize(
    ("kind", "proto", "scheme"),
    [
        ("http", "https", "https"),
        ("http", "HTTPS ", "https"),
        ("http", "wss", "https"),
        ("websocket", "https", "wss"),
        ("websocket", "http", "ws"),
        ("websocket", "gopher", "ws"),
    ],
)
async def test_the_scheme_is_the_clients(kind: str, proto: str, scheme: str) -> None:
    assert (await scope_seen(("x-forwarded-proto", proto), kind=kind))["scheme"] == scheme


@pytest.mark.parametrize(
    ("forwarded", "host"),
    [("example.com", b"example.com"), ("forged.com, example.com:8443 ", b"example.com:8443"), ("", b"internal:8000")],
)
async def test_the_host_is_the_one_that_the_client_asked_for(forwarded: str, host: bytes) -> None:
    seen = await scope_seen(("host", "internal:8000"), ("x-forwarded-host", forwarded))
    assert [value for name, value in seen["headers"] if name == b"host"] == [host]


@given(st.text(st.characters(max_codepoint=255)))
async def test_no_header_value_does_harm(value: str) -> None:
    seen = await scope_seen(("x-forwarded-for", value), ("x-forwarded-proto", value))
    assert isinstance(seen["client"][1], int)
    assert seen["scheme"] in ("http", "https")
