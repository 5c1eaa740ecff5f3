"""Counts sessions: in all, of each address, and of each user."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import lru_cache, partial
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING, Any, cast, final

from pyfly.web.problems import ProblemError
from pyfly.websocket.security.denials import RETRY_AFTER, AdmissionDenied

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

__all__ = ["Place", "Places"]

logger: logging.Logger = logging.getLogger("pyfly.websocket")


@final
class Place:
    """What one session takes up.

    Attributes:
        address: The address it counts for, or None.
        user: The user it counts for, or None.
    """

    __slots__ = ("address", "user")

    def __init__(self, address: str | None) -> None:
        self.address = address
        self.user: Hashable | None = None


@final
class Places:
    """The places for sessions there are; 0 stands for any number.

    Args:
        total: Sessions in all.
        per_address: Sessions of one address: an IPv4 address, or the 64 bits of IPv6 that one network has. Loopback
            is not counted, as what comes from there is a proxy that is not trusted yet, or a test.
        per_user: Sessions of one user.
    """

    __slots__ = ("_addresses", "_per_address", "_per_user", "_taken", "_told", "_total", "_users")

    def __init__(self, *, total: int = 0, per_address: int = 0, per_user: int = 0) -> None:
        self._total = total
        self._per_address = per_address
        self._per_user = per_user
        self._taken = 0
        self._addresses: dict[str, int] = {}
        self._users: dict[Hashable, int] = {}
        self._told: set[type] = set()

    def __len__(self) -> int:
        """Return how many are taken."""
        return self._taken

    @property
    def counts_users(self) -> bool:
        """Whether there is a limit for each user."""
        return self._per_user > 0

    def take(self, client: tuple[str, int] | None) -> Place:
        """Take a place, to be given back by `leave`.

        Raises:
            AdmissionDenied: There is none.
        """
        if self._total and self._taken >= self._total:
            raise AdmissionDenied("sessions", ProblemError(503, "There are too many sessions.", headers=RETRY_AFTER))
        address = _counted(client[0]) if self._per_address and client is not None else None
        if address is not None:
            count = self._addresses.get(address, 0)
            if count >= self._per_address:
                detail = "There are too many sessions of this address."
                raise AdmissionDenied("address", ProblemError(429, detail, headers=RETRY_AFTER))
            self._addresses[address] = count + 1
        self._taken += 1
        return Place(address)

    def claim(self, place: Place, user: Any) -> None:
        """Count a place for a user as well.

        Raises:
            AdmissionDenied: The user has enough.
        """
        key = _key_of(user) if self._per_user else None
        if key is None:
            if self._per_user and user is not None:
                self._tell_of(user)
            return
        count = self._users.get(key, 0)
        if count >= self._per_user:
            detail = "There are too many sessions of this user."
            raise AdmissionDenied("user", ProblemError(429, detail, headers=RETRY_AFTER))
        self._users[key] = count + 1
        place.user = key

    def _tell_of(self, user: object) -> None:
        kind = type(user)
        if kind not in self._told:
            self._told.add(kind)
            logger.warning(
                "sessions of users are not counted: nothing tells one %s.%s from another; "
                "give it an identity, an id or a sub that can be hashed, or set max_sessions_per_user to 0",
                kind.__module__,
                kind.__qualname__,
            )

    def leave(self, place: Place) -> None:
        """Give a place back."""
        self._taken -= 1
        if place.address is not None:
            _count_down(self._addresses, place.address)
        if place.user is not None:
            _count_down(self._users, place.user)


def _count_down(counts: dict[Any, int], key: object) -> None:
    if counts[key] > 1:
        counts[key] -= 1
    else:
        del counts[key]


# Clients come back, and reading an address takes longer than all else that is counted.
@lru_cache(maxsize=4096)
def _counted(host: str) -> str | None:
    """Return what sessions of an address are counted by; None when they are not."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:  # a socket of the file system, or a test
        return None
    if isinstance(address, IPv6Address):
        if (mapped := address.ipv4_mapped) is None:
            return None if address.is_loopback else address.exploded[:19]
        address = mapped
    return None if address.is_loopback else str(address)


def _key_of(user: Any) -> Hashable | None:
    """Return what tells a user from others; None for one that nothing does."""
    look_up = _claims_of(user)
    for name in ("identity", "id", "sub", "display_name"):
        try:
            key: Any = look_up(name)
        except (AttributeError, NotImplementedError):  # Starlette's users need not have an identity
            continue
        if key is not None and key != "" and _is_hashable(key):
            return (name, key)
    return user if _is_hashable(user) else None


def _claims_of(user: object) -> Callable[[str], Any]:
    """Return what looks up an attribute of a user, or a claim of a token."""
    if isinstance(user, Mapping):
        return cast("Mapping[str, Any]", user).get
    return partial(getattr, user)


def _is_hashable(key: object) -> bool:
    try:
        hash(key)
    except TypeError:
        return False
    return True
