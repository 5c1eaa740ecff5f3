"""Models for applications with many endpoints."""

from __future__ import annotations

from functools import cache
from types import GenericAlias
from typing import TYPE_CHECKING, Any, Final

from pydantic import Field, create_model

if TYPE_CHECKING:
    from pydantic import BaseModel

__all__ = ["EACH", "MODELS", "model_pair"]

EACH: Final = 10
"""How many endpoints have a prefix and, where there are any, a controller in common."""

MODELS: Final = 100
"""After how many endpoints the models come again."""


@cache
def model_pair(number: int) -> tuple[Any, Any]:
    """Return what an endpoint takes and what it answers with."""
    if number >= MODELS:
        return model_pair(number % MODELS)
    part: type[BaseModel] = create_model(
        f"Part{number}", name=(str, Field(min_length=1, description="Its name.")), price=(float, 0.0)
    )
    parts: Any = GenericAlias(list, (part,))
    item: type[BaseModel] = create_model(
        f"Item{number}", id=(int, ...), tags=(list[str], []), parts=(parts, []), note=(str | None, None)
    )
    return part, item
