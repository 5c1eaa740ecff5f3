# Generated from pyfly/metadata/memory.py; edit that, then run: python -m tools.stubs
"""What has been found out about a class and its methods once, kept on the class itself."""

from collections.abc import Callable, Hashable
from typing import TypeVar

__all__ = ["remembered"]

T = TypeVar("T")

def remembered(cls: type | None, key: Hashable, find_out: Callable[[], T]) -> T:
    """Return what was found out about a class, or find it out.

    Start-up reads every handler, and whoever documents or checks an application later reads them again. Findings live
    as long as the class. Those about a class that takes no attributes are not kept.

    Args:
        cls: Whom it is about; None for nobody.
        key: What it is, with all it depends on.
        find_out: Finds it out; what it raises is not kept.
    """
