"""What the signature of a WebSocket handler must be, and what it says of the session's messages."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, get_args, get_origin

from typing_extensions import NoDefault

from pyfly.container.bean_types import type_arguments
from pyfly.metadata import (
    DeclarationError,
    SourceLocation,
    read_signature,
    resolve_annotations,
    strip_aliases,
    substitute,
)
from pyfly.web.arguments import ArgumentPlan
from pyfly.web.signatures import defining_class
from pyfly.websocket.message_types import MessageTypeError
from pyfly.websocket.messages import MessageCodec, codec_for
from pyfly.websocket.session import WebSocketSession

if TYPE_CHECKING:
    from pyfly.web.endpoints import Endpoint
    from pyfly.websocket.descriptors import WebSocketMapping

__all__ = ["HandlerPlan", "plan_handler"]


class HandlerPlan(NamedTuple):
    """What is known of a handler before its first connection.

    Attributes:
        arguments: Binds the parameters after the session.
        codec: Reads and writes the session's messages.
        incoming: The type of received messages; ``Any`` where the author names none.
        outgoing: The type of sent messages; ``Any`` where the author names none.
    """

    arguments: ArgumentPlan
    codec: MessageCodec
    incoming: Any
    outgoing: Any


def plan_handler(endpoint: Endpoint[WebSocketMapping]) -> HandlerPlan:
    """Check a handler's signature, and plan its arguments and messages.

    Raises:
        DeclarationError: It is not ``async def handler(self, session: WebSocketSession, ...)``, or the session's
            message types can never work.
        DeclarationErrors: Parameters that can never be given a value.
    """
    incoming, outgoing = _message_types(_session_annotation(endpoint))
    try:
        codec = codec_for(incoming, outgoing, frames=endpoint.mapping.frames)
    except MessageTypeError as error:
        raise _fault(endpoint, f"can never receive or send: {error.problem}", error.mend) from None
    _check_hook(endpoint)
    arguments = ArgumentPlan.of(endpoint.function, owner=endpoint.controller, template=endpoint.template, leading=2)
    return HandlerPlan(arguments, codec, incoming, outgoing)


def _session_annotation(endpoint: Endpoint[WebSocketMapping]) -> Any:
    """Return the annotation of the session parameter, which must be the first one after self."""
    function = inspect.unwrap(endpoint.function)
    example = f"async def {endpoint.name}(self, session: WebSocketSession, ...) -> None"
    if inspect.isasyncgenfunction(function):
        raise _fault(endpoint, "must not yield", "send messages with await session.send(...)")
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
    owner = defining_class(endpoint.controller, endpoint.function)
    annotation, _ = strip_aliases(resolve_annotations(function, owner=owner).get(session.name, Any))
    if not _accepts_session(annotation):
        shown = annotation.__name__ if isinstance(annotation, type) else str(annotation)
        raise _fault(endpoint, f'has "{session.name}: {shown}" where the session belongs', f"write {example}")
    return substitute(annotation, type_arguments(endpoint.controller, owner))


def _check_hook(endpoint: Endpoint[WebSocketMapping]) -> None:
    """Check that ``on_disconnect`` can be called with the session alone."""
    hook = getattr(endpoint.controller, "on_disconnect", None)
    if not inspect.isfunction(hook):
        return
    try:
        read_signature(hook).bind(None, None)
    except TypeError as error:
        name = f"{endpoint.controller.__name__}.on_disconnect"
        raise DeclarationError(
            SourceLocation.of(hook),
            f"{name} cannot be called with the session: {error}",
            "write async def on_disconnect(self, session: WebSocketSession) -> None",
        ) from None


def _message_types(annotation: Any) -> tuple[Any, Any]:
    incoming, outgoing, *_ = (*map(_filled_in, get_args(annotation)), Any, Any)
    return incoming, outgoing


def _filled_in(argument: Any) -> Any:
    """Return a type; for a type variable that nobody has filled in its default, which is ``Any`` where it has none."""
    if not isinstance(argument, TypeVar):
        return argument
    default = getattr(argument, "__default__", NoDefault)
    return Any if default is NoDefault else _filled_in(default)


def _accepts_session(annotation: Any) -> bool:
    origin = get_origin(annotation) or annotation
    return annotation is Any or (isinstance(origin, type) and issubclass(WebSocketSession, origin))


def _fault(endpoint: Endpoint[WebSocketMapping], problem: str, mend: str) -> DeclarationError:
    return DeclarationError(endpoint.source, f"@websocket_mapping handler {endpoint.qualified_name} {problem}", mend)
