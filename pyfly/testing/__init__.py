"""A typed test client for WebSocket handlers, in process or against a live server; beans replaced for one test."""

from pyfly.testing.client import WebSocketClient
from pyfly.testing.connecting import Connecting, Handler, connect, connect_path, connect_url
from pyfly.testing.errors import (
    ArgumentError,
    ClientError,
    ClientTimeout,
    EndpointError,
    HandlerFailed,
    HandshakeDenied,
    OverrideError,
    SessionEnded,
    UnexpectedMessage,
)
from pyfly.testing.fixtures import Connect, ConnectSync, ReplaceBeans
from pyfly.testing.lifespans import running
from pyfly.testing.messages import Closing
from pyfly.testing.overrides import replace_beans
from pyfly.testing.sync import (
    SyncConnecting,
    SyncWebSocketClient,
    connect_path_sync,
    connect_sync,
    connect_url_sync,
    running_sync,
)

__all__ = [
    "ArgumentError",
    "ClientError",
    "ClientTimeout",
    "Closing",
    "Connect",
    "ConnectSync",
    "Connecting",
    "EndpointError",
    "Handler",
    "HandlerFailed",
    "HandshakeDenied",
    "OverrideError",
    "ReplaceBeans",
    "SessionEnded",
    "SyncConnecting",
    "SyncWebSocketClient",
    "UnexpectedMessage",
    "WebSocketClient",
    "connect",
    "connect_path",
    "connect_path_sync",
    "connect_sync",
    "connect_url",
    "connect_url_sync",
    "replace_beans",
    "running",
    "running_sync",
]
