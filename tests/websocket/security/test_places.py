"""How many sessions there may be."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from starlette.authentication import SimpleUser

from pyfly.websocket.security.denials import AdmissionDenied
from pyfly.websocket.security.places import Places


def denied(places: Places, client: tuple[str, int] | None) -> tuple[str, int]:
    with pytest.raises(AdmissionDenied) as caught:
        places.take(client)
    assert caught.value.problem is not None
    assert caught.value.problem.headers == {"Retry-After": "5"}
    return caught.value.reason, caught.value.problem.status


def test_there_are_no_more_than_so_many_in_all() -> None:
    places = Places(total=2)
    first = places.take(("192.0.2.1", 1))
    places.take(("192.0.2.2", 1))
    assert denied(places, ("192.0.2.3", 1)) == ("sessions", 503)
    assert len(places) == 2
    places.leave(first)
    places.take(("192.0.2.3", 1))


def test_there_are_no_more_than_so_many_of_an_address() -> None:
    places = Places(per_address=2)
    first = places.take(("192.0.2.1", 1))
    places.take(("192.0.2.1", 2))
    assert denied(places, ("192.0.2.1", 3)) == ("address", 429)
    assert len(places) == 2
    places.take(("192.0.2.2", 1))
    places.leave(first)
    places.take(("192.0.2.1", 3))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::2%eth1"),
    ],
)
def test_addresses_of_one_network_count_together(first: str, second: str) -> None:
    places = Places(per_address=1)
    places.take((first, 1))
    assert denied(places, (second, 1)) == ("address", 429)


def test_networks_of_ipv6_count_apart() -> None:
    places = Places(per_address=1)
    places.take(("2001:db8:1:2::1", 1))
    places.take(("2001:db8:1:3::1", 1))


@pytest.mark.parametrize("client", [("127.0.0.1", 1), ("127.8.8.8", 1), ("::1", 1), ("::ffff:127.0.0.1", 1), None])
def test_loopback_is_not_counted(client: tuple[str, int] | None) -> None:
    places = Places(per_address=1)
    for _ in range(3):
        places.take(client)


def test_a_client_that_is_no_address_is_not_counted() -> None:
    places = Places(per_address=1)
    for _ in range(3):
        places.take(("testclient", 50000))


def test_zero_stands_for_any_number() -> None:
    places = Places()
    for _ in range(100):
        places.claim(places.take(("192.0.2.1", 1)), "ada")


class Nameless:
    @property
    def identity(self) -> str:
        raise NotImplementedError


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("ada", "ada"),
        (7, 7),
        (SimpleUser("ada"), SimpleUser("ada")),
        (SimpleNamespace(id=7, display_name="Ada"), SimpleNamespace(id=7, display_name="Lovelace")),
        (SimpleNamespace(identity="a", id=7), SimpleNamespace(identity="a", id=8)),
        ({"sub": "ada", "iat": 1}, {"sub": "ada", "iat": 2}),
    ],
)
def test_there_are_no_more_than_so_many_of_a_user(first: Any, second: Any) -> None:
    places = Places(per_user=1)
    place = places.take(None)
    places.claim(place, first)
    with pytest.raises(AdmissionDenied) as caught:
        places.claim(places.take(None), second)
    assert caught.value.reason == "user"
    assert caught.value.problem is not None
    assert (caught.value.problem.status, caught.value.problem.headers) == (429, {"Retry-After": "5"})
    places.leave(place)
    places.claim(places.take(None), second)


def test_users_that_differ_count_apart() -> None:
    places = Places(per_user=1)
    for user in ("ada", "bob", SimpleUser("ada"), SimpleNamespace(id=[1]), Nameless(), Nameless(), {"no": "key"}, {}):
        places.claim(places.take(None), user)


def test_users_that_nothing_tells_apart_are_warned_of_once(caplog: pytest.LogCaptureFixture) -> None:
    places = Places(per_user=1)
    for _ in range(3):
        places.claim(places.take(None), {"no": "key"})
    assert caplog.messages == [
        "sessions of users are not counted: nothing tells one builtins.dict from another; "
        "give it an identity, an id or a sub that can be hashed, or set max_sessions_per_user to 0"
    ]


def test_nothing_is_kept_of_those_who_have_left() -> None:
    places = Places(per_address=5, per_user=5)
    taken = [places.take(("192.0.2.1", 1)) for _ in range(3)]
    for place in taken:
        places.claim(place, "ada")
    for place in taken:
        places.leave(place)
    assert len(places) == 0
    assert not places._addresses
    assert not places._users
