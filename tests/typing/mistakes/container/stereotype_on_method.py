"""A stereotype on a method.

Stereotypes mark classes; methods have mappings.
"""

from pyfly.container import rest_controller
from pyfly.websocket import WebSocketSession


class EchoController:
    @rest_controller  # error
    async def echo(self, session: WebSocketSession) -> None: ...
