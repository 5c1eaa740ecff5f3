"""What the API documents say of the API as a whole."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Self, cast
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SerializeAsAny

from pyfly.apidocs.generator import component_name
from pyfly.apidocs.security import SecurityScheme
from pyfly.metadata import DeclarationError, SourceLocation
from pyfly.web.operations import SecurityRequirement

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ApiInfo", "ApiServer", "Contact", "License"]

_WEBSOCKET: Final[Mapping[str, str]] = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}
_COMPONENT: Final = re.compile(r"[A-Za-z0-9._-]+")
"""What OpenAPI and AsyncAPI both let components be called."""
_HTTP: Final[Mapping[str, str]] = {"ws": "http", "wss": "https"}


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Contact(_Part):
    """Whom to ask about the API.

    Attributes:
        name: A person or a team.
        url: A page.
        email: An address.
    """

    name: str | None = None
    url: str | None = None
    email: str | None = None


class License(_Part):
    """The terms the API is licensed under.

    Attributes:
        name: The licence's name.
        url: Its text.
    """

    name: str
    url: str | None = None


class ApiServer(_Part):
    """Where the API is served.

    Attributes:
        url: Such as ``https://api.example.com/v1``; WebSocket endpoints are at ``wss:`` there. A path alone means the
            server that the document came from, and stands in the OpenAPI document only.
        description: Markdown.
    """

    url: str
    description: str = ""


class ApiInfo(_Part):
    """What the API documents say of the API as a whole.

    Attributes:
        title: The API's name.
        version: Its version.
        summary: One line.
        description: Markdown.
        terms_of_service: The address of its terms.
        contact: Whom to ask.
        license: The terms it is licensed under.
        external_docs: The address of more documentation.
        servers: Where it is served.
        tags: Descriptions of groups of endpoints, in the order they are shown; by default what the controllers'
            docstrings say.
        security_schemes: How clients prove who they are, by name.
        security: The ways to be let in that hold for each endpoint without its own; any of them will do.
    """

    title: str = "API"
    version: str = "0.1.0"
    summary: str = ""
    description: str = ""
    terms_of_service: str | None = None
    contact: Contact | None = None
    license: License | None = None
    external_docs: str | None = None
    servers: tuple[ApiServer, ...] = ()
    tags: Mapping[str, str] = {}
    security_schemes: Mapping[str, SerializeAsAny[SecurityScheme]] = Field(default_factory=dict[str, SecurityScheme])
    security: tuple[SecurityRequirement, ...] = ()

    def __new__(cls, *given: Any, **options: Any) -> Self:
        """Refuse names of security schemes that a document cannot have, where they are written.

        Raises:
            DeclarationError: A name has other characters than the documents allow.
        """
        schemes = options.get("security_schemes")
        for name in cast("Any", schemes) if isinstance(schemes, Mapping) else ():
            if isinstance(name, str) and not _COMPONENT.fullmatch(name):
                raise DeclarationError(
                    SourceLocation.of_caller(),
                    f'ApiInfo has the security scheme "{name}", which is no name that the documents can have',
                    f'write it with letters, digits, "-", "_" and "." alone, as "{component_name(name) or "bearer"}"',
                )
        return super().__new__(cls)

    def members(self) -> dict[str, Any]:
        """Return the info object as far as both documents write it alike."""
        members: dict[str, Any] = {"title": self.title, "version": self.version}
        if self.description:
            members["description"] = self.description
        if self.terms_of_service:
            members["termsOfService"] = self.terms_of_service
        if self.contact:
            members["contact"] = self.contact.model_dump(exclude_none=True)
        if self.license:
            members["license"] = self.license.model_dump(exclude_none=True)
        return members

    def http_servers(self) -> list[dict[str, Any]]:
        """Return the servers as the OpenAPI document has them."""
        return [{"url": _with_scheme(server.url, _HTTP), **_description(server)} for server in self.servers]

    def websocket_servers(self) -> dict[str, dict[str, Any]]:
        """Return the servers as the AsyncAPI document has them, by name."""
        return {f"server{number}": server for number, server in enumerate(self._websocket_servers(), start=1)}

    def _websocket_servers(self) -> Iterator[dict[str, Any]]:
        for server in self.servers:
            parts = urlsplit(server.url)
            if parts.netloc and parts.scheme in _WEBSOCKET:
                path = parts.path.rstrip("/")
                yield {
                    "host": parts.netloc,
                    **({"pathname": path} if path else {}),
                    "protocol": _WEBSOCKET[parts.scheme],
                    **_description(server),
                }


def _with_scheme(url: str, schemes: Mapping[str, str]) -> str:
    scheme, colon, rest = url.partition(":")
    return f"{schemes[scheme]}:{rest}" if colon and scheme in schemes else url


def _description(server: ApiServer) -> dict[str, str]:
    return {"description": server.description} if server.description else {}
