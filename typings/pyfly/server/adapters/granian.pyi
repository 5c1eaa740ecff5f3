# Generated from pyfly/server/adapters/granian.py; edit that, then run: python -m tools.stubs
"""Granian, the one in Rust.

It runs inside pyfly's process, by what Granian calls its embedded server and experimental: its own worker processes
are killed while a WebSocket handler waits, without an end of the lifespan.

| setting                | what comes of it                                                                   |
|------------------------|------------------------------------------------------------------------------------|
| `max_message_size`     | counted by pyfly once a message is whole; Granian collects up to 64 MiB of one     |
| `ping_interval`        | not to be had, and so is `ping_timeout`: Granian sends no pings                    |
| `close_timeout`        | not to be had: Granian waits for as long as a client takes to read                 |
| `compression`          | not to be had: Granian never agrees to per-message deflate                         |
| `ssl_keyfile_password` | not to be had: an encrypted key would end the process                              |
| `workers`              | each binds the port by itself, which needs Linux                                   |

What happens to a WebSocket at its end; only a stop that outlasts the graceful timeout cancels the handler.

| ending                          | the client sees                | `receive()` gives a disconnect with            |
|---------------------------------|--------------------------------|------------------------------------------------|
| the server stops, while open    | 1001 or 1012, by pyfly         | the same at once                               |
| the server stops, before accept | HTTP 503, by pyfly             | the same at once                               |
| message too big                 | 1009, by pyfly                 | 1009                                           |
| frame above 16 MiB              | 1005: a close frame without code | 1005                                         |
| client closes                   | its own code                   | the client's code, 1005 if none; no reason     |
| client vanishes                 | nothing                        | 1005                                           |
| client breaks the protocol      | 1005: a close frame without code | 1005                                         |
| handler returns without closing | 1005: a close frame without code | -                                            |

A client that half-closes its connection is told like one that vanishes, but not before it has read what is sent to it.

Granian ends a connection together with the close frame, and resets it where something of the client lies unread.
Before a close, pyfly passes over what the client sends for a moment, in which it can take what was sent last; a client
that goes on sending may still see a reset (1006) in place of the close frame, and of what it was too slow to take.

Granian refuses frames above 16 MiB and messages above 64 MiB. Up to there it tells nothing of a message before it is
whole, in a buffer that doubles as it grows, so that one client can take some 130 MiB; there is no setting for it. Each
session takes some 150 KiB, little of which Granian gives back to the operating system.

Granian keeps a task whose wait for a send is cancelled for ever, with all that it refers to; pyfly lets the send go on.

Sending to a client that has gone raises an `OSError` once that is the next thing to receive, and is passed over before:
Granian tells of it behind what the client has sent. Sending after the close raises an `OSError`. Granian itself sends
no close frame while a `receive()` waits in another task; pyfly ends that `receive()` with a disconnect first.
"""

from typing import final

from pyfly.server.ports import ASGIApp, Lack, Listener, Stopping
from pyfly.server.settings import ServerSettings

__all__ = ["GranianAdapter"]

@final
class GranianAdapter:
    """Serves with Granian."""

    name = "granian"
    binds = True
    async def serve(
        self, application: ASGIApp, listener: Listener, settings: ServerSettings, *, stopping: Stopping
    ) -> None:
        """Serve until `stopping` begins; see `ServerAdapter.serve`."""
    def check(self, settings: ServerSettings) -> list[Lack]:
        """Say what Granian passes over of what was asked for.

        Raises:
            ServerError: The private key is encrypted.
        """
