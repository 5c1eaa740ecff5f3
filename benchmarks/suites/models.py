"""The messages and models that all peers read and write."""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, Field

__all__ = ["FRAMES", "Chat", "Item", "Join", "Leave", "Move", "Say"]


class Join(BaseModel):
    kind: Literal["join"] = "join"
    room: str
    name: str
    roles: list[str]


class Say(BaseModel):
    kind: Literal["say"] = "say"
    room: str
    text: str
    mentions: list[int]
    urgent: bool = False


class Move(BaseModel):
    kind: Literal["move"] = "move"
    piece: int
    x: float
    y: float
    z: float


class Leave(BaseModel):
    kind: Literal["leave"] = "leave"
    room: str
    reason: str | None = None


Chat = Annotated[Join | Say | Move | Leave, Field(discriminator="kind")]

FRAMES: Final = (
    '{"kind": "join", "room": "lobby", "name": "Ada Lovelace", "roles": ["guest", "editor"]}',
    '{"kind": "say", "room": "lobby", "text": "Shall we begin? I have brought notes.", "mentions": [3, 14, 159]}',
    '{"kind": "move", "piece": 7, "x": 12.5, "y": -3.25, "z": 0.125}',
    '{"kind": "leave", "room": "lobby", "reason": "the meeting is over"}',
)


class Item(BaseModel):
    id: int
    name: str
    price: float
    tags: list[str]
    in_stock: bool

    @classmethod
    def numbered(cls, number: int) -> Self:
        """Return the item that endpoints answer with."""
        return cls(id=number, name="a lamp", price=24.5, tags=["light", "brass"], in_stock=True)
