# Generated from pyfly/apidocs/documents.py; edit that, then run: python -m tools.stubs
"""The documents of a context as a whole, with what its beans say of the API."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, final

from pyfly.apidocs.info import ApiInfo
from pyfly.container import BeanContext
from pyfly.errors import PyflyError

__all__ = ["Documents", "document_faults", "documents_of", "info_of"]

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

def document_faults(contexts: Iterable[BeanContext]) -> Iterator[PyflyError]:
    """Yield what keeps the documents of an application from being written.

    Args:
        contexts: The contexts of an application, in which nothing else is wrong.
    """

def info_of(context: BeanContext) -> ApiInfo | None:
    """Return the context's `ApiInfo` bean, or None where it has none."""
