# Generated from pyfly/apidocs/guard.py; edit that, then run: python -m tools.stubs
"""Who may see the documentation page."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable
from typing import Protocol

from pyfly.web.ports import ConnectionData

__all__ = ["DocsGuard", "DocsRequest"]

class DocsRequest(ConnectionData, Protocol):
    """A request for the page, a document or an asset; Starlette's ``Request`` fits as it is."""
    @property
    def client(self) -> tuple[str, int] | None:
        """Address and port of the client, or None when the server does not tell."""

class DocsGuard(ABC):
    """Decides on each request for the page, its documents and its assets; make a bean of a subclass.

    Where there are several such beans, all have to agree.
    """
    @abstractmethod
    def allows(self, request: DocsRequest) -> bool | Awaitable[bool]:
        """Return whether a request is served; what is not is answered with 403.

        It may be a coroutine, and it may raise a `ProblemError` for another answer, such as a 401 that makes the
        browser ask for a password.

        Args:
            request: Headers, cookies, query parameters and the client's address.
        """
