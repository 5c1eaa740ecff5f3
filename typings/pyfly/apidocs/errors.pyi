# Generated from pyfly/apidocs/errors.py; edit that, then run: python -m tools.stubs
"""What can be wrong with the documentation of an endpoint, each told with the place of its declaration."""

from pyfly.metadata import DeclarationError

__all__ = ["DocumentationError"]

class DocumentationError(DeclarationError):
    """Something an author told about an endpoint cannot be put into an API document."""
