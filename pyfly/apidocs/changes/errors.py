"""What can be wrong with a document that is compared."""

from __future__ import annotations

from pyfly.errors import PyflyError

__all__ = ["DocumentError"]


class DocumentError(PyflyError):
    """A document is none that can be compared."""
