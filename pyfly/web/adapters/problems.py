"""Failures answered as problem documents, through Starlette."""

from __future__ import annotations

import http.client
import logging
from typing import TYPE_CHECKING, Any, Final, final

from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.responses import Response

from pyfly.web.problems import PROBLEM_MEDIA_TYPE, Problem, ProblemError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.types import Scope

__all__ = ["answer_failure", "is_left_to_application", "problem_exception_handlers", "problem_response"]

_LOGGER: Final = logging.getLogger("pyfly.web")


def problem_response(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """Return the response that carries a problem document."""
    return Response(problem.to_json(), problem.status, headers, PROBLEM_MEDIA_TYPE)


def problem_exception_handlers(
    debug: bool = False,
) -> dict[type[Exception], Callable[[HTTPConnection, Exception], Awaitable[Response]]]:
    """Return exception handlers for a Starlette application, so that all its failures are problem documents.

    Args:
        debug: Whether the answer to an unforeseen error shows its text.
    """
    answer = _ProblemHandler(debug)
    return {ProblemError: answer, HTTPException: answer, Exception: answer}


@final
class _ProblemHandler:
    """Answers any error with a problem document."""

    __slots__ = ("_debug",)

    def __init__(self, debug: bool) -> None:
        self._debug = debug

    async def __call__(self, connection: HTTPConnection, error: Exception) -> Response:
        return _response(error, self._debug)


def is_left_to_application(scope: Scope, error: Exception) -> bool:
    """Tell whether the application around has an exception handler of its own for an error."""
    by_class, by_status = scope.get("starlette.exception_handlers", ({}, {}))
    if isinstance(error, HTTPException) and error.status_code in by_status:
        return True
    handler = next((by_class[cls] for cls in type(error).__mro__ if cls in by_class), None)
    # Every Starlette application has these two; they are nobody's choice.
    return handler is not None and not isinstance(getattr(handler, "__self__", None), ExceptionMiddleware)


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
    if is_left_to_application(connection.scope, error):
        raise error
    if isinstance(error, ClientDisconnect):  # it left while its request was read; nobody will see the answer
        return Response(status_code=400)
    if not isinstance(error, ProblemError | HTTPException):
        # %r, because a path may hold line breaks.
        _LOGGER.error("%s failed: %s %r", handler, *_request_line(connection.scope), exc_info=error)
        if _answers_every_error(connection.scope.get("app")):
            raise error
    return _response(error, debug)


def _answers_every_error(app: Any) -> bool:
    # Starlette keeps this handler apart from those a scope tells of.
    handlers: Mapping[Any, object] = getattr(app, "exception_handlers", {})
    handler = handlers.get(500) or handlers.get(Exception)
    return handler is not None and not isinstance(handler, _ProblemHandler)


def _response(error: Exception, debug: bool) -> Response:
    if isinstance(error, ProblemError):
        return problem_response(error.problem, error.headers)
    if not isinstance(error, HTTPException):
        return problem_response(Problem.of_status(500, f"{type(error).__name__}: {error}" if debug else None))
    if error.status_code < 400:
        return Response(status_code=error.status_code, headers=error.headers)
    detail: Any = error.detail
    told = None if detail == http.client.responses.get(error.status_code) else str(detail)
    return problem_response(Problem.of_status(error.status_code, told), error.headers)


def _request_line(scope: Scope) -> tuple[str, str]:
    return scope.get("method", scope["type"]), scope["path"]
