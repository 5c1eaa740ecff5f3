from pyfly.websocket import (
    WebSocketHandler,
    WebSocketSession,
    websocket_mapping,
)
