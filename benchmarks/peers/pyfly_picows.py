"""pyfly on uvicorn with frames by picows."""

from __future__ import annotations

from functools import partial

from benchmarks.peers import Peer
from benchmarks.peers.pyfly import Echo, own_application
from benchmarks.serving import serve_with_uvicorn
from pyfly.server.adapters.uvicorn_picows import PicowsProtocol
from pyfly.server.adapters.uvicorn_websocket import Config
from pyfly.server.ports import Stopping
from pyfly.server.settings import ServerSettings


def serve(port: int) -> None:
    """Serve echoes until the process ends."""
    configure = partial(Config, Stopping(), close_timeout=ServerSettings().close_timeout)
    serve_with_uvicorn(own_application(Echo), port, ws=PicowsProtocol, configure=configure)


PEER = Peer(servers={"pyfly, picows protocol": serve})
