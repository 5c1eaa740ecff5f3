# Generated from pyfly/web/descriptors.py; edit that, then run: python -m tools.stubs
"""What the web decorators record."""

from typing import Any, ClassVar, Self

from pyfly.metadata import Descriptor, SourceLocation

__all__ = ["HttpMapping", "MethodMapping", "RequestMapping", "checked_path", "checked_status_code"]

class RequestMapping(Descriptor):
    """The base path of a controller.

    Attributes:
        path: Path template in front of every mapping of the class; may be empty.
        refused: Whether there is none, since what the author wrote was refused.
    """

    attribute: ClassVar[str | None]
    inherited: ClassVar[bool]
    path: str
    refused: bool = False
    def to_attribute(self) -> str:
        """Return the base path."""
    @classmethod
    def from_attribute(cls, value: Any, source: SourceLocation | None) -> Self:
        """Adopt a base path that stands alone on a class."""

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
    @property
    def request_method(self) -> str:
        """The HTTP method of the request that opens it."""
    def to_attribute(self) -> object:
        """Return the mapping as a dictionary."""
    @classmethod
    def from_attribute(cls, value: Any, source: SourceLocation | None) -> Self:
        """Adopt a mapping that stands alone on a method."""

class HttpMapping(MethodMapping):
    """An HTTP endpoint.

    Attributes:
        method: The request method, in capitals.
        status_code: Status of an ordinary answer.
    """

    attribute: ClassVar[str | None]
    method: str
    status_code: int = 200
    @property
    def kind(self) -> str:
        """The request method."""
    @property
    def request_method(self) -> str:
        """The request method."""
    def to_attribute(self) -> dict[str, object]:
        """Return method, path and status code."""
    @classmethod
    def from_attribute(cls, value: Any, source: SourceLocation | None) -> Self:
        """Adopt a mapping that stands alone on a method."""

def checked_path(path: Any, source: SourceLocation | None) -> str:
    """Return a path template's text unchanged.

    Raises:
        DeclarationError: It breaks the grammar of path templates.
    """

def checked_status_code(status_code: Any, source: SourceLocation | None) -> int:
    """Return the status of an ordinary answer unchanged.

    Raises:
        DeclarationError: It is no final HTTP status (RFC 9110, section 15).
    """
