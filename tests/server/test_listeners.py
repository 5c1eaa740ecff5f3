from __future__ import annotations

import errno
import os
import socket
from typing import TYPE_CHECKING, Any

import pytest

from pyfly.server import ServerError, ServerSettings
from pyfly.server.listeners import bind, check_tls

if TYPE_CHECKING:
    from pathlib import Path


def test_port_0_takes_a_free_one() -> None:
    listener = bind(ServerSettings(port=0))
    assert listener.socket is not None
    with listener.socket:
        assert listener.host == "127.0.0.1"
        assert listener.port == listener.socket.getsockname()[1] > 0


def test_a_name_becomes_an_address() -> None:
    listener = bind(ServerSettings(host="localhost", port=0), keep=False)
    assert listener.host == "127.0.0.1"
    assert listener.socket is None


def test_a_port_that_was_only_looked_at_is_free_again() -> None:
    first = bind(ServerSettings(port=0), keep=False)
    second = bind(ServerSettings(port=first.port))
    assert second.socket is not None
    second.socket.close()


def test_an_ipv6_address() -> None:
    try:
        listener = bind(ServerSettings(host="::1", port=0))
    except ServerError:
        pytest.skip("no IPv6 here")
    assert listener.socket is not None
    with listener.socket:
        assert (listener.host, listener.socket.family) == ("::1", socket.AF_INET6)


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (errno.EADDRINUSE, "the port is in use; stop what listens there, or choose another port"),
        (errno.EACCES, "not permitted; choose a port from 1024 upwards"),
        (errno.EADDRNOTAVAIL, "no interface has this address; use 127.0.0.1, or 0.0.0.0 for all of them"),
        (errno.ENOBUFS, os.strerror(errno.ENOBUFS)),
    ],
)
def test_why_a_port_cannot_be_had(monkeypatch: pytest.MonkeyPatch, number: int, message: str) -> None:
    def refuse(self: socket.socket, address: Any) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with pytest.raises(ServerError) as caught:
        bind(ServerSettings(port=80))
    assert str(caught.value) == f"cannot listen on 127.0.0.1:80: {message}"


def test_a_host_that_does_not_exist() -> None:
    with pytest.raises(ServerError) as caught:
        bind(ServerSettings(host="no.such.host.invalid"))
    assert str(caught.value) == (
        "cannot listen on no.such.host.invalid:8000: there is no host 'no.such.host.invalid'; "
        "use a name or address of this machine"
    )


def test_without_tls_there_is_nothing_to_check() -> None:
    check_tls(ServerSettings())


def test_a_tls_file_that_is_not_there(tmp_path: Path) -> None:
    missing = tmp_path / "missing.pem"
    with pytest.raises(ServerError) as caught:
        check_tls(ServerSettings(ssl_certfile=missing, ssl_keyfile=missing))
    assert str(caught.value) == f"cannot read the TLS file {missing}: No such file or directory"
