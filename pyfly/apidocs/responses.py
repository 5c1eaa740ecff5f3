"""What an endpoint answers: its ordinary content, and the problems that can come instead."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Union, get_args, get_origin

from pyfly.metadata import resolve_annotations
from pyfly.web.annotations import union_members
from pyfly.web.problems import Problem
from pyfly.web.signatures import defining_class

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyfly.apidocs.docstrings import Docstring
    from pyfly.web.endpoints import Endpoint

__all__ = [
    "WITHOUT_CONTENT",
    "ReturnedTypes",
    "event_type",
    "phrase_of",
    "raised_statuses",
    "returned_annotation",
    "split_returned",
    "together",
]

WITHOUT_CONTENT: Final = frozenset({204, 205, 304})
"""Statuses whose responses carry no content (RFC 9110)."""

_STREAMS: Final = (AsyncIterator, AsyncGenerator, AsyncIterable)
_STATUS: Final = re.compile(r"(?P<status>[2345]\d\d)\b[\s:,.-]*(?P<text>.*)", re.DOTALL)


class ReturnedTypes(NamedTuple):
    """What a handler's return annotation names.

    Attributes:
        value: The type of values that are written as content; ``Any`` where the author names none.
        has_value: Whether values are returned, and not only responses of the framework's.
        responses: The framework's response classes.
    """

    value: Any
    has_value: bool
    responses: tuple[type[Any], ...]


def returned_annotation(endpoint: Endpoint[Any]) -> Any:
    """Return a handler's return annotation; ``Any`` for none."""
    owner = defining_class(endpoint.controller, endpoint.function)
    return resolve_annotations(endpoint.function, owner=owner, target=endpoint.controller).get("return", Any)


def split_returned(annotation: Any, response: type) -> ReturnedTypes:
    """Take a return annotation apart.

    Args:
        annotation: The annotation.
        response: The class of the framework's responses.
    """
    members = list(union_members(annotation))
    responses = [member for member in members if _is_response(member, response)]
    if not responses:
        return ReturnedTypes(annotation, True, ())
    values = [member for member in members if member not in responses]
    value = Union[tuple(values)] if values else Any  # noqa: UP007  # the members are known at run time only
    return ReturnedTypes(value, bool(values), tuple(get_origin(member) or member for member in responses))


def event_type(annotation: Any) -> Any:
    """Return what an async generator's return annotation says it yields; ``Any`` for nothing."""
    arguments = get_args(annotation)
    return arguments[0] if arguments and get_origin(annotation) in _STREAMS else Any


@cache
def phrase_of(status: int) -> str:
    """Return the words of an HTTP status, such as ``Created``."""
    if status >= 400:
        return Problem.of_status(status).title
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Success" if status < 300 else "Redirection"


def raised_statuses(docstring: Docstring) -> dict[int, str]:
    """Return the statuses of a ``Raises`` section and when they are answered.

    An entry is ``ProblemError: 404 if there is none``, and there may be several of one status.
    """
    if not docstring.raises:
        return {}
    matches = [_STATUS.match(text) for _, text in docstring.raises]
    found = [(int(each["status"]), each["text"]) for each in matches if each and each["status"][0] in "45"]
    return together(found)


def together(meanings: Iterable[tuple[int, str]]) -> dict[int, str]:
    """Return what numbers mean; what is told of one several times is one sentence.

    Args:
        meanings: Numbers and their meanings.
    """
    told: dict[int, list[str]] = {}
    for number, text in meanings:
        told.setdefault(number, []).append(text)
    return {number: _sentence(list(dict.fromkeys(filter(None, texts)))) for number, texts in told.items()}


def _sentence(texts: list[str]) -> str:
    if len(texts) < 2:
        return capitalized("".join(texts))
    parts = [text.removesuffix(".") for text in texts]
    others = [part[:1].lower() + part[1:] if part[1:2].islower() else part for part in parts[1:]]
    return f"{capitalized(parts[0])}, {''.join(f'or {part}, ' for part in others)}"[:-2] + "."


def capitalized(text: str) -> str:
    """Return a text with a capital at its start."""
    return text[:1].upper() + text[1:]


def _is_response(member: Any, response: type) -> bool:
    kind = get_origin(member) or member
    return isinstance(kind, type) and issubclass(kind, response)
