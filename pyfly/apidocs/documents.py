"""The documents of a context as a whole, with what its beans say of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, final

from pyfly.apidocs.asyncapi import asyncapi_document
from pyfly.apidocs.info import ApiInfo
from pyfly.apidocs.openapi import openapi_document
from pyfly.context import ApplicationContext
from pyfly.errors import PyflyError
from pyfly.metadata import DeclarationError, DeclarationErrors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyfly.container import BeanContext

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
    info = info_of(context)
    written: list[dict[str, Any]] = []
    faults: list[DeclarationError] = []
    for write in (openapi_document, asyncapi_document):
        try:
            written.append(write(context, info=info))
        except DeclarationErrors as errors:
            faults += errors.faults
    if faults:
        raise DeclarationErrors(list({str(fault): fault for fault in faults}.values()))
    return Documents(*written)


def document_faults(contexts: Iterable[BeanContext]) -> Iterator[PyflyError]:
    """Yield what keeps the documents of an application from being written.

    Args:
        contexts: The contexts of an application, in which nothing else is wrong.
    """
    for context in contexts:
        try:
            documents_of(context)
        except DeclarationErrors as errors:
            yield from errors.faults
        except PyflyError as error:
            yield error


def info_of(context: BeanContext) -> ApiInfo | None:
    """Return the context's `ApiInfo` bean, or None where it has none."""
    if isinstance(context, ApplicationContext) and context.scope_of(ApiInfo) is not None:
        return context.get_bean(ApiInfo)
    return None
