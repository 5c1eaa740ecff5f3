# Generated from pyfly/container/revision.py; edit that, then run: python -m tools.stubs
"""Tells those who keep beans whether these are still the ones that the container would give."""

from typing import final

__all__ = ["Revision"]

@final
class Revision:
    """A number that changes whenever a singleton that was there may not be the answer any more.

    Comparing it is much cheaper than to ask for a bean again.

    Attributes:
        number: The number.
    """

    number: int
    def __init__(self) -> None: ...
    def advance(self) -> None:
        """Tell that singletons may be others from now on."""
