# Generated from pyfly/websocket/drained.py; edit that, then run: python -m tools.stubs
"""Sessions that can be ended between two messages: what was received is answered, and what is owed is delivered."""

from pyfly.websocket.posted import PostedSession

__all__ = ["DrainedSession"]

class DrainedSession(PostedSession):
    """What a session does when its server stops."""
