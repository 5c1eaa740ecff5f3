# Generated from pyfly/web/problems.py; edit that, then run: python -m tools.stubs
"""Problem details for HTTP APIs (RFC 9457): the document, and the error that becomes one."""

from collections.abc import Mapping
from typing import Final, Self

from pydantic import BaseModel, ConfigDict

from pyfly.errors import PyflyError

__all__ = ["PROBLEM_MEDIA_TYPE", "Problem", "ProblemError"]

PROBLEM_MEDIA_TYPE: Final = "application/problem+json"

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
    def to_json(self) -> bytes:
        """Return the document as JSON, without the members that are None."""

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

    headers: Mapping[str, str]
    problem: Problem
    def __init__(
        self,
        status: int,
        detail: str | None = None,
        *,
        title: str | None = None,
        type: str = "about:blank",
        instance: str | None = None,
        headers: Mapping[str, str] | None = None,
        **extensions: object,
    ) -> None: ...
    @property
    def status(self) -> int:
        """The HTTP status."""
