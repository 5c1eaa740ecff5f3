# Generated from pyfly/websocket/__init__.py; edit that, then run: python -m tools.stubs
"""WebSocket endpoints: the mapping, the session, and the hooks of a controller."""

from pyfly.websocket.close_codes import CloseCode
from pyfly.websocket.decorators import WebSocketMappingDecorator, websocket_mapping
from pyfly.websocket.descriptors import WebSocketMapping
from pyfly.websocket.errors import (
    CloseSession,
    InvalidMessage,
    SessionStateError,
    UnexpectedFrame,
    WebSocketDisconnect,
    WebSocketError,
)
from pyfly.websocket.events import SessionClosed, SessionDenied, SessionEvent, SessionOpened
from pyfly.websocket.handler import ConnectHook, DisconnectHook, MessageHook, WebSocketHandler
from pyfly.websocket.messages import FrameKind
from pyfly.websocket.security.denials import DenialReason
from pyfly.websocket.security.ports import HandshakeInterceptor
from pyfly.websocket.session import WebSocketSession
from pyfly.websocket.session_core import SessionState
from pyfly.websocket.wrapped import WrappedSession

__all__ = [
    "CloseCode",
    "CloseSession",
    "ConnectHook",
    "DenialReason",
    "DisconnectHook",
    "FrameKind",
    "HandshakeInterceptor",
    "InvalidMessage",
    "MessageHook",
    "SessionClosed",
    "SessionDenied",
    "SessionEvent",
    "SessionOpened",
    "SessionState",
    "SessionStateError",
    "UnexpectedFrame",
    "WebSocketDisconnect",
    "WebSocketError",
    "WebSocketHandler",
    "WebSocketMapping",
    "WebSocketMappingDecorator",
    "WebSocketSession",
    "WrappedSession",
    "websocket_mapping",
]
