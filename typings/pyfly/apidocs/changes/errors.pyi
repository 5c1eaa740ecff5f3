# Generated from pyfly/apidocs/changes/errors.py; edit that, then run: python -m tools.stubs
"""What can be wrong with a document that is compared."""

from pyfly.errors import PyflyError

__all__ = ["DocumentError"]

class DocumentError(PyflyError):
    """A document is none that can be compared."""
