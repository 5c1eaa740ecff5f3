"""What the web decorators record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar, Self, cast

from pyfly.metadata import DeclarationError, Descriptor, SourceLocation
from pyfly.rules import check_path, declaration_error

__all__ = ["HttpMapping", "MethodMapping", "RequestMapping", "checked_path", "checked_status_code"]

_METHOD = re.compile(r"[A-Za-z]+(?:[-_][A-Za-z]+)*")


class RequestMapping(Descriptor):
    """The base path of a controller.

    Attributes:
        path: Path template in front of every mapping of the class; may be empty.
        refused: Whether there is none, since what the author wrote was refused.
    """

    attribute: ClassVar[str | None] = "__pyfly_request_mapping__"
    inherited: ClassVar[bool] = True

    path: str
    refused: bool = False

    def to_attribute(self) -> str:
        """Return the base path."""
        return self.path

    @classmethod
    def from_attribute(cls, value: Any, source: SourceLocation | None) -> Self:
        """Adopt a base path that stands alone on a class."""
        return cls(path=checked_path(value, source), source=source)


class MethodMapping(Descriptor):
    """Base of everything that gives a controller method a path.

    Attributes:
        path: Path template below the controller's base path; may be empty.
        refused: Whether there is none, since what the author wrote was refused.
    """

    path: str
    refused: bool = False

    @property
    def kind(self) -> str:
        """What a client opens here, as people say it: an HTTP method, ``SSE`` or ``WebSocket``."""
        raise TypeError(f"{type(self).__name__} names no kind")

    @property
    def request_method(self) -> str:
        """The HTTP method of the request that opens it."""
        return "GET"

    def to_attribute(self) -> object:
        """Return the mapping as a dictionary."""
        return {"path": self.path}

    @classmethod
    def from_attribute(cls, value: Any, source: SourceLocation | None) -> Self:
        """Adopt a mapping that stands alone on a method."""
        return cls(path=checked_path(_entries(cls, value, source).get("path", ""), source), source=source)


class HttpMapping(MethodMapping):
    """An HTTP endpoint.

    Attributes:
        method: The request method, in capitals.
        status_code: Status of an ordinary answer.
    """

    attribute: ClassVar[str | None] = "__pyfly_mapping__"

    method: str
    status_code: int = 200

    @property
    def kind(self) -> str:
        """The request method."""
        return self.method

    @property
    def request_method(self) -> str:
        """The request method."""
        return self.method

    def to_attribute(self) -> dict[str, object]:
        """Return method, path and status code."""
        return {"method": self.method, "path": self.path, "status_code": self.status_code}

    @classmethod
    def from_attribute(cls, value: Any, source: SourceLocation | None) -> Self:
        """Adopt a mapping that stands alone on a method."""
        entries = _entries(cls, value, source)
        return cls(
            method=_checked_method(entries.get("method", "GET"), source),
            path=checked_path(entries.get("path", ""), source),
            status_code=checked_status_code(entries.get("status_code", 200), source),
            source=source,
        )


def checked_path(path: Any, source: SourceLocation | None) -> str:
    """Return a path template's text unchanged.

    Raises:
        DeclarationError: It breaks the grammar of path templates.
    """
    if fault := check_path(path):
        raise declaration_error(fault, source)
    checked: str = path
    return checked


def checked_status_code(status_code: Any, source: SourceLocation | None) -> int:
    """Return the status of an ordinary answer unchanged.

    Raises:
        DeclarationError: It is no final HTTP status (RFC 9110, section 15).
    """
    if isinstance(status_code, int) and 200 <= status_code <= 599:
        return status_code
    mend = "a final HTTP status is a number from 200 to 599"
    raise DeclarationError(source, f"status_code is {status_code!r}", mend, "pyfly-handler")


def _checked_method(method: Any, source: SourceLocation | None) -> str:
    if isinstance(method, str) and _METHOD.fullmatch(method):
        return method.upper()
    mend = "an HTTP method is one word such as 'GET'"
    raise DeclarationError(source, f"method is {method!r}", mend, "pyfly-handler")


def _entries(kind: type[Descriptor], value: Any, source: SourceLocation | None) -> Mapping[str, Any]:
    if isinstance(value, Mapping):
        return cast("Mapping[str, Any]", value)
    mend = "it must be a dictionary with the key 'path'"
    raise DeclarationError(source, f"{kind.attribute} is {value!r}", mend, "pyfly-handler")
