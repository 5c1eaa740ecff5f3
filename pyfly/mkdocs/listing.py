"""Lists the endpoints of both documents in Markdown, so that a site's search finds them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["list_endpoints"]

_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def list_endpoints(openapi: bytes, asyncapi: bytes, *, base: str) -> str:
    """Return Markdown with links to the page and the documents, and a table of each kind of endpoints.

    Args:
        openapi: The OpenAPI document.
        asyncapi: The AsyncAPI document.
        base: Where the folder with the page is, as seen from the Markdown file.
    """
    http, sockets = json.loads(openapi), json.loads(asyncapi)
    page = f"{base}/index.html"
    files = ", ".join(f"[{name}]({base}/{name})" for name in ("openapi.json", "asyncapi.json"))
    parts = [f"[Read it and try it]({page}){{ .md-button }}", f"The documents: {files}."]
    tables = (
        (("endpoint", "", "try it"), list(_http_rows(http, page))),
        (("WebSocket", "", "clients send", "clients receive", "try it"), list(_socket_rows(sockets, page))),
    )
    return "\n\n".join([*parts, *(_table(titles, rows) for titles, rows in tables if rows)])


def _http_rows(document: dict[str, Any], page: str) -> Iterator[tuple[str, ...]]:
    for path, item in document.get("paths", {}).items():
        for method in _METHODS:
            if method not in item:
                continue
            operation = item[method]
            responses = operation.get("responses", {}).values()
            streams = any("text/event-stream" in response.get("content", {}) for response in responses)
            yield (
                f"`{method.upper()} {path}`" + (" (event stream)" if streams else ""),
                operation.get("summary", ""),
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
            f"`{address}`",
            channel.get("title", ""),
            messages["receive"],
            messages["send"],
            _console_link(page, "WS", address),
        )


def _operation_link(page: str, operation: dict[str, Any]) -> str:
    tag = next(iter(operation.get("tags", ())), "default")
    return f"[HTTP]({page}#/{quote(tag)}/{quote(operation['operationId'])})"


def _console_link(page: str, kind: str, path: str) -> str:
    form = urlencode({"endpoint": f"{kind} {path}"})
    return f"[console]({page}#console?{urlencode({'client': form})})"


def _table(titles: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [titles, tuple("---" for _ in titles), *(tuple(cell.replace("|", "\\|") for cell in row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
