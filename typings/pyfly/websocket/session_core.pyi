# Generated from pyfly/websocket/session_core.py; edit that, then run: python -m tools.stubs
"""The states of a session: how it opens, how it ends, and what calls mean before and after."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from pyfly.websocket.handshake import Handshake

__all__ = ["SessionCore", "SessionState", "state_name"]

class SessionState(StrEnum):
    """Where a session is in its life."""

    CONNECTING = "connecting"
    OPEN = "open"
    CLOSED = "closed"

class SessionCore(Handshake):
    """What every session does apart from carrying messages.

    Receiving and sending go through two plugged callables, the connection's own while open: before accept and after
    close there are none, and what is called then refuses. So no message pays for a check of the state.

    Attributes:
        accepted: Whether the handshake was ever completed.
        close_code: The close code, the client's or the server's, whoever closed first; None while nobody has.
        close_reason: The reason that came with it; may be empty.
        subprotocol: The subprotocol agreed on, or None.
        received: Messages received so far.
        sent: Messages sent so far.
        opened_at: When the handshake was accepted, in seconds of `time.monotonic`; None before that.
    """

    accepted: bool
    close_code: int | None
    close_reason: str
    opened_at: float | None
    received: int
    sent: int
    subprotocol: str | None
    @property
    def state(self) -> SessionState:
        """Where the session is in its life."""
    async def accept(
        self, subprotocol: str | None = None, *, headers: Mapping[str, str] | Iterable[tuple[str, str]] = ()
    ) -> None:
        """Complete the handshake (RFC 6455, section 4.2.2).

        Args:
            subprotocol: One of the `subprotocols` the client offers, or None.
            headers: Response headers to add, such as ``Set-Cookie``.

        Raises:
            SessionStateError: The session is not connecting any more.
            ValueError: The client does not offer this subprotocol, or a header cannot be sent.
            WebSocketDisconnect: The client left before the handshake was complete, or `expires_at` has passed, and the
                handshake was denied.
        """
    async def deny(
        self,
        status: int = 403,
        body: str | bytes = "",
        *,
        media_type: str = "text/plain; charset=utf-8",
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    ) -> None:
        """Refuse the handshake with an HTTP response.

        Where the server lacks the ASGI extension "WebSocket Denial Response", the client gets a plain 403.

        Args:
            status: HTTP status of the response, 300 or above.
            body: The response's body; text is sent as UTF-8.
            media_type: Its ``Content-Type``.
            headers: Further response headers.

        Raises:
            SessionStateError: The session is not connecting any more.
            TypeError: The body is neither text nor bytes.
            ValueError: The status would not refuse anything, or a header cannot be sent.
            WebSocketDisconnect: The client has left.
        """
    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        """End the session; before `accept` this refuses the handshake with a 403. Closing twice is harmless.

        The session counts as closed from the call on, also when the call is cancelled. Anybody may close a session: its
        own handler then ends as if the client had left.

        A client that does not read holds up its own handler for ten seconds at most, after what an outbox still holds
        for it, and anybody else for one second.

        Args:
            code: A close code that may be sent: see `CloseCode`, or 3000 to 4999 for your own.
            reason: A short explanation; cut to the 123 bytes of UTF-8 that a close frame holds.

        Raises:
            ValueError: The close code may not be sent (RFC 6455, section 7.4).
        """

def state_name(connection: object, attribute: str) -> str:
    """Return what Starlette's ``WebSocket`` calls its state; other connections have none."""
