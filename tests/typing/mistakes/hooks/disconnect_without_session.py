"""An `on_disconnect` that does not take the session.

Derive from `DisconnectHook` to have the hook checked, and take the session.
"""

from pyfly.websocket import DisconnectHook


class ChatController(DisconnectHook):
    async def on_disconnect(self) -> None: ...  # error
