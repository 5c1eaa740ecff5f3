# Generated from pyfly/web/adapters/problems.py; edit that, then run: python -m tools.stubs
"""Failures answered as problem documents, through Starlette."""

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import Scope

from pyfly.web.problems import Problem

__all__ = ["answer_failure", "is_left_to_application", "problem_exception_handlers", "problem_response"]

def problem_response(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """Return the response that carries a problem document."""

def problem_exception_handlers(
    debug: bool = False,
) -> dict[type[Exception], Callable[[HTTPConnection, Exception], Awaitable[Response]]]:
    """Return exception handlers for a Starlette application, so that all its failures are problem documents.

    Args:
        debug: Whether the answer to an unforeseen error shows its text.
    """

def is_left_to_application(scope: Scope, error: Exception) -> bool:
    """Tell whether the application around has an exception handler of its own for an error."""

def answer_failure(connection: HTTPConnection, error: Exception, *, handler: str, debug: bool) -> Response:
    """Return the response to what a handler raised.

    Args:
        connection: The request that failed.
        error: What was raised.
        handler: ``Controller.method``, for the log.
        debug: Whether the answer to an unforeseen error shows its text.

    Raises:
        Exception: The error itself, when the application has a handler for it.
    """
