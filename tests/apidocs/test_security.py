"""Security schemes as both documents write them."""

from __future__ import annotations

import pytest

from pyfly.apidocs import ApiKeyAuth, BasicAuth, BearerAuth, OAuth2Auth, OAuth2Flow, OpenIdAuth, SecurityScheme

FLOW = OAuth2Flow(token_url="https://a.test/token", refresh_url="https://a.test/refresh", scopes={"read": "Read."})


@pytest.mark.parametrize(
    ("scheme", "openapi", "asyncapi"),
    [
        (
            BearerAuth(bearer_format="JWT", description="A token."),
            {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "A token."},
            {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "A token."},
        ),
        (BearerAuth(), {"type": "http", "scheme": "bearer"}, {"type": "http", "scheme": "bearer"}),
        (BasicAuth(), {"type": "http", "scheme": "basic"}, {"type": "http", "scheme": "basic"}),
        (
            ApiKeyAuth(name="sid", location="cookie"),
            {"type": "apiKey", "name": "sid", "in": "cookie"},
            {"type": "httpApiKey", "name": "sid", "in": "cookie"},
        ),
        (
            OAuth2Auth(flows={"password": FLOW}),
            {
                "type": "oauth2",
                "flows": {
                    "password": {
                        "tokenUrl": "https://a.test/token",
                        "refreshUrl": "https://a.test/refresh",
                        "scopes": {"read": "Read."},
                    }
                },
            },
            {
                "type": "oauth2",
                "flows": {
                    "password": {
                        "tokenUrl": "https://a.test/token",
                        "refreshUrl": "https://a.test/refresh",
                        "availableScopes": {"read": "Read."},
                    }
                },
                "scopes": ["read"],
            },
        ),
        (
            OpenIdAuth(url="https://a.test"),
            {"type": "openIdConnect", "openIdConnectUrl": "https://a.test"},
            {"type": "openIdConnect", "openIdConnectUrl": "https://a.test", "scopes": ["read"]},
        ),
    ],
)
def test_scheme_is_written_for_both_documents(scheme: SecurityScheme, openapi: object, asyncapi: object) -> None:
    assert scheme.openapi() == openapi
    assert scheme.asyncapi(("read",)) == asyncapi
