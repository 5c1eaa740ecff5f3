# Generated from pyfly/metadata/descriptors.py; edit that, then run: python -m tools.stubs
"""What a decorator records about a class or a method."""

from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict

from pyfly.metadata.source import SourceLocation

__all__ = ["Descriptor"]

class Descriptor(BaseModel):
    """Frozen base of everything the registry keeps.

    A subclass that names an ``attribute`` is also written to its target under that name, and is read back from it when
    the registry holds nothing else for the target: so look-alike decorators of other libraries are understood.

    Attributes:
        source: Where the author wrote the declaration.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True)
    attribute: ClassVar[str | None]
    """Name of the attribute that mirrors this descriptor on its target."""
    inherited: ClassVar[bool]
    """Whether a subclass without one of its own has its base class's."""
    rule: ClassVar[str]
    """The rule that is broken where it stands on what can have none."""
    source: SourceLocation | None = None
    def to_attribute(self) -> object:
        """Return the value to mirror on the target."""
    @classmethod
    def from_attribute(cls, value: Any, source: SourceLocation | None) -> Self:
        """Build the descriptor from a mirrored value.

        Args:
            value: What was found on the target.
            source: Where the target was written.

        Raises:
            DeclarationError: The value is not one this descriptor understands.
        """
