# Generated from pyfly/testing/messages.py; edit that, then run: python -m tools.stubs
"""What travels between a test client and an application: frames, handshakes and endings."""

from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, TypeAlias, final

from pyfly.metadata import MetadataRegistry
from pyfly.websocket.messages import MessageCodec

__all__ = ["DEFAULT_TIMEOUT", "Call", "Closing", "Frame", "HandshakeRequest", "Opened", "Options", "Situation"]

DEFAULT_TIMEOUT: Final = 5.0
"""Seconds that a test client waits for anything."""

Frame: TypeAlias = str | bytes
"""The content of a text or binary frame."""

@final
class Closing(NamedTuple):
    """How a session ended; equal to a tuple of the two.

    Attributes:
        code: The close code; 1005 where none was sent, 1006 where no close frame was (RFC 6455, section 7.4.1).
        reason: The reason that came with it; may be empty.
    """

    code: int
    reason: str = ""

@final
class Opened(NamedTuple):
    """The answer that accepts a handshake.

    Attributes:
        subprotocol: The subprotocol agreed on.
        headers: The response's headers; names in lower case.
    """

    subprotocol: str | None
    headers: tuple[tuple[str, str], ...]

@final
class Situation(NamedTuple):
    """What a session is about when something does not come.

    Attributes:
        state: What it does, in words.
        mend: What to do about it.
    """

    state: str
    mend: str

@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a test may say of a connection besides the handler's own arguments."""

    headers: tuple[tuple[str, str], ...] = ()
    cookies: tuple[tuple[str, str], ...] = ()
    query: tuple[tuple[str, str], ...] = ()
    path_params: dict[str, object] = field(default_factory=dict[str, object])
    subprotocols: tuple[str, ...] = ()
    controller: type | None = None
    registry: MetadataRegistry | None = None
    timeout: float = DEFAULT_TIMEOUT

@final
@dataclass(frozen=True, slots=True, kw_only=True)
class HandshakeRequest:
    """A client's request for a session.

    Attributes:
        path: The path as applications see it, not percent-encoded.
        query: Names and values of the query string, in order.
        headers: Further headers; names in lower case.
        cookies: Names and values, encoded for the header.
        subprotocols: What the client offers.
    """

    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    cookies: tuple[tuple[str, str], ...] = ()
    subprotocols: tuple[str, ...] = ()
    @property
    def raw_path(self) -> str:
        """The path as it travels."""
    @property
    def query_string(self) -> str:
        """The query string as it travels; may be empty."""
    @property
    def target(self) -> str:
        """Path and query as they travel."""
    def all_headers(self) -> list[tuple[str, str]]:
        """Return the headers, those for cookies included."""

@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One connection, before it is opened.

    Attributes:
        label: The other side as messages call it: ``Controller.method``, or the address.
        request: The handshake.
        codec: Reads what the handler sends, and writes what it receives.
        receives: The type of what the client receives.
        origin: Scheme, host and port of the server; empty for an application in this process.
    """

    label: str
    request: HandshakeRequest
    codec: MessageCodec
    receives: Any
    origin: str = ""
