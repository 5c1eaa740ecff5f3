"""Errors for examples in the signatures of endpoints that do not fit their types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyfly.apidocs.errors import DocumentationError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfly.apidocs.schemas import SchemaUse
    from pyfly.web.endpoints import Endpoint

__all__ = ["wrong_example", "wrong_examples"]


def wrong_examples(endpoint: Endpoint[Any], use: SchemaUse | None, what: str) -> Iterator[DocumentationError]:
    """Yield an error for each wrong example in a type that an endpoint names, but for those in models.

    Args:
        endpoint: The endpoint.
        use: Its type; None for one without a schema.
        what: What is of the type: ``of its answer``.
    """
    for each in () if use is None else use.wrong_examples():
        place = f' at "{each.field}"' if each.field else ""
        yield wrong_example(endpoint, each.value, f"{what}{place}", each.faults)


def wrong_example(endpoint: Endpoint[Any], value: Any, what: str, faults: str) -> DocumentationError:
    """Return an error for a wrong example in an endpoint's signature.

    Args:
        endpoint: The endpoint.
        value: The example.
        what: What it is an example of: ``of its answer``.
        faults: What is wrong with it.
    """
    return DocumentationError(
        endpoint.source,
        f"{endpoint.qualified_name} has the example {value!r} {what}, which does not fit its type: {faults}",
        "write it as it is in JSON",
    )
