"""Starlette's types, as far as the API documents need to know them."""

from __future__ import annotations

import inspect
from typing import Any, Final

from starlette.responses import Response

from pyfly.apidocs.ports import ResponseFacts, ServerTypes
from pyfly.web.adapters.routes import NATIVES

__all__ = ["STARLETTE_TYPES", "response_facts"]

STARLETTE_TYPES: Final = ServerTypes(requests=NATIVES, response=Response)
"""The types that handlers take and return."""


def response_facts(cls: type[Any]) -> ResponseFacts:
    """Return what a response class tells of its responses, such as 307 for a ``RedirectResponse``."""
    status = inspect.signature(cls).parameters.get("status_code")
    default = None if status is None else status.default
    return ResponseFacts(default if isinstance(default, int) else 200, getattr(cls, "media_type", None))
