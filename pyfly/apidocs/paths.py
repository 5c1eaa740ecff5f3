"""Paths as clients see them: without converters, and one for each set of paths that is served."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pyfly.apidocs.names import distinct

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pyfly.metadata import PathTemplate

__all__ = ["OPENAPI_METHODS", "DocumentedPath", "documented_paths"]

OPENAPI_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
"""The methods that OpenAPI 3.1 knows, in its order."""

_VARIABLE: Final = re.compile(r"\{(\w+)(?::(\w+))?\}")


class DocumentedPath:
    """A path in a document.

    Attributes:
        text: The path with plain variables.
        names: What the document calls each variable of a template, by the name it has there.
    """

    __slots__ = ("names", "text")

    def __init__(self, text: str, names: Mapping[str, str]) -> None:
        self.text: Final = text
        self.names: Final = names


def documented_paths(templates: Iterable[PathTemplate]) -> dict[str, DocumentedPath]:
    """Return the documented path of each template by its text.

    Templates that match the same paths share one, with the variables named as in the first of them: a client does not
    see those names. Templates that only their converters tell apart, such as ``/orders/{id:int}`` and ``/orders/{id}``,
    are told apart by their variables: ``/orders/{id_int}``.

    Args:
        templates: Full path templates, ordered by text.
    """
    first: dict[str, PathTemplate] = {}
    every: dict[str, PathTemplate] = {}
    for template in templates:
        every[template.text] = template
        first.setdefault(template.shape, template)
    texts = [_VARIABLE.sub(r"{\1}", template.text) for template in first.values()]
    if len(set(texts)) < len(texts):
        texts = distinct([_candidates(template) for template in first.values()])
    by_shape = dict(zip(first, texts, strict=True))
    return {text: _named(template, by_shape[template.shape]) for text, template in every.items()}


def _named(template: PathTemplate, text: str) -> DocumentedPath:
    names = [match[1] for match in _VARIABLE.finditer(text)]
    return DocumentedPath(text, dict(zip(template.variables, names, strict=True)))


def _candidates(template: PathTemplate) -> tuple[str, ...]:
    """Return a template with its variables alone, with converters where it names them, and with one for each."""
    return (
        _VARIABLE.sub(r"{\1}", template.text),
        _VARIABLE.sub(lambda match: f"{{{match[1]}_{match[2]}}}" if match[2] else f"{{{match[1]}}}", template.text),
        _VARIABLE.sub(lambda match: f"{{{match[1]}_{match[2] or 'str'}}}", template.text),
    )
