"""Documents that several tests look at."""

from __future__ import annotations

from typing import Any

import pytest

from pyfly.apidocs import asyncapi_document, openapi_document
from tests.apidocs.documents import APPLICATIONS, context_of


@pytest.fixture(scope="session", params=list(APPLICATIONS))
def application(request: pytest.FixtureRequest) -> str:
    """The name of each of the two applications that are documented as a whole."""
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def openapi(application: str) -> dict[str, Any]:
    module, info = APPLICATIONS[application]
    return openapi_document(context_of(module), info=info)


@pytest.fixture(scope="session")
def asyncapi(application: str) -> dict[str, Any]:
    module, info = APPLICATIONS[application]
    return asyncapi_document(context_of(module), info=info)
