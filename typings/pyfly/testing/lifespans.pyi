# Generated from pyfly/testing/lifespans.py; edit that, then run: python -m tools.stubs
"""Applications that run for tests: started by their first client, stopped after their last."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from pyfly.server.ports import ASGIApp

__all__ = ["running"]

@asynccontextmanager
def running(app: ASGIApp) -> AsyncGenerator[Mapping[str, Any]]:
    """Run an application's lifespan for as long as the block lasts.

    `connect` does so by itself, from the first client's handshake to the last one's end; clients that come one after
    the other then meet an application that was started anew. Inside this block they meet the same.

    An application whose context somebody else has started, a lifespan manager say, is left to them.

    Args:
        app: The application.

    Returns:
        A context manager that gives what the application put into its lifespan state.

    Raises:
        PyflyError: The application does not start.
        Exception: What it raised while it stopped.
    """
