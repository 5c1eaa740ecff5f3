"""How much one connection may take of a turn of the event loop.

An event loop that reads what a client has sent reads on as long as more comes, before it turns to others. So a client
that sends pings or fragments without a pause would keep its server busy with nothing else, and from stopping.
"""

from __future__ import annotations

from typing import Final

__all__ = ["TURN_SECONDS"]

TURN_SECONDS: Final = 0.002
"""After how many seconds of taking in what one client has sent others come first."""
