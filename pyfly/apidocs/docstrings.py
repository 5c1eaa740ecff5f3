"""Docstrings in Google's form, taken apart for the API documents."""

from __future__ import annotations

import inspect
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["Docstring", "Raised", "docstring_of", "parse_docstring", "prose_of"]

_SECTION: Final = re.compile(r"(Args|Arguments|Parameters|Returns?|Yields?|Raises|Attributes):")
_KINDS: Final[Mapping[str, str]] = {
    "Args": "arguments",
    "Arguments": "arguments",
    "Parameters": "arguments",
    "Return": "returns",
    "Returns": "returns",
    "Yield": "yields",
    "Yields": "yields",
    "Raises": "raises",
    "Attributes": "attributes",
}
_PROSE: Final = re.compile(r"(?P<title>Examples?|Notes?|Warnings?|Tips?|See Also|References):")
# A type alone: ``Order``, ``list[Order]``, ``Order | None``.
_TYPE: Final = re.compile(r"[\w.]+(\[[^:]*\])?(\s*\|\s*[\w.]+(\[[^:]*\])?)*:\s+")
# A name, perhaps with stars before it and a type in parentheses behind it.
_ENTRY: Final = re.compile(r"\*{0,2}(?P<name>[^\W\d][\w.]*)\s*(?:\([^:]*\))?:(?:\s+(?P<text>.*)|$)")


class Raised(NamedTuple):
    """One entry of a ``Raises`` section.

    Attributes:
        name: The error's name as written.
        text: When it is raised.
    """

    name: str
    text: str


class Docstring(NamedTuple):
    """A docstring's parts; what is not there is empty.

    Attributes:
        summary: The first paragraph, in one line without its full stop.
        description: What follows, in Markdown, without the sections below.
        arguments: Descriptions of parameters by name.
        attributes: Descriptions of attributes by name.
        returns: What is returned.
        yields: What is yielded.
        raises: What is raised and when.
    """

    summary: str = ""
    description: str = ""
    arguments: Mapping[str, str] = {}
    attributes: Mapping[str, str] = {}
    returns: str = ""
    yields: str = ""
    raises: tuple[Raised, ...] = ()


def docstring_of(controller: type, name: str) -> Docstring:
    """Return the docstring of a controller's method, or that of the method it overrides."""
    for cls in controller.__mro__:
        text = getattr(vars(cls).get(name), "__doc__", None)
        if text:
            return parse_docstring(text)
    return Docstring()


# Methods that are generated or inherited share theirs, and so do the two documents of an application.
@lru_cache(maxsize=1024)
def parse_docstring(text: str) -> Docstring:
    """Take a docstring apart.

    Other sections stay in the description, where ``Example``, ``Note`` and their like become a title and what is below.

    Args:
        text: The docstring as the class or function has it.
    """
    text = text.strip()
    if _SECTION.fullmatch(text.partition("\n")[0]):
        text = f"\n{text}"  # else what follows would lose the indentation that makes it a section
    lines = inspect.cleandoc(text).split("\n")
    body: list[str] = []
    sections: dict[str, list[str]] = {}
    titled: dict[int, list[str]] = {}
    current = body
    for line in lines:
        if line and not line[0].isspace():
            match = _SECTION.fullmatch(line.rstrip())
            current = body if match is None else sections.setdefault(_KINDS[match[1]], [])
            if match is not None:
                continue
            if _PROSE.fullmatch(line.rstrip()):
                body.append(line.rstrip())
                current = titled.setdefault(len(body) - 1, [])
                continue
        current.append(line)
    titled = {number: inner for number, inner in titled.items() if any(inner)}
    end = next((number for number, line in enumerate(body) if number in titled or not line.strip()), len(body))
    for number, inner in titled.items():
        before = "\n" if number and body[number - 1] and number - 1 not in titled else ""
        body[number] = f"{before}{_block(body[number], inner)}\n"
    summary = _titled(" ".join(line.strip() for line in body[:end]))
    description = "\n".join(body[end:]).strip()
    if not sections:
        return Docstring(summary, description)
    return Docstring(
        summary=summary,
        description=description,
        arguments=dict(_entries(sections.get("arguments", ()))),
        attributes=dict(_entries(sections.get("attributes", ()))),
        returns=_without_type(_prose(sections.get("returns", ()))),
        yields=_without_type(_prose(sections.get("yields", ()))),
        raises=tuple(Raised(*entry) for entry in _entries(sections.get("raises", ()))),
    )


def prose_of(docstring: Docstring) -> str:
    """Return a docstring without its sections, as Markdown."""
    summary = docstring.summary
    if summary and summary[-1].isalnum():
        summary += "."
    return f"{summary}\n\n{docstring.description}".strip()


def _entries(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the names of a section with what is written about each."""
    name, text = "", list[str]()
    for line in _prose(lines).split("\n"):
        match = _ENTRY.match(line)
        if match is None:
            text.append(line)
            continue
        if name:
            yield name, _joined(text)
        name, text = match["name"], [match["text"] or ""]
    if name:
        yield name, _joined(text)


def _joined(lines: list[str]) -> str:
    return lines[0].strip() if len(lines) == 1 else inspect.cleandoc("\n".join(lines)).strip()


def _block(title: str, lines: Sequence[str]) -> str:
    """Return a section as Markdown: its title, and what is below it; what is typed at a prompt becomes code."""
    text = _prose(lines)
    if text.startswith(">>>"):
        text = f"```python\n{text}\n```"
    return f"**{title.removesuffix(':')}**\n\n{text}"


def _without_type(text: str) -> str:
    match = _TYPE.match(text)
    return text if match is None else text[match.end() :]


def _titled(sentence: str) -> str:
    return sentence[:-1] if sentence.endswith(".") and not sentence.endswith("..") else sentence


def _prose(lines: Sequence[str]) -> str:
    # The first line is indented as the others are, which only a leading line break tells.
    return inspect.cleandoc("\n" + "\n".join(lines)).strip() if lines else ""
