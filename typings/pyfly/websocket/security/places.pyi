# Generated from pyfly/websocket/security/places.py; edit that, then run: python -m tools.stubs
"""Counts sessions: in all, of each address, and of each user."""

from collections.abc import Hashable
from typing import Any, final

__all__ = ["Place", "Places"]

@final
class Place:
    """What one session takes up.

    Attributes:
        address: The address it counts for, or None.
        user: The user it counts for, or None.
    """

    address: str | None
    user: Hashable | None
    def __init__(self, address: str | None) -> None: ...

@final
class Places:
    """The places for sessions there are; 0 stands for any number.

    Args:
        total: Sessions in all.
        per_address: Sessions of one address: an IPv4 address, or the 64 bits of IPv6 that one network has. Loopback
            is not counted, as what comes from there is a proxy that is not trusted yet, or a test.
        per_user: Sessions of one user.
    """
    def __init__(self, *, total: int = 0, per_address: int = 0, per_user: int = 0) -> None: ...
    def __len__(self) -> int:
        """Return how many are taken."""
    @property
    def counts_users(self) -> bool:
        """Whether there is a limit for each user."""
    def take(self, client: tuple[str, int] | None) -> Place:
        """Take a place, to be given back by `leave`.

        Raises:
            AdmissionDenied: There is none.
        """
    def claim(self, place: Place, user: Any) -> None:
        """Count a place for a user as well.

        Raises:
            AdmissionDenied: The user has enough.
        """
    def leave(self, place: Place) -> None:
        """Give a place back."""
