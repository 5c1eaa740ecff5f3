"""Lists the endpoints of both documents in Markdown, so that a site's search finds them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["list_endpoints"]

_MEANING_SOMETHING: Final = re.compile(r"[^\w\s/.,:;?'-]|_")


def list_endpoints(openapi: bytes, asyncapi: bytes, *, base: str, attributes: bool = False) -> str:
    """Return Markdown with links to the page and the documents, and a table of each kind of endpoints.

    Args:
        openapi: The OpenAPI document.
        asyncapi: The AsyncAPI document.
        base: Where the folder with the page is, as seen from the Markdown file.
        attributes: Whether the site's Markdown knows attributes (``attr_list``), and so how a link becomes a button.
    """
    http, sockets = json.loads(openapi), json.loads(asyncapi)
    page = f"{base}/index.html"
    files = ", ".join(f"[{name}]({base}/{name})" for name in ("openapi.json", "asyncapi.json"))
    link = f"[Read it and try it]({page})" + ("{ .md-button }" if attributes else "")
    parts = [link, f"The documents: {files}."]
    tables = (
        (("endpoint", "", "try it"), list(_http_rows(http, page))),
        (("WebSocket", "", "clients send", "clients receive", "try it"), list(_socket_rows(sockets, page))),
    )
    return "\n\n".join([*parts, *(_table(titles, rows) for titles, rows in tables if rows)])


def _http_rows(document: dict[str, Any], page: str) -> Iterator[tuple[str, ...]]:
    for path, item in document.get("paths", {}).items():
        for method, operation in item.items():
            if method.startswith("x-"):
                continue
            responses = operation.get("responses", {}).values()
            streams = any("text/event-stream" in response.get("content", {}) for response in responses)
            yield (
                _endpoint(f"{method.upper()} {path}", deprecated=operation.get("deprecated", False), streams=streams),
                _text(operation["summary"]),
                _console_link(page, "SSE", path) if streams else _operation_link(page, operation),
            )


def _socket_rows(document: dict[str, Any], page: str) -> Iterator[tuple[str, ...]]:
    operations = document.get("operations", {}).values()
    for name, channel in document.get("channels", {}).items():
        own = [each for each in operations if each["channel"]["$ref"] == f"#/channels/{name}"]
        messages = {
            action: ", ".join(
                f"`{message['$ref'].rpartition('/')[2]}`"
                for each in own
                if each["action"] == action
                for message in each["messages"]
            )
            for action in ("receive", "send")
        }
        address = channel["address"]
        yield (
            _endpoint(address, deprecated=channel.get("x-deprecated", False)),
            _text(channel["title"]),
            messages["receive"],
            messages["send"],
            _console_link(page, "WS", address),
        )


def _operation_link(page: str, operation: dict[str, Any]) -> str:
    tag = next(iter(operation["tags"]), "default")
    return f"[HTTP]({page}#/{quote(tag, safe='')}/{quote(operation['operationId'], safe='')})"


def _console_link(page: str, kind: str, path: str) -> str:
    form = urlencode({"endpoint": f"{kind} {path}"})
    return f"[console]({page}#console?{urlencode({'client': form})})"


def _table(titles: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [titles, tuple("---" for _ in titles), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _endpoint(name: str, *, deprecated: bool, streams: bool = False) -> str:
    notes = [note for note, applies in (("event stream", streams), ("deprecated", deprecated)) if applies]
    return f"<code>{_text(name)}</code>" + (f" ({', '.join(notes)})" if notes else "")


def _text(text: str) -> str:
    """Return a text as Markdown that shows it as it is: neither marks nor HTML in it mean anything."""
    return _MEANING_SOMETHING.sub(lambda match: f"&#{ord(match[0])};", " ".join(text.split()))
