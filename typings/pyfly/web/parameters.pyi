# Generated from pyfly/web/parameters.py; edit that, then run: python -m tools.stubs
"""Markers that say which part of a request a handler parameter is bound from."""

from enum import StrEnum
from typing import Annotated, TypeVar, final

__all__ = [
    "Body",
    "Cookie",
    "FromBody",
    "FromCookie",
    "FromHeader",
    "FromQuery",
    "Header",
    "Marker",
    "ParameterSource",
    "QueryParam",
]

class ParameterSource(StrEnum):
    """The part of a request a parameter is bound from."""

    PATH = "path"
    QUERY = "query"
    HEADER = "header"
    COOKIE = "cookie"
    BODY = "body"
    NATIVE = "native"

class _NamedMarker:
    """Says under which name the value is found; equal to one of its kind with the same name, as `Annotated` needs."""

    name: str | None
    def __init__(self, name: str | None = None) -> None: ...
    def __eq__(self, other: object) -> bool: ...
    def __hash__(self) -> int: ...

@final
class FromQuery(_NamedMarker):
    """Binds a parameter from the query string.

    Args:
        name: The name in the query string; the parameter's own name by default.
    """

@final
class FromHeader(_NamedMarker):
    """Binds a parameter from a request header.

    Args:
        name: The header's name, in any case; by default the parameter's name with ``-`` for ``_``.
    """

@final
class FromCookie(_NamedMarker):
    """Binds a parameter from a cookie.

    Args:
        name: The cookie's name; the parameter's own name by default.
    """

@final
class FromBody:
    """Binds a parameter from the request body: its JSON, or for ``bytes`` the body as it came."""
    def __eq__(self, other: object) -> bool: ...
    def __hash__(self) -> int: ...

Marker = FromQuery | FromHeader | FromCookie | FromBody
"""What may stand in ``Annotated[T, ...]`` to say where a parameter comes from."""

T = TypeVar("T")

QueryParam = Annotated[T, FromQuery()]
"""A parameter from the query string: ``limit: QueryParam[int] = 20``; ``list[T]`` takes every value given."""
Header = Annotated[T, FromHeader()]
"""A parameter from a header: ``user_agent: Header[str]`` reads ``user-agent``."""
Cookie = Annotated[T, FromCookie()]
"""A parameter from a cookie: ``session_id: Cookie[str | None]``."""
Body = Annotated[T, FromBody()]
"""The request body, as JSON: ``order: Body[Order]``."""
