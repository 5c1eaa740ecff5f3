# Generated from pyfly/web/parameters.py; edit that, then run: python -m tools.stubs
"""Markers that say which part of a request a handler parameter is bound from."""

from dataclasses import dataclass
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

@final
@dataclass(frozen=True, slots=True)
class FromQuery:
    """Binds a parameter from the query string.

    Args:
        name: The name in the query string; the parameter's own name by default.
    """

    name: str | None = None

@final
@dataclass(frozen=True, slots=True)
class FromHeader:
    """Binds a parameter from a request header.

    Args:
        name: The header's name, in any case; by default the parameter's name with ``-`` for ``_``.
    """

    name: str | None = None

@final
@dataclass(frozen=True, slots=True)
class FromCookie:
    """Binds a parameter from a cookie.

    Args:
        name: The cookie's name; the parameter's own name by default.
    """

    name: str | None = None

@final
@dataclass(frozen=True, slots=True)
class FromBody:
    """Binds a parameter from the request body: its JSON, or for ``bytes`` the body as it came."""

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
