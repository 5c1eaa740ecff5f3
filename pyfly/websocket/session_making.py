"""Makes the sessions of one handler, with what the beans of the application have to do with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, cast, final

from pyfly.websocket.events import SessionOpened

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pyfly.events import EventPublisher
    from pyfly.websocket.additions import SessionAdditions
    from pyfly.websocket.messages import MessageCodec
    from pyfly.websocket.metering import MeteredSession
    from pyfly.websocket.outbox import OutboxLimits
    from pyfly.websocket.ports import Connection, Receive, Scope, Send
    from pyfly.websocket.security.admission import Admission
    from pyfly.websocket.session import WebSocketSession

__all__ = ["SessionMaker", "SessionOptions"]


@final
class SessionOptions(NamedTuple):
    """What all sessions of a handler have in common, whatever beans there are.

    Attributes:
        endpoint: ``Controller.method`` of the handler.
        path: Its full path template.
        codec: Reads and writes its messages.
        outbox: How much may wait for one client; None for what admission says.
        events: Where sessions are announced; None for nowhere.
        connect: Makes a connection of what ASGI gives.
        plain: The session class of the adapter.
        metered: The same for sessions that are measured.
    """

    endpoint: str
    path: str
    codec: MessageCodec
    outbox: OutboxLimits | None
    events: EventPublisher | None
    connect: Callable[[Scope, Receive, Send], Connection]
    plain: type[WebSocketSession]
    metered: type[MeteredSession]


@final
class SessionMaker:
    """Makes sessions for as long as the beans stay the same.

    Args:
        options: What they have in common.
        admission: Decides about their handshakes.
        additions: What is added to them; None for nothing.

    Attributes:
        admission: Decides about their handshakes.
        additions: What is added to them; None for nothing.
    """

    __slots__ = ("_codec", "_events", "_is_plain", "_options", "_outbox", "_path", "_plain", "additions", "admission")

    def __init__(self, options: SessionOptions, admission: Admission, additions: SessionAdditions | None) -> None:
        self.admission: Final[Admission] = admission
        self.additions: Final[SessionAdditions | None] = additions
        self._options: Final = options
        self._codec: Final = options.codec
        self._events: Final = options.events
        self._path: Final = options.path
        self._plain: Final = options.plain
        self._outbox: Final = options.outbox or admission.outbox
        self._is_plain: Final = not additions and not admission.limits_messages

    def make(self, scope: Scope, receive: Receive, send: Send) -> WebSocketSession:
        """Return a new session of an ASGI connection."""
        if self._is_plain:
            # As calling the class would do it, at a third of the cost.
            session: WebSocketSession = object.__new__(self._plain)
            session.prepare(None, scope, receive, send, True, self._accepted, self._codec, self._outbox)
        else:
            session = self._make_with_additions(self._options.connect(scope, receive, send))
        session.path_template = self._path
        session.challenge = self.admission.challenge
        return session

    def _make_with_additions(self, connection: Connection) -> WebSocketSession:
        limited = self.admission.metered(connection) if self.admission.limits_messages else None
        if limited is not None:
            connection = cast("Connection", limited)
        if self.additions:
            session = self.additions.make_session(
                connection,
                self._path,
                plain=self._plain,
                metered=self._options.metered,
                managed=True,
                on_accept=self._accepted,
                codec=self._codec,
                outbox_limits=self._outbox,
            )
        else:
            session = self._plain(
                connection, managed=True, on_accept=self._accepted, codec=self._codec, outbox_limits=self._outbox
            )
        if limited is not None:
            limited.session = session
        return session

    def _accepted(self, session: WebSocketSession) -> Awaitable[None] | None:
        """Take in that a session was accepted, and return what is to be waited for because of that."""
        self.admission.open(session)
        events = self._events
        if events is None or not events.has_listeners(SessionOpened):
            return None
        return events.publish(SessionOpened(session=session, endpoint=self._options.endpoint, path=self._path))
