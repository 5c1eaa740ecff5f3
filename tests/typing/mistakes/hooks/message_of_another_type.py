"""An `on_message` for another message than the hook's.

`MessageHook[...]` names the message; left out, it is `str`.
"""

from dataclasses import dataclass

from pyfly.websocket import MessageHook, WebSocketSession


@dataclass
class Say:
    text: str


class ChatController(MessageHook[Say]):
    async def on_message(self, session: WebSocketSession, data: str) -> None: ...  # error
