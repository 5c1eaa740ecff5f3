"""A stereotype with options on a method.

Stereotypes mark classes; methods have mappings.
"""

from pyfly.container import rest_controller
from pyfly.websocket import WebSocketSession


class EchoController:
    @rest_controller(name="echo")  # error
    async def echo(self, session: WebSocketSession) -> None: ...
