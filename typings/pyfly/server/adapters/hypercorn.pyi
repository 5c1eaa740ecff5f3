# Generated from pyfly/server/adapters/hypercorn.py; edit that, then run: python -m tools.stubs
"""Hypercorn, the one that speaks HTTP/2.

| setting            | what comes of it                                                                       |
|--------------------|----------------------------------------------------------------------------------------|
| `max_message_size` | counted by pyfly; Hypercorn's own limit stands behind it at twice the size             |
| `ping_interval`    | pyfly pings through Hypercorn's connection                                             |
| `ping_timeout`     | pyfly looks for the answers; a client that does not answer is closed with 1011         |
| `close_timeout`    | the connection is cut by pyfly, unless it is one of HTTP/2 with other streams on it    |
| `compression`      | per-message deflate, when asked for; pyfly bounds what a message is inflated to        |

What happens to a WebSocket at its end; only a stop that outlasts the graceful timeout cancels the handler.

| ending                          | the client sees     | `receive()` gives a disconnect with                       |
|---------------------------------|---------------------|-----------------------------------------------------------|
| the server stops, while open    | 1001 or 1012, by pyfly | the same at once                                       |
| the server stops, before accept | HTTP 503, by pyfly  | the same at once                                          |
| message too big                 | 1009, by pyfly      | 1009                                                      |
| client closes                   | its own code        | the client's code and reason, 1005 if none; see below     |
| client vanishes                 | nothing             | 1006                                                      |
| client does not answer pings    | 1011                | 1006                                                      |
| client sends before the answer  | HTTP 400            | 1006                                                      |
| handshake headers are not ASCII | HTTP 400, by pyfly where Hypercorn would fail | -                               |
| client half-closes the TCP      | nothing             | 1006 at once: Hypercorn takes it for a client that left   |
| client breaks the protocol      | bare EOF, no close frame | 1002 or 1007, and what was wrong                     |
| handler returns without closing | 1011                | -                                                         |

More than twice too big a message, whole or not, meets Hypercorn's limit: Hypercorn closes with 1009, but keeps what the
client goes on to send, and waits for the client to end the connection. After any close frame, pyfly looks for nothing
but the client's own, and keeps nothing; after this one it ends the connection within a second.

A client that does not even take the ping in `ping_timeout` is not sent the 1011: its connection is cut.

Hypercorn itself keeps a client's close code to itself and tells 1006, once the client has read the answer; pyfly reads
it off the connection beneath. Hypercorn also keeps the task that pings until its next ping is due, which pyfly ends.

Sending to a client that has gone raises an `OSError`, as soon as Hypercorn knows; so does sending after the close.
"""

from typing import final

from pyfly.server.ports import ASGIApp, Lack, Listener, Stopping
from pyfly.server.settings import ServerSettings

__all__ = ["HypercornAdapter"]

@final
class HypercornAdapter:
    """Serves with Hypercorn."""

    name = "hypercorn"
    binds = False
    async def serve(
        self, application: ASGIApp, listener: Listener, settings: ServerSettings, *, stopping: Stopping
    ) -> None:
        """Serve until `stopping` begins; see `ServerAdapter.serve`."""
    def check(self, settings: ServerSettings) -> list[Lack]:
        """Return nothing: what Hypercorn cannot do, pyfly does."""
