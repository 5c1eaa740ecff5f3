# Generated from pyfly/metadata/path_templates.py; edit that, then run: python -m tools.stubs
"""Path templates such as ``/rooms/{room_id:int}``: parsed, joined, ordered and compared."""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple, final

__all__ = ["Converter", "PathTemplate", "PathTemplateError", "PathVariable"]

Converter = Literal["str", "int", "float", "uuid", "path"]
"""What a variable accepts: a segment, digits, a decimal number, a UUID, or the rest of the path."""

class PathTemplateError(ValueError):
    """A path template breaks the grammar.

    Attributes:
        template: The text as the author wrote it.
        problems: Each thing wrong with it, with its mend.
    """

    template: str
    problems: tuple[str, ...]
    def __init__(self, template: str, problems: tuple[str, ...]) -> None: ...

@final
class PathVariable(NamedTuple):
    """A variable of a path template.

    Attributes:
        name: Its name.
        converter: What it accepts.
    """

    name: str
    converter: Converter

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

    text: Final[str]
    segments: Final[tuple[tuple[str | PathVariable, ...], ...]]
    variables: Final[Mapping[str, Converter]]
    specificity: Final[tuple[tuple[int, ...], ...]]
    shape: Final[str]
    def __init__(
        self,
        text: str,
        segments: tuple[tuple[str | PathVariable, ...], ...],
        specificity: tuple[tuple[int, ...], ...],
        shape: str,
    ) -> None: ...
    def __eq__(self, other: object) -> bool: ...
    def __hash__(self) -> int: ...
    @staticmethod
    def parse(text: str) -> PathTemplate:
        """Parse a template.

        Args:
            text: Empty, or starting with a slash.

        Raises:
            PathTemplateError: The text breaks the grammar; the error names every problem.
        """
    def join(self, tail: PathTemplate) -> PathTemplate:
        """Return this template followed by another, with exactly one slash between them.

        Raises:
            PathTemplateError: A variable is named in both, or a ``path`` variable would not be last.
        """
