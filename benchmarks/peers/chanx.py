"""chanx, on fast-channels and in a Starlette application."""

import logging
from typing import TYPE_CHECKING, Any, Literal, cast

import structlog
from chanx.core.decorators import channel, ws_handler
from chanx.fast_channels.websocket import AsyncJsonWebsocketConsumer
from chanx.messages.base import BaseMessage
from pydantic import BaseModel
from starlette.applications import Starlette

from benchmarks.peers import Peer

if TYPE_CHECKING:
    from benchmarks.asgi import Application

# It tells of every session that ends, and nobody else does.
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))

FRAMES = (
    '{"action": "join", "payload": {"room": "lobby", "name": "Ada Lovelace", "roles": ["guest", "editor"]}}',
    '{"action": "say", "payload": {"room": "lobby", "text": "Shall we begin? I have brought notes.", '
    '"mentions": [3, 14, 159]}}',
    '{"action": "move", "payload": {"piece": 7, "x": 12.5, "y": -3.25, "z": 0.125}}',
    '{"action": "leave", "payload": {"room": "lobby", "reason": "the meeting is over"}}',
)


class JoinPayload(BaseModel):
    room: str
    name: str
    roles: list[str]


class SayPayload(BaseModel):
    room: str
    text: str
    mentions: list[int]
    urgent: bool = False


class MovePayload(BaseModel):
    piece: int
    x: float
    y: float
    z: float


class LeavePayload(BaseModel):
    room: str
    reason: str | None = None


class Join(BaseMessage):
    action: Literal["join"] = "join"
    payload: JoinPayload


class Say(BaseMessage):
    action: Literal["say"] = "say"
    payload: SayPayload


class Move(BaseMessage):
    action: Literal["move"] = "move"
    payload: MovePayload


class Leave(BaseMessage):
    action: Literal["leave"] = "leave"
    payload: LeavePayload


@channel(name="chat")
class ChatConsumer(AsyncJsonWebsocketConsumer):
    send_completion = False

    @ws_handler(output_type=Join)
    async def join(self, message: Join) -> Join:
        return message

    @ws_handler(output_type=Say)
    async def say(self, message: Say) -> Say:
        return message

    @ws_handler(output_type=Move)
    async def move(self, message: Move) -> Move:
        return message

    @ws_handler(output_type=Leave)
    async def leave(self, message: Leave) -> Leave:
        return message


def application() -> "Application":
    """Make a Starlette application with the consumer."""
    app = Starlette()
    consumer: Any = ChatConsumer.as_asgi()
    app.router.add_websocket_route("/chat", consumer)
    return cast("Application", app)


PEER = Peer(typed={"chanx": application}, frames=FRAMES)
