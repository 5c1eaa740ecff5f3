# Generated from pyfly/server/adapters/uvicorn.py; edit that, then run: python -m tools.stubs
"""uvicorn, the default; it can do all that `ServerSettings` can ask for.

| setting            | what comes of it                                                                       |
|--------------------|----------------------------------------------------------------------------------------|
| `max_message_size` | uvicorn's own limit, in bytes; told from the header of a frame                         |
| `ping_interval`    | uvicorn pings; a client that does not answer in `ping_timeout` is closed with 1011     |
| `close_timeout`    | the connection is cut                                                                  |
| `compression`      | per-message deflate, when asked for                                                    |
| `ws`               | who reads and writes frames, from the acceptance of a handshake on                     |

What happens to a WebSocket at its end; only a stop that outlasts the graceful timeout cancels the handler.

| ending                          | the client sees                 | `receive()` gives a disconnect with           |
|---------------------------------|---------------------------------|-----------------------------------------------|
| the server stops, while open    | 1001 or 1012                    | the same at once, 1006 if asked again         |
| the server stops, before accept | HTTP 503                        | 1001 or 1012                                  |
| message too big                 | 1009                            | 1009 and the reason                           |
| client closes                   | its own code                    | the client's code and reason, 1005 if none    |
| client vanishes                 | nothing                         | 1006                                          |
| client half-closes the TCP      | nothing                         | 1006                                          |
| client does not answer pings    | 1011                            | 1006                                          |
| client breaks the protocol      | 1002 or 1007                    | 1002 or 1007, and what was wrong              |
| handler returns without closing | 1006, as no close frame is sent | -                                             |

Sending to a client that has gone, or after the close, raises an `OSError` (uvicorn's `ClientDisconnected`). Messages go
straight to the socket's buffer; `send` waits while that is above its high mark. uvicorn reads on when all that came has
been received; a pong that does not come meanwhile is not counted as missing, as long as the client takes what is sent
to it. A client that takes nothing is not sent the 1011: its connection is cut. A handshake whose request line or one
of whose header lines is longer than 8 KiB is answered with 414 or 431.
"""

from typing import final

from pyfly.server.ports import ASGIApp, Lack, Listener, Stopping
from pyfly.server.settings import ServerSettings

__all__ = ["UvicornAdapter"]

@final
class UvicornAdapter:
    """Serves with uvicorn."""

    name = "uvicorn"
    binds = False
    async def serve(
        self, application: ASGIApp, listener: Listener, settings: ServerSettings, *, stopping: Stopping
    ) -> None:
        """Serve until `stopping` begins; see `ServerAdapter.serve`."""
    def check(self, settings: ServerSettings) -> list[Lack]:
        """Return nothing: uvicorn can do all that can be asked for."""
