# Generated from pyfly/server/ports.py; edit that, then run: python -m tools.stubs
"""What a server is to pyfly, and what an application is to a server: the ASGI shapes and the adapter port."""

import socket
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeAlias, final

from pyfly.server.settings import ServerSettings

__all__ = ["ASGIApp", "Lack", "Listener", "Message", "Receive", "Scope", "Send", "ServerAdapter", "Stopping"]

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
ASGIApp: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

@final
@dataclass(frozen=True, slots=True)
class Listener:
    """Where a server listens.

    Attributes:
        host: The numeric address.
        port: The port, never 0.
        socket: The bound socket to listen on; None for a server that binds by itself.
    """

    host: str
    port: int
    socket: socket.socket | None

@final
class Lack(NamedTuple):
    """Something that a server cannot do.

    Attributes:
        setting: The setting that it does not follow.
        text: What that means.
    """

    setting: str
    text: str

@final
class Stopping:
    """Tells a server when to close its port and its connections.

    Attributes:
        code: The close code for WebSockets that are still open then.
    """

    code: int
    def __init__(self) -> None: ...
    def begin(self, code: int) -> None:
        """Have the server stop."""
    async def wait(self) -> None:
        """Wait until the server shall stop."""

class ServerAdapter(Protocol):
    """Speaks HTTP and WebSocket for an application until told to stop.

    The application it is given already answers for itself in everything that servers do differently: lifespan, proxy
    headers, root path, the size of messages, and what becomes of open connections at the end.
    """
    @property
    def name(self) -> str:
        """The server's name, as `ServerSettings.backend` has it."""
    @property
    def binds(self) -> bool:
        """Whether the server binds its port by itself, instead of taking over a bound socket."""
    async def serve(
        self, application: ASGIApp, listener: Listener, settings: ServerSettings, *, stopping: Stopping
    ) -> None:
        """Serve until `stopping` begins and the connections are gone.

        Args:
            application: The ASGI application; it is never sent a lifespan scope that matters.
            listener: Where to listen.
            settings: What the user asked for; options this server lacks are passed over.
            stopping: Begins when the server shall close its port and its connections.

        Raises:
            ServerError: The server cannot serve.
        """
    def check(self, settings: ServerSettings) -> list[Lack]:
        """Compare what is set, also by default, with what this server can do.

        Returns:
            What it will pass over.

        Raises:
            ServerError: It cannot serve at all with such settings.
        """
