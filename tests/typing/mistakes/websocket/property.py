"""A handler that is a property.

Take `@property` away, and the session after `self`.
"""

from pyfly.websocket import websocket_mapping


class EchoController:
    @websocket_mapping("/echo")  # error
    @property
    async def echo(self) -> None: ...
