# Generated from pyfly/server/errors.py; edit that, then run: python -m tools.stubs
"""Errors of serving: what keeps a server from starting."""

from pyfly.errors import PyflyError

__all__ = ["ServerError"]

class ServerError(PyflyError):
    """The server cannot be started or go on, for a reason its user can put right."""
