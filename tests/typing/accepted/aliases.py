"""Sessions and messages behind aliases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias, TypedDict, assert_type

from pydantic import BaseModel, Field
from typing_extensions import TypeAliasType

from pyfly.websocket import WebSocketSession, websocket_mapping

if TYPE_CHECKING:
    from uuid import UUID


class Buy(BaseModel):
    action: Literal["buy"] = "buy"
    item: str


class Cancel(BaseModel):
    action: Literal["cancel"] = "cancel"
    order: int


@dataclass
class Done:
    text: str


class Options(TypedDict):
    volume: int


Request = Annotated[Buy | Cancel, Field(discriminator="action")]
Answer = TypeAliasType("Answer", Done | str)
OrderSession: TypeAlias = WebSocketSession[Request, Answer]
OptionSession = WebSocketSession[Options, Options]


class OrderController:
    @websocket_mapping("/orders")
    async def orders(self, session: OrderSession) -> None:
        await session.accept()
        request = await session.receive()
        assert_type(request, Buy | Cancel)
        await session.send(Done("bought"))
        await session.send("cancelled")

    @websocket_mapping("/options")
    async def options(self, session: OptionSession) -> None:
        options = await session.receive()
        assert_type(options["volume"], int)
        await session.send({"volume": 3})

    @websocket_mapping("/late")
    async def late(self, session: WebSocketSession[UUID, Later]) -> None:
        await session.send(Later(await session.receive()))


@dataclass
class Later:
    identifier: UUID
