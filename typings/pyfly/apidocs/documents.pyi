# Generated from pyfly/apidocs/documents.py; edit that, then run: python -m tools.stubs
"""The documents of a context as a whole, with what its beans say of the API."""

from typing import Any, NamedTuple, final

from pyfly.apidocs.info import ApiInfo
from pyfly.container import BeanContext

__all__ = ["Documents", "documents_of", "info_of"]

@final
class Documents(NamedTuple):
    """Both documents of an API.

    Attributes:
        openapi: Its HTTP endpoints and event streams.
        asyncapi: Its WebSocket endpoints.
    """

    openapi: dict[str, Any]
    asyncapi: dict[str, Any]

def documents_of(context: BeanContext) -> Documents:
    """Return both documents of all that a context serves.

    Args:
        context: Where the controllers' beans live; only its `ApiInfo` is made, if it has one.

    Raises:
        DeclarationErrors: Endpoints that can never work, and what is told of them wrongly.
    """

def info_of(context: BeanContext) -> ApiInfo | None:
    """Return the context's `ApiInfo` bean, or None where it has none."""
