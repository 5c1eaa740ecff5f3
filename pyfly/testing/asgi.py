"""Handshakes and frames in the shapes of ASGI."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

    from pyfly.testing.messages import Call, Frame

__all__ = ["decoded_headers", "frame_of", "scope_of"]


def frame_of(message: MutableMapping[str, Any]) -> Frame:
    """Return the content of a frame that an application sends.

    Raises:
        RuntimeError: There is none.
    """
    text, data = message.get("text"), message.get("bytes")
    if isinstance(text, str):
        text.encode()  # a lone surrogate has no UTF-8
        return text
    if isinstance(data, bytes):
        return data
    raise RuntimeError(f"expected websocket.send with text or bytes, got {dict(message)!r}")


def decoded_headers(headers: Any) -> list[tuple[str, str]]:
    """Return ASGI headers as text, with names in lower case."""
    return [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in headers]


def scope_of(call: Call, state: Mapping[str, Any]) -> dict[str, Any]:
    """Return the scope that a server makes of a handshake.

    Args:
        call: What is opened.
        state: What the application put into its lifespan state.
    """
    request = call.request
    given = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.all_headers()]
    names = {name for name, _ in given}
    own = {
        b"host": b"testserver",
        b"upgrade": b"websocket",
        b"connection": b"Upgrade",
        b"sec-websocket-version": b"13",
        b"sec-websocket-key": b"dGhlIHNhbXBsZSBub25jZQ==",
    }
    if request.subprotocols:
        own[b"sec-websocket-protocol"] = ", ".join(request.subprotocols).encode("latin-1")
    return {
        "type": "websocket",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "scheme": "ws",
        "path": request.path,
        "raw_path": request.raw_path.encode("ascii"),
        "root_path": "",
        "query_string": request.query_string.encode("ascii"),
        "headers": [*((name, value) for name, value in own.items() if name not in names), *given],
        "client": ("testclient", 50000),
        "server": ("testserver", 80),
        "subprotocols": list(request.subprotocols),
        "state": dict(state),
        "extensions": {"websocket.http.response": {}},
    }
