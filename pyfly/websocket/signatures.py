"""What the signature of a WebSocket handler must be."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, get_origin

from pyfly.metadata import DeclarationError, read_signature, resolve_annotations
from pyfly.web.arguments import ArgumentPlan
from pyfly.web.signatures import defining_class
from pyfly.websocket.session import WebSocketSession

if TYPE_CHECKING:
    from pyfly.web.endpoints import Endpoint
    from pyfly.websocket.descriptors import WebSocketMapping

__all__ = ["plan_handler"]


def plan_handler(endpoint: Endpoint[WebSocketMapping]) -> ArgumentPlan:
    """Check a handler's signature and plan the binding of its parameters after the session.

    Raises:
        DeclarationError: It is not ``async def handler(self, session: WebSocketSession, ...)``.
        DeclarationErrors: Parameters that can never be given a value.
    """
    function = inspect.unwrap(endpoint.function)
    example = f"async def {endpoint.name}(self, session: WebSocketSession, ...) -> None"
    if inspect.isasyncgenfunction(function):
        raise _fault(endpoint, "must not yield", "send messages with await session.send_text(...)")
    if not inspect.iscoroutinefunction(function):
        raise _fault(endpoint, "must be a coroutine function", f"write {example}")
    positional = [
        parameter
        for parameter in read_signature(function).parameters.values()
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
    ]
    if len(positional) < 2:
        raise _fault(endpoint, "takes no session", f"write {example}")
    session = positional[1]
    annotation = resolve_annotations(function, owner=defining_class(endpoint.controller, endpoint.function)).get(
        session.name, Any
    )
    if not _accepts_session(annotation):
        shown = annotation.__name__ if isinstance(annotation, type) else str(annotation)
        raise _fault(endpoint, f'has "{session.name}: {shown}" where the session belongs', f"write {example}")
    return ArgumentPlan.of(endpoint.function, owner=endpoint.controller, template=endpoint.template, leading=2)


def _accepts_session(annotation: Any) -> bool:
    origin = get_origin(annotation) or annotation
    return annotation is Any or (isinstance(origin, type) and issubclass(WebSocketSession, origin))


def _fault(endpoint: Endpoint[WebSocketMapping], problem: str, mend: str) -> DeclarationError:
    return DeclarationError(endpoint.source, f"@websocket_mapping handler {endpoint.qualified_name} {problem}", mend)
