# Generated from pyfly/apidocs/info.py; edit that, then run: python -m tools.stubs
"""What the API documents say of the API as a whole."""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, SerializeAsAny

from pyfly.apidocs.security import SecurityScheme
from pyfly.web.operations import SecurityRequirement

__all__ = ["ApiInfo", "ApiServer", "Contact", "License"]

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
    def members(self) -> dict[str, Any]:
        """Return the info object as far as both documents write it alike."""
    def http_servers(self) -> list[dict[str, Any]]:
        """Return the servers as the OpenAPI document has them."""
    def websocket_servers(self) -> dict[str, dict[str, Any]]:
        """Return the servers as the AsyncAPI document has them, by name."""
