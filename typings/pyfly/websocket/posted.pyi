# Generated from pyfly/websocket/posted.py; edit that, then run: python -m tools.stubs
"""Sessions that others send to as well: everything in order, and nobody held up by a client that does not keep up."""

from typing import Final

from pyfly.websocket.attended import AttendedSession

__all__ = ["CLOSE_SECONDS", "PostedSession"]

CLOSE_SECONDS: Final = 10.0
"""How long a client that does not read may hold up the close message; it is given up then."""

class PostedSession(AttendedSession):
    """What a session does for those who send to its client beside the handler, such as rooms.

    Once there are any, an outbox keeps everything that is sent in order.
    """
    @property
    def waiting(self) -> int:
        """How many messages wait for the client to take them."""
    @property
    def dropped(self) -> int:
        """How many messages were dropped, as the client did not keep up."""
