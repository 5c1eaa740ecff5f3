# Generated from pyfly/apidocs/asyncapi.py; edit that, then run: python -m tools.stubs
"""The AsyncAPI 3.0 document of WebSocket endpoints."""

from collections.abc import Iterable
from typing import Any

from pyfly.apidocs.info import ApiInfo
from pyfly.container import BeanContext
from pyfly.metadata import MetadataRegistry

__all__ = ["asyncapi_document"]

def asyncapi_document(
    context: BeanContext,
    *,
    info: ApiInfo | None = None,
    registry: MetadataRegistry | None = None,
    controllers: Iterable[type] | None = None,
) -> dict[str, Any]:
    """Return the AsyncAPI 3.0 document of a context's WebSocket endpoints.

    It is the same for the same declarations, and shares nothing with another document.

    Args:
        context: An `ApplicationContext`, or any object with ``get_bean(cls)``; no bean is made.
        info: What the document says of the API as a whole.
        registry: Where the decorators recorded; the context's own or the process-wide registry by default.
        controllers: The controllers to document; by default all that the context serves.

    Raises:
        DeclarationErrors: Endpoints that can never work, and what is told of them wrongly; all in one.
    """
