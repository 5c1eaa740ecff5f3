"""picows: a server of WebSocket frames without ASGI."""

from __future__ import annotations

import asyncio

from picows import WSFrame, WSListener, WSMsgType, WSTransport, WSUpgradeRequest, ws_create_server

from benchmarks.peers import Peer


class Echo(WSListener):
    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type == WSMsgType.CLOSE:
            transport.send_close(frame.get_close_code())
            transport.disconnect()
        elif frame.msg_type == WSMsgType.TEXT:
            transport.send(WSMsgType.TEXT, frame.get_payload_as_bytes())


def make_listener(request: WSUpgradeRequest) -> WSListener:
    """Serve every connection, whatever its path."""
    return Echo()


async def serve(port: int) -> None:
    """Serve until the process ends."""
    server = await ws_create_server(make_listener, "127.0.0.1", port)
    await server.serve_forever()


def run(port: int) -> None:
    """Serve on the event loop that uvicorn takes as well."""
    try:
        import uvloop
    except ImportError:
        asyncio.run(serve(port))
    else:
        uvloop.run(serve(port))


PEER = Peer(servers={"picows alone": run})
