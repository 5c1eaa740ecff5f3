"""Names of generic types without the metadata of their arguments, which may hold functions and their addresses."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from pydantic import Discriminator, Tag
from pydantic.fields import FieldInfo

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["metadata_words", "without_metadata"]

_START: Final = re.compile(r"(?:typing\.)?\bAnnotated\[")
_TOKEN: Final = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|[\[\](){},]")
_OPENING: Final = frozenset("[({")
_EDGES: Final = re.compile(r"^\W+|\W+$")
_LONGEST: Final = 40


def without_metadata(name: str) -> str:
    """Return a name with ``X`` for each ``Annotated[X, ...]`` in it; ``Page[int]`` for ``Page[Annotated[int, Tag]]``.

    Args:
        name: How pydantic or Python calls a type.
    """
    if "Annotated[" not in name:
        return name
    while (start := _START.search(name)) is not None:
        depth, first = 1, -1
        for token in _TOKEN.finditer(name, start.end()):
            depth += (token[0] in _OPENING) - (token[0] in frozenset("])}"))
            if first < 0 and depth <= 1:
                first = token.start() if token[0] == "," or depth == 0 else first
            if depth == 0:
                name = f"{name[: start.start()]}{name[start.end() : first]}{name[token.end() :]}"
                break
        else:  # somebody's own text in the metadata has a bracket too many
            return name[: start.start()] + name[start.end() :].partition(",")[0]
    return name


def metadata_words(metadata: Iterable[Any]) -> Iterator[str]:
    """Yield what tells types with metadata apart: ``ge_1`` for ``Field(ge=1)``, a function's name for a validator.

    Args:
        metadata: What stands in ``Annotated`` after the type.
    """
    for item in metadata:
        if isinstance(item, FieldInfo):
            yield from metadata_words([*item.metadata, *([item.discriminator] if item.discriminator else [])])
        elif isinstance(item, Discriminator):
            yield from metadata_words([item.discriminator])
        elif isinstance(item, str) or callable(item):
            yield _shown(item)
        elif isinstance(item, Tag):
            continue  # the discriminator says what there is to say
        elif is_dataclass(item) or type(item).__module__.startswith("pydantic."):  # such as its own one of patterns
            names = (
                [field.name for field in fields(item)]
                if is_dataclass(item)
                else list(cast("dict[str, Any]", vars(item)))
            )
            values = {name: getattr(item, name) for name in names}
            functions = [_shown(value) for value in values.values() if callable(value)]
            words = [
                f"{name}_{_EDGES.sub('', value) if isinstance(value, str) else value}"[:_LONGEST]
                for name, value in values.items()
                if isinstance(value, str | int | float)
            ]
            yield from functions[:1] or words or [type(item).__name__]
        else:
            yield type(item).__name__


def _shown(value: Any) -> str:
    shown = value if isinstance(value, str) else getattr(value, "__name__", type(value).__name__)
    return str(shown).strip("<>")[:_LONGEST]
