"""How connections end whose clients may still be sending.

A socket that is closed answers what comes for it with a reset (RFC 9293, section 3.10.7). For a reset, operating
systems throw away what the client has not taken yet: its last messages, and the close frame behind them.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Final, cast, final

if sys.platform != "win32":
    import fcntl
    import termios

__all__ = ["LOOK_SECONDS", "Lingering", "Lull"]

LOOK_SECONDS: Final = 0.25
"""How often to look whether a client still sends or takes anything."""

LOOKS_WHILE_OWED: Final = 4
"""How many looks in a row have to find nothing, as long as there is something that the client has not taken."""


@final
class Lull:
    """Tells when a client neither sends anything more nor takes anything of what was sent to it.

    Args:
        transport: What carries the connection.

    Attributes:
        heard: Whether something has come since the last look; to be set by who reads.
    """

    __slots__ = ("_owed", "_quiet_looks", "_transport", "heard")

    def __init__(self, transport: asyncio.WriteTransport) -> None:
        self._transport = transport
        self._owed: int = _owed_bytes(transport)
        self._quiet_looks = 0
        self.heard: bool = False

    def has_come(self) -> bool:
        """Look; to be called every `LOOK_SECONDS`."""
        owed = _owed_bytes(self._transport)
        is_quiet = not self.heard and owed == self._owed
        self._owed, self.heard = owed, False
        self._quiet_looks = self._quiet_looks + 1 if is_quiet else 0
        return self._quiet_looks >= (LOOKS_WHILE_OWED if owed else 1)


def _owed_bytes(transport: asyncio.WriteTransport) -> int:
    """Count what the client has not taken, where the operating system tells also of its own part."""
    owed: int = transport.get_write_buffer_size()
    socket = transport.get_extra_info("socket")
    if sys.platform != "win32" and socket is not None:
        try:
            owed += int.from_bytes(fcntl.ioctl(socket.fileno(), termios.TIOCOUTQ, bytes(4)), sys.byteorder)
        except (OSError, ValueError):  # it does not tell, or the socket is closed already
            return owed
    return owed


@final
class Lingering(asyncio.Protocol):
    """The last protocol of a transport: drops what comes, and closes at the first lull.

    All but what comes is told to the protocol that it takes the place of.

    Args:
        transport: What carries the connection; nothing more is to be sent over it.
    """

    __slots__ = ("_former", "_look", "_lull", "_transport")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._former = cast("asyncio.Protocol", transport.get_protocol())
        self._lull = Lull(transport)
        transport.set_protocol(self)
        transport.resume_reading()
        self._look = self._look_later()

    def data_received(self, data: bytes) -> None:
        """Note that the client still sends."""
        self._lull.heard = True

    def _look_later(self) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(LOOK_SECONDS, self._end_at_lull)

    def _end_at_lull(self) -> None:
        if self._lull.has_come():
            self._transport.close()
        else:
            self._look = self._look_later()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell that the connection has ended."""
        self._look.cancel()
        self._former.connection_lost(exc)

    def pause_writing(self) -> None:
        """Tell that the client does not keep up."""
        self._former.pause_writing()

    def resume_writing(self) -> None:
        """Tell that it does again."""
        self._former.resume_writing()
