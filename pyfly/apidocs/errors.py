"""What can be wrong with the documentation of an endpoint, each told with the place of its declaration."""

from __future__ import annotations

from pyfly.metadata import DeclarationError

__all__ = ["DocumentationError"]


class DocumentationError(DeclarationError):
    """Something an author told about an endpoint cannot be put into an API document."""
