"""How the tests get documents and the official schemas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import examples.chat
from pyfly.apidocs import ApiInfo, asyncapi_document, openapi_document
from pyfly.context import ApplicationContext, Settings
from tests.apidocs import showcase

OFFICIAL = Path(__file__).parent / "official"
APPLICATIONS = {"chat": (examples.chat, ApiInfo(title="Chat")), "showcase": (showcase, showcase.INFO)}


def context_of(*modules_or_classes: Any) -> ApplicationContext:
    """Return a context with what modules hold, and with single classes."""
    context = ApplicationContext(settings=Settings())
    for source in modules_or_classes:
        if isinstance(source, type):
            context.register(source)
        else:
            context.scan(source)
    return context


def openapi_of(*controllers: type, info: ApiInfo | None = None) -> dict[str, Any]:
    return strict(openapi_document(context_of(*controllers), info=info))


def asyncapi_of(*controllers: type, info: ApiInfo | None = None) -> dict[str, Any]:
    return strict(asyncapi_document(context_of(*controllers), info=info))


def strict(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document as it is, once it is known to be JSON that any parser reads."""
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    return document


def official_schema(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((OFFICIAL / name).read_text(encoding="utf-8"))
    return schema
