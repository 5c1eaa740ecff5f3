# Generated from pyfly/server/__init__.py; edit that, then run: python -m tools.stubs
"""Runs an ASGI application on uvicorn, Granian or Hypercorn, the same way on each."""

from pyfly.server.errors import ServerError
from pyfly.server.ports import ServerAdapter
from pyfly.server.serving import serve
from pyfly.server.settings import ServerSettings
from pyfly.server.targets import AppTarget

__all__ = ["AppTarget", "ServerAdapter", "ServerError", "ServerSettings", "serve"]
