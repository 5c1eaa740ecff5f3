"""Changes, and the places they are told of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal, Self, TypeAlias, final

__all__ = ["SEVERITIES", "Change", "Direction", "Place", "Report", "Severity"]

Severity = Literal["breaking", "risky", "compatible"]
"""``breaking`` for what makes clients fail that worked, ``risky`` for what makes careless ones fail."""

SEVERITIES: Final[tuple[Severity, ...]] = ("breaking", "risky", "compatible")
"""The worst first."""

Direction = Literal["sent", "received"]
"""Whether clients send a value or receive it: what one may not narrow, the other may not widen."""


@final
@dataclass(frozen=True, slots=True)
class Change:
    """One difference that a client may notice.

    Attributes:
        severity: What it does to clients.
        code: What kind of change it is, such as ``field-removed``.
        endpoint: Whose it is: ``GET /orders/{id}`` or ``WebSocket /chat``; ``API`` for the whole.
        subject: What has changed: ``field "total" of response 200``.
        text: How it has changed: ``is gone``.
    """

    severity: Severity
    code: str
    endpoint: str
    subject: str
    text: str

    @property
    def message(self) -> str:
        """Endpoint, subject and change in one line."""
        return f"{self.endpoint}: {self.subject} {self.text}"


@final
@dataclass(frozen=True, slots=True)
class Place:
    """Something of an endpoint, or a field inside it.

    Attributes:
        endpoint: The endpoint.
        subject: A part of it, such as ``the body``.
        field: A path inside the part, such as ``lines[].price``; empty for the part itself.
    """

    endpoint: str
    subject: str
    field: str = ""

    def inside(self, name: str) -> Self:
        """Return the place of a field of this one; ``[]`` stands for the items of a list, ``*`` for any field."""
        joined = self.field + name if name == "[]" or not self.field else f"{self.field}.{name}"
        return replace(self, field=joined)

    def __str__(self) -> str:
        if not self.field:
            return self.subject
        kind = "items" if self.field.endswith("[]") else "field"
        return f'{kind} "{self.field}" of {self.subject}'


Report: TypeAlias = Callable[[Severity, str, Place, str], None]
"""Takes note of a change: how bad it is, its code, its place and its text."""
