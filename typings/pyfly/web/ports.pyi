# Generated from pyfly/web/ports.py; edit that, then run: python -m tools.stubs
"""What the web layer needs to know of a request or a connection, whoever serves it."""

from collections.abc import Mapping
from typing import Any, Protocol

__all__ = ["ConnectionData", "MultiMapping"]

class MultiMapping(Protocol):
    """String values by name, where a name may be given more than once."""
    def get(self, key: str, /) -> str | None:
        """Return one value of a name, or None."""
    def getlist(self, key: str, /) -> list[str]:
        """Return all values of a name, in the order given."""
    def __contains__(self, key: object, /) -> bool: ...

class ConnectionData(Protocol):
    """What arguments are bound from; Starlette's ``HTTPConnection`` fits as it is."""
    @property
    def path_params(self) -> Mapping[str, Any]:
        """Path variables by name, as text or already converted."""
    @property
    def query_params(self) -> MultiMapping:
        """Values of the query string, decoded."""
    @property
    def headers(self) -> MultiMapping:
        """Request headers; names in any case."""
    @property
    def cookies(self) -> Mapping[str, str]:
        """Cookies by name."""
