"""A handler that is a class method.

Handlers are methods: take `self` first. To the checkers `cls` is as good a `self` as any.
"""

from pyfly.websocket import WebSocketSession, websocket_mapping


class EchoController:
    @websocket_mapping("/echo")  # error (not mypy, pyright, ty, pyrefly)
    @classmethod
    async def echo(cls, session: WebSocketSession) -> None: ...
