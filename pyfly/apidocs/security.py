"""Security schemes: how clients prove who they are, as both API documents write it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, Literal, final

from pydantic import BaseModel, ConfigDict

__all__ = ["ApiKeyAuth", "BasicAuth", "BearerAuth", "OAuth2Auth", "OAuth2Flow", "OpenIdAuth", "SecurityScheme"]


class SecurityScheme(BaseModel, ABC):
    """Base of all security schemes.

    Attributes:
        description: Markdown.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    description: str = ""

    @abstractmethod
    def openapi(self) -> dict[str, Any]:
        """Return the scheme as an OpenAPI 3.1 security scheme object."""

    def asyncapi(self, scopes: tuple[str, ...] = ()) -> dict[str, Any]:
        """Return the scheme as an AsyncAPI 3.0 security scheme object.

        Args:
            scopes: The scopes that are needed, for schemes that know scopes.
        """
        return self.openapi()

    def _described(self, **members: object) -> dict[str, Any]:
        return {**members, **({"description": self.description} if self.description else {})}


@final
class BearerAuth(SecurityScheme):
    """A token in the ``Authorization`` header (RFC 6750).

    Attributes:
        bearer_format: What the token is, such as ``JWT``.
    """

    bearer_format: str | None = None

    def openapi(self) -> dict[str, Any]:
        """Return the scheme as an OpenAPI 3.1 security scheme object."""
        more = {"bearerFormat": self.bearer_format} if self.bearer_format else {}
        return self._described(type="http", scheme="bearer", **more)


@final
class BasicAuth(SecurityScheme):
    """Name and password in the ``Authorization`` header (RFC 7617)."""

    def openapi(self) -> dict[str, Any]:
        """Return the scheme as an OpenAPI 3.1 security scheme object."""
        return self._described(type="http", scheme="basic")


@final
class ApiKeyAuth(SecurityScheme):
    """A key in a header, a query parameter or a cookie.

    Attributes:
        name: The name of the header, parameter or cookie.
        location: Which of them it is.
    """

    name: str
    location: Literal["header", "query", "cookie"] = "header"

    def openapi(self) -> dict[str, Any]:
        """Return the scheme as an OpenAPI 3.1 security scheme object."""
        return self._described(type="apiKey", name=self.name, **{"in": self.location})

    def asyncapi(self, scopes: tuple[str, ...] = ()) -> dict[str, Any]:
        """Return the scheme as an AsyncAPI 3.0 security scheme object."""
        return self._described(type="httpApiKey", name=self.name, **{"in": self.location})


class OAuth2Flow(BaseModel):
    """One way to get a token (RFC 6749).

    Attributes:
        authorization_url: Where the user is asked; for the flows ``implicit`` and ``authorizationCode``.
        token_url: Where the token is fetched; for all flows but ``implicit``.
        refresh_url: Where it is renewed.
        scopes: What scopes there are, with their descriptions.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    authorization_url: str | None = None
    token_url: str | None = None
    refresh_url: str | None = None
    scopes: Mapping[str, str] = {}

    def document(self, scopes: str) -> dict[str, Any]:
        """Return the flow as the documents write it; they differ in the name of the member for its scopes."""
        urls = {
            "authorizationUrl": self.authorization_url,
            "tokenUrl": self.token_url,
            "refreshUrl": self.refresh_url,
        }
        return {**{name: url for name, url in urls.items() if url is not None}, scopes: dict(self.scopes)}


@final
class OAuth2Auth(SecurityScheme):
    """OAuth 2.0 (RFC 6749).

    Attributes:
        flows: The ways to get a token, by name.
    """

    flows: Mapping[Literal["implicit", "password", "clientCredentials", "authorizationCode"], OAuth2Flow]

    def openapi(self) -> dict[str, Any]:
        """Return the scheme as an OpenAPI 3.1 security scheme object."""
        flows = {name: flow.document("scopes") for name, flow in self.flows.items()}
        return self._described(type="oauth2", flows=flows)

    def asyncapi(self, scopes: tuple[str, ...] = ()) -> dict[str, Any]:
        """Return the scheme as an AsyncAPI 3.0 security scheme object."""
        flows = {name: flow.document("availableScopes") for name, flow in self.flows.items()}
        needed = {"scopes": list(scopes)} if scopes else {}
        return self._described(type="oauth2", flows=flows, **needed)


@final
class OpenIdAuth(SecurityScheme):
    """OpenID Connect.

    Attributes:
        url: Where the provider's configuration is found.
    """

    url: str

    def openapi(self) -> dict[str, Any]:
        """Return the scheme as an OpenAPI 3.1 security scheme object."""
        return self._described(type="openIdConnect", openIdConnectUrl=self.url)

    def asyncapi(self, scopes: tuple[str, ...] = ()) -> dict[str, Any]:
        """Return the scheme as an AsyncAPI 3.0 security scheme object."""
        needed = {"scopes": list(scopes)} if scopes else {}
        return self._described(type="openIdConnect", openIdConnectUrl=self.url, **needed)
