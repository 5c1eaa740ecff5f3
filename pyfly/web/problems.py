"""Problem details for HTTP APIs (RFC 9457): the document, and the error that becomes one."""

from __future__ import annotations

import http
from typing import TYPE_CHECKING, Final, Self

from pydantic import BaseModel, ConfigDict
from pydantic_core import to_json

from pyfly.errors import PyflyError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["PROBLEM_MEDIA_TYPE", "Problem", "ProblemError"]

PROBLEM_MEDIA_TYPE: Final = "application/problem+json"

# RFC 9110's words, which older Pythons do not know yet.
_TITLES: Final[Mapping[int, str]] = {
    413: "Content Too Large",
    414: "URI Too Long",
    416: "Range Not Satisfiable",
    422: "Unprocessable Content",
}


class Problem(BaseModel):
    """A problem document (RFC 9457, section 3); further keywords become extension members.

    Attributes:
        type: URI reference that names the kind of problem.
        title: Short text for people; always the same for one type.
        status: The HTTP status.
        detail: What is particular about this occurrence.
        instance: URI reference that names this occurrence.
    """

    model_config = ConfigDict(frozen=True, extra="allow", defer_build=True)

    type: str = "about:blank"
    title: str
    status: int
    detail: str | None = None
    instance: str | None = None

    @classmethod
    def of_status(cls, status: int, detail: str | None = None) -> Self:
        """Return the plain problem of an HTTP status, titled with the status's own words."""
        return cls(title=_title(status), status=status, detail=detail)

    def to_json(self) -> bytes:
        """Return the document as JSON, without the members that are None."""
        members = {name: value for name, value in self if value is not None}
        return to_json(members, inf_nan_mode="null", fallback=str)


class ProblemError(PyflyError):
    """Raised by a handler to answer with a problem document.

    Args:
        status: HTTP status, 400 to 599.
        detail: What is particular about this occurrence; the client reads it.
        title: Short text for people; by default the status's own words.
        type: URI reference that names the kind of problem.
        instance: URI reference that names this occurrence.
        headers: Headers of the answer.
        extensions: Further members of the document; anything pydantic can write as JSON.

    Attributes:
        problem: The document.
        headers: Headers of the answer.

    Raises:
        ValueError: The status is none of a failure.
    """

    def __init__(
        self,
        status: int,
        detail: str | None = None,
        *,
        title: str | None = None,
        type: str = "about:blank",  # noqa: A002  # RFC 9457 names the member so
        instance: str | None = None,
        headers: Mapping[str, str] | None = None,
        **extensions: object,
    ) -> None:
        if not 400 <= status <= 599:
            raise ValueError(f"a problem has a status from 400 to 599, got {status}")
        super().__init__(status, detail)
        self.headers: Mapping[str, str] = dict(headers or {})
        self.problem: Problem = Problem.model_validate(
            {
                **extensions,
                "type": type,
                "title": _title(status) if title is None else title,
                "status": status,
                "detail": detail,
                "instance": instance,
            }
        )

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.problem.status

    def __str__(self) -> str:
        return f"{self.problem.status} {self.problem.detail or self.problem.title}"


def _title(status: int) -> str:
    if status in _TITLES:
        return _TITLES[status]
    try:
        return http.HTTPStatus(status).phrase
    except ValueError:
        return "Client Error" if status < 500 else "Server Error"
