"""The problem documents that endpoints answer with, each kind of response defined once."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, NotRequired, final

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

from pyfly.apidocs.responses import phrase_of
from pyfly.web.problems import PROBLEM_MEDIA_TYPE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfly.apidocs.schemas import SchemaTable, SchemaUse

__all__ = ["InvalidRequest", "InvalidValue", "Problem", "ProblemResponses"]


@with_config(ConfigDict(extra="allow"))
class Problem(TypedDict):
    """A problem document (RFC 9457), which may have further members."""

    type: Annotated[str, Field(description="URI reference that names the kind of problem.")]
    title: Annotated[str, Field(description="Short text for people, always the same for one type.")]
    status: Annotated[int, Field(description="The HTTP status.")]
    detail: NotRequired[Annotated[str, Field(description="What is particular about this occurrence.")]]
    instance: NotRequired[Annotated[str, Field(description="URI reference that names this occurrence.")]]


class InvalidValue(TypedDict):
    """One value of a request that does not fit."""

    where: Annotated[
        Literal["path", "query", "header", "cookie", "body"], Field(description="The part of the request.")
    ]
    name: Annotated[str, Field(description="The value's name there; in a body the dotted way to it.")]
    type: Annotated[str, Field(description="The kind of fault, such as `missing` or `int_parsing`.")]
    message: Annotated[str, Field(description="What is wrong, for people.")]


@with_config(ConfigDict(extra="allow"))
class InvalidRequest(Problem):
    """A problem document that lists the values of a request that do not fit."""

    errors: list[InvalidValue]


_MEANINGS: Final[Mapping[int, str]] = {
    401: "The request has no user.",
    403: "The user lacks a scope; `missing_scopes` lists them.",
    404: "The path leads nowhere.",
    415: "The body's media type is not JSON.",
    422: "Values do not fit; `errors` lists every one.",
    500: "The server failed.",
}
_EXAMPLES: Final[Mapping[int, Mapping[str, Any]]] = {
    401: {"detail": "This needs a user."},
    403: {"detail": "The user lacks a scope that this needs.", "missing_scopes": ["orders:read"]},
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

    @property
    def use(self) -> SchemaUse | None:
        """The type of any problem document."""
        return self._problem

    def meaning(self, status: int) -> str:
        """Return when the framework itself answers with a status."""
        return _MEANINGS[status]

    def particular(self, status: int, description: str) -> dict[str, Any]:
        """Return a response with a problem document that an endpoint answers with."""
        return self._response(status, description or phrase_of(status))

    def components(self) -> dict[str, dict[str, Any]]:
        """Return the responses that were referred to, by name."""
        return {_name(status): self._response(status, _MEANINGS[status]) for status in sorted(self._used)}

    def _response(self, status: int, description: str) -> dict[str, Any]:
        use = self._invalid if status == 422 and description == _MEANINGS[422] else self._problem
        example = {
            "type": "about:blank",
            "title": phrase_of(status),
            "status": status,
            **deepcopy(_EXAMPLES.get(status, {})),
        }
        content = {"schema": {} if use is None else use.schema(), "example": example}
        return {"description": description, "content": {PROBLEM_MEDIA_TYPE: content}}


def _name(status: int) -> str:
    return phrase_of(status).replace(" ", "")
