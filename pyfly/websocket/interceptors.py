"""Beans that see every message of a session on its way: they may change it, swallow it, or refuse it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from pyfly.websocket.session import WebSocketSession

__all__ = ["Frame", "SessionInterceptor"]

Frame: TypeAlias = str | bytes
"""A message as it travels: text or binary."""


class SessionInterceptor(Protocol):
    """Sees the messages of sessions between the client and the handler; make a bean of a subclass.

    Override what is to be seen; what is not overridden costs nothing. A message goes through all interceptors in their
    order, and one that is sent goes through them the other way round, so that the first is the nearest to the client.

    Each of the two returns the message to pass on, which may be another one, or None to swallow it. Raising
    `CloseSession` refuses it: the session is closed with that code, and its handler is told as if the client had left.
    Whatever else is raised is logged, and closes the session with 1011.

    Attributes:
        order: Place among the interceptors: lower is nearer to the client, equals stand as they were registered.
    """

    order: int = 0

    def intercepts(self, path_template: str) -> bool:
        """Tell whether to see the sessions of a handler; asked once for each.

        Args:
            path_template: The handler's full path, such as ``/rooms/{room}``.
        """
        return True

    async def on_receive(self, session: WebSocketSession, frame: Frame) -> Frame | None:
        """See a message of the client before the handler receives it.

        Messages may be read ahead of the handler, which then is busy with an earlier one. While this waits nothing else
        is read. When it is cancelled, as by a time limit around `WebSocketSession.receive`, it sees the message again.

        Args:
            session: The session, which has been accepted.
            frame: The message as it came, or as the interceptor before has passed it on.
        """
        return frame

    async def on_send(self, session: WebSocketSession, frame: Frame) -> Frame | None:
        """See a message before the client gets it, whoever sends it: the handler, another one, or a room.

        Args:
            session: The session, which has been accepted.
            frame: The message as it was sent, or as the interceptor before has passed it on.
        """
        return frame
