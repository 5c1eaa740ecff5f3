# Generated from pyfly/websocket/signatures.py; edit that, then run: python -m tools.stubs
"""What the signature of a WebSocket handler must be, and what it says of the session's messages."""

from typing import Any, NamedTuple

from pyfly.metadata import DeclarationError
from pyfly.web.arguments import ArgumentPlan
from pyfly.web.endpoints import Endpoint
from pyfly.websocket.descriptors import WebSocketMapping
from pyfly.websocket.messages import MessageCodec

__all__ = ["HandlerPlan", "handler_faults", "has_session", "plan_handler"]

class HandlerPlan(NamedTuple):
    """What is known of a handler before its first connection.

    Attributes:
        arguments: Binds the parameters after the session.
        codec: Reads and writes the session's messages.
        incoming: The type of received messages; ``Any`` where the author names none.
        outgoing: The type of sent messages; ``Any`` where the author names none.
    """

    arguments: ArgumentPlan
    codec: MessageCodec
    incoming: Any
    outgoing: Any

def plan_handler(endpoint: Endpoint[WebSocketMapping]) -> HandlerPlan:
    """Check a handler's signature, and plan its arguments and messages.

    Raises:
        DeclarationErrors: Everything that is wrong with it: it is not
            ``async def handler(self, session: WebSocketSession, ...)``, the session's message types can never work,
            parameters can never be given a value, or ``on_disconnect`` cannot be called.
    """

def handler_faults(endpoint: Endpoint[WebSocketMapping]) -> list[DeclarationError]:
    """Return what is wrong with a handler and ``on_disconnect`` beside it, whatever the path."""

def has_session(endpoint: Endpoint[WebSocketMapping]) -> bool:
    """Whether a handler takes the session as its first parameter after self, as far as its annotations tell."""
