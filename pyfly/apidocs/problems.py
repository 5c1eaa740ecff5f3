"""The problem documents that endpoints answer with, each kind of response defined once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, final

from typing_extensions import TypedDict

from pyfly.apidocs.responses import phrase_of
from pyfly.web.problems import PROBLEM_MEDIA_TYPE, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfly.apidocs.schemas import SchemaTable

__all__ = ["InvalidRequest", "InvalidValue", "ProblemResponses"]


class InvalidValue(TypedDict):
    """One value of a request that does not fit."""

    where: str
    name: str
    type: str
    message: str


class InvalidRequest(Problem):
    """A problem document that lists every value of a request that does not fit."""

    errors: list[InvalidValue]


_MEANINGS: Final[Mapping[int, str]] = {
    404: "The path leads nowhere.",
    415: "The body's media type is not JSON.",
    422: "Values do not fit; `errors` lists every one.",
    500: "The server failed.",
}
_EXAMPLES: Final[Mapping[int, Mapping[str, Any]]] = {
    422: {
        "detail": "The request has a value that is not valid.",
        "errors": [
            {
                "where": "query",
                "name": "limit",
                "type": "int_parsing",
                "message": "Input should be a valid integer, unable to parse string as an integer",
            }
        ],
    },
    415: {"detail": "The body's media type must be application/json, and the request names none."},
}


@final
class ProblemResponses:
    """Problem responses of one document.

    Args:
        table: Where the types of problem documents are noted.
    """

    __slots__ = ("_invalid", "_problem", "_used")

    def __init__(self, table: SchemaTable) -> None:
        self._problem = table.use(Problem, "serialization")
        self._invalid = table.use(InvalidRequest, "serialization")
        self._used: set[int] = set()

    def common(self, status: int) -> dict[str, str]:
        """Return a reference to the response that the framework itself answers with."""
        self._used.add(status)
        return {"$ref": f"#/components/responses/{_name(status)}"}

    def particular(self, status: int, description: str) -> dict[str, Any]:
        """Return a response with a problem document that an endpoint answers with."""
        return self._response(status, description or phrase_of(status))

    def components(self) -> dict[str, dict[str, Any]]:
        """Return the responses that were referred to, by name."""
        return {_name(status): self._response(status, _MEANINGS[status]) for status in sorted(self._used)}

    def _response(self, status: int, description: str) -> dict[str, Any]:
        use = self._invalid if status == 422 and description == _MEANINGS[422] else self._problem
        example = {"type": "about:blank", "title": phrase_of(status), "status": status, **_EXAMPLES.get(status, {})}
        content = {"schema": {} if use is None else use.schema(), "example": example}
        return {"description": description, "content": {PROBLEM_MEDIA_TYPE: content}}


def _name(status: int) -> str:
    return phrase_of(status).replace(" ", "")
