"""What the API documents need to know of the framework that serves the endpoints."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["ResponseFacts", "ServerTypes"]


class ResponseFacts(NamedTuple):
    """What a response class tells of the responses made of it.

    Attributes:
        status: The status they have unless another one is given.
        media_type: The media type of their content; None where each has its own.
    """

    status: int
    media_type: str | None


class ServerTypes(NamedTuple):
    """The framework's own types that handlers take and return.

    Attributes:
        requests: Types a handler's parameter may have to be given the request itself.
        response: The class of all responses that a handler may return instead of a value.
    """

    requests: tuple[type, ...]
    response: type
