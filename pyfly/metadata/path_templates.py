"""Path templates such as ``/rooms/{room_id:int}``: parsed, joined, ordered and compared."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, cast, final, get_args

from pyfly.metadata.wording import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Converter", "PathTemplate", "PathTemplateError", "PathVariable"]

Converter = Literal["str", "int", "float", "uuid", "path"]
"""What a variable accepts: a segment, digits, a decimal number, a UUID, or the rest of the path."""

CONVERTERS: Final[tuple[Converter, ...]] = get_args(Converter)

_PART: Final = re.compile(r"\{(?P<variable>[^{}]*)\}|(?P<literal>[^{}]+)")
_VARIABLE: Final = re.compile(r"(?P<name>[^\W\d]\w*)(?::(?P<converter>\w+))?")
_MENDS: Final[Mapping[str, str]] = {
    "?": "query values are bound with QueryParam[...]",
    "#": "take it out with all behind it: clients send no fragment",
    " ": "take it out, or write '-' in its place",
}
"""What to do about characters that no path contains."""
# Narrower converters first: what accepts less is the more specific.
_CONVERTER_RANK: Final[Mapping[str, int]] = {"int": 2, "float": 3, "uuid": 4, "str": 5, "path": 6}
_LITERAL_RANK: Final = 0
_MIXED_RANK: Final = 1


class PathTemplateError(ValueError):
    """A path template breaks the grammar.

    Attributes:
        template: The text as the author wrote it.
        problems: Each thing wrong with it, with its mend.
    """

    def __init__(self, template: str, problems: tuple[str, ...]) -> None:
        super().__init__(template, problems)
        self.template = template
        self.problems = problems

    def __str__(self) -> str:
        return f'path "{self.template}": {"; ".join(self.problems)}'


@final
class PathVariable(NamedTuple):
    """A variable of a path template.

    Attributes:
        name: Its name.
        converter: What it accepts.
    """

    name: str
    converter: Converter


_Segment = tuple["str | PathVariable", ...]


@final
class PathTemplate:
    """A parsed path template; two of the same text are equal.

    Segments between slashes are literal text, ``{name}`` or ``{name:converter}``, or a mix such as ``{name}.json``.
    A ``path`` variable takes the rest of the path and must be the last segment.

    Attributes:
        text: The template as written; empty for none.
        segments: What stands behind each slash, as literal texts and variables; nothing behind the last slash of a
            template that ends with one.
        variables: Converter by variable name, from left to right.
        specificity: Sorts templates from the most to the least specific: segment by segment from the left, a literal
            before a mix, a converted variable (int, float, uuid), a plain one, and a ``path`` tail.
        shape: The text with its variables' names taken out: two templates of one shape match the same paths.
    """

    __slots__ = ("segments", "shape", "specificity", "text", "variables")

    def __init__(
        self,
        text: str,
        segments: tuple[tuple[str | PathVariable, ...], ...],
        specificity: tuple[tuple[int, ...], ...],
        shape: str,
    ) -> None:
        self.text: Final = text
        self.segments: Final = segments
        self.variables: Final[Mapping[str, Converter]] = {
            part.name: part.converter for segment in segments for part in segment if isinstance(part, PathVariable)
        }
        self.specificity: Final = specificity
        self.shape: Final = shape

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PathTemplate) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"PathTemplate.parse({self.text!r})"

    @staticmethod
    def parse(text: str) -> PathTemplate:
        """Parse a template.

        Args:
            text: Empty, or starting with a slash.

        Raises:
            PathTemplateError: The text breaks the grammar; the error names every problem.
        """
        if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance]  # not every caller is checked
            raise PathTemplateError(text, tuple(_problems(text)))
        return _parsed(text)

    def join(self, tail: PathTemplate) -> PathTemplate:
        """Return this template followed by another, with exactly one slash between them.

        Raises:
            PathTemplateError: A variable is named in both, or a ``path`` variable would not be last.
        """
        if not tail.text:
            return PathTemplate.parse(self.text or "/")
        return _joined(self, tail)


# An application's templates are made when they are declared, and again whenever its endpoints are collected.
@lru_cache(maxsize=8192)
def _parsed(text: str) -> PathTemplate:
    problems = tuple(_problems(text))
    if problems:
        raise PathTemplateError(text, problems)
    segments = _segments(text)
    return PathTemplate(
        text=text,
        segments=segments,
        specificity=tuple(_rank(segment) for segment in segments),
        shape="/".join("".join(_shape(part) for part in segment) for segment in segments),
    )


@lru_cache(maxsize=8192)
def _joined(head: PathTemplate, tail: PathTemplate) -> PathTemplate:
    text = head.text.rstrip("/") + tail.text
    if "path" in head.variables.values() or not head.variables.keys().isdisjoint(tail.variables):
        return _parsed(text)  # which tells what is wrong
    kept = len(head.segments) - head.text.endswith("/")
    shapes = (*head.shape.split("/")[:kept], tail.shape)
    return PathTemplate(
        text,
        (*head.segments[:kept], *tail.segments),
        (*head.specificity[:kept], *tail.specificity),
        "/".join(shapes),
    )


def _problems(text: object) -> Iterator[str]:
    if not isinstance(text, str):
        yield f"a path is a str, not {type(text).__name__}"
        return
    if text and not text.startswith("/"):
        yield f'must start with "/"; write "/{text}"'
    if "//" in text:
        yield 'has an empty segment; write a single "/"'
    literal = _PART.sub(lambda match: match["literal"] or "", text)
    if "{" in literal or "}" in literal:
        yield "has an unbalanced brace; a variable is {name} or {name:converter}"
    if found := re.search(r"[?#\s\x00-\x1f\x7f]", literal):
        mend = _MENDS.get(found[0], "take it out")
        yield f"has {found[0]!r}, which no path contains; {mend}"
    yield from _variable_problems(text)


def _variable_problems(text: str) -> Iterator[str]:
    seen: set[str] = set()
    for match in re.finditer(r"\{([^{}]*)\}", text):
        parsed = _VARIABLE.fullmatch(match[1])
        if parsed is None:
            yield f'"{match[0]}" is not a variable; write {{name}} or {{name:converter}}'
            continue
        name, converter = parsed["name"], parsed["converter"] or "str"
        if name in seen:
            yield f'variable "{name}" is named twice; give each its own name'
        seen.add(name)
        if converter not in CONVERTERS:
            hint = did_you_mean(converter, CONVERTERS, otherwise=f"known are {', '.join(CONVERTERS)}")
            yield f'unknown converter "{converter}" of variable "{name}"; {hint}'
        elif converter == "path" and (match.end() != len(text) or not text[: match.start()].endswith("/")):
            yield f'"{match[0]}" takes the rest of the path; it must be the whole last segment'


def _segments(text: str) -> tuple[_Segment, ...]:
    return tuple(_parts(segment) for segment in text.split("/")[1:])


def _parts(segment: str) -> _Segment:
    parts: list[str | PathVariable] = []
    for match in _PART.finditer(segment):
        if match["variable"] is None:
            parts.append(match["literal"])
        else:
            name, _, converter = match["variable"].partition(":")
            parts.append(PathVariable(name, cast("Converter", converter or "str")))  # _problems admits known ones only
    return tuple(parts)


def _rank(segment: _Segment) -> tuple[int, ...]:
    variables = [part for part in segment if isinstance(part, PathVariable)]
    if not variables:
        return (_LITERAL_RANK,)
    converters = [_CONVERTER_RANK[variable.converter] for variable in variables]
    if len(segment) == 1:
        return (converters[0],)
    # Of two mixes, the one with more literal text is the more specific.
    return (_MIXED_RANK, -sum(len(part) for part in segment if isinstance(part, str)), *converters)


def _shape(part: str | PathVariable) -> str:
    return part if isinstance(part, str) else f"{{:{part.converter}}}"
