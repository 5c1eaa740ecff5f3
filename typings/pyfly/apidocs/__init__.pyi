# Generated from pyfly/apidocs/__init__.py; edit that, then run: python -m tools.stubs
"""API documents: OpenAPI for HTTP and event streams, AsyncAPI for WebSockets, from the declarations themselves."""

from pyfly.apidocs.asyncapi import asyncapi_document
from pyfly.apidocs.changes import Change, DocumentError, Severity, compare_documents
from pyfly.apidocs.documents import Documents, documents_of
from pyfly.apidocs.errors import DocumentationError
from pyfly.apidocs.guard import DocsGuard, DocsRequest
from pyfly.apidocs.info import ApiInfo, ApiServer, Contact, License
from pyfly.apidocs.openapi import openapi_document
from pyfly.apidocs.security import ApiKeyAuth, BasicAuth, BearerAuth, OAuth2Auth, OAuth2Flow, OpenIdAuth, SecurityScheme

__all__ = [
    "ApiInfo",
    "ApiKeyAuth",
    "ApiServer",
    "BasicAuth",
    "BearerAuth",
    "Change",
    "Contact",
    "DocsGuard",
    "DocsRequest",
    "DocumentError",
    "DocumentationError",
    "Documents",
    "License",
    "OAuth2Auth",
    "OAuth2Flow",
    "OpenIdAuth",
    "SecurityScheme",
    "Severity",
    "asyncapi_document",
    "compare_documents",
    "documents_of",
    "openapi_document",
]
