# Generated from pyfly/websocket/attention.py; edit that, then run: python -m tools.stubs
"""Looks, from time to time, for handlers that wait for something else than a message of their client."""

from typing import Final, Protocol, final

__all__ = ["SWEEP_SECONDS", "Attention", "Attentive"]

SWEEP_SECONDS: Final = 0.3
"""Time between two looks. At the fourth one a handler that noticed nothing of its client's departure is cancelled."""

class Attentive(Protocol):
    """What is looked at."""
    def look(self) -> None:
        """See whether the handler listens, and do what is to be done when it does not."""

@final
class Attention:
    """Looks at the sessions of one event loop: a timer while there are any, and nothing otherwise."""
    def __init__(self) -> None: ...
    @staticmethod
    def here() -> Attention:
        """Return the one of the running event loop."""
    def watch(self, session: Attentive) -> None:
        """Look at a session until it is dismissed."""
    def dismiss(self, session: Attentive) -> None:
        """Look at a session no more."""
