"""A handler that is a lambda.

A lambda cannot wait: write it with `async def`.
"""

from typing import Any

from pyfly.websocket import WebSocketSession, websocket_mapping


def nothing(session: WebSocketSession) -> None: ...


class EchoController:
    echo: Any = websocket_mapping("/echo")(lambda self, session: nothing(session))  # error
