"""Rules for what a mapping decorates: the kind of target, and the shape of a handler."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, final

from pyfly.rules.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "HandlerFacts",
    "HandlerStyle",
    "SessionParameter",
    "TargetKind",
    "check_event_stream",
    "check_http_handler",
    "check_override",
    "check_session_handler",
    "check_session_result",
    "check_target",
    "missing_parentheses",
    "takes_session",
]

HandlerStyle = Literal["function", "coroutine", "generator", "async_generator"]
"""What calling a handler gives."""

TargetKind = Literal["class", "staticmethod", "classmethod"]
"""What a mapping may be written on by mistake."""


@final
class SessionParameter(NamedTuple):
    """A parameter of a WebSocket handler that is given by position.

    Attributes:
        name: Its name.
        label: Its type as people write it.
        accepts_session: Whether a session is of its type.
    """

    name: str
    label: str
    accepts_session: bool


@final
class HandlerFacts(NamedTuple):
    """A mapped method.

    Attributes:
        qualified_name: ``Controller.method``.
        name: The method's own name.
        style: What calling it gives.
        positional: Its parameters that can be given by position, with self.
    """

    qualified_name: str
    name: str
    style: HandlerStyle
    positional: Sequence[SessionParameter] = ()


def check_target(decorator: str, kind: TargetKind, name: str) -> Fault:
    """Return what is wrong with a mapping on something that is no method.

    Args:
        decorator: The decorator's name.
        kind: What it was written on.
        name: The name of that.
    """
    mend = "decorate its methods; @request_mapping sets a class's base path"
    if kind != "class":
        mend = f"remove @{kind} and take self as the first parameter"
    shown = f'the {kind} "{name}"'
    return Fault("pyfly-handler", f"@{decorator} decorates a method, not {shown}", mend)


def missing_parentheses(decorator: str) -> Fault:
    """Return what is wrong with a mapping that is not called."""
    problem = f"@{decorator} is used without parentheses"
    return Fault("pyfly-handler", problem, f'write @{decorator}() or @{decorator}("/path")')


def check_override(handler: str) -> Fault:
    """Return what is wrong with a static or class method in the place of a mapped method."""
    problem = f"{handler} is mapped, and is a static or class method"
    return Fault("pyfly-handler", problem, "take self as the first parameter")


def check_session_handler(handler: HandlerFacts) -> Fault | None:
    """Return what is wrong with the shape of a ``@websocket_mapping`` handler, if anything is."""
    write = f"write async def {handler.name}(self, session: WebSocketSession, ...) -> None"
    if handler.style == "async_generator":
        return _session_fault(handler, "must not yield", "send messages with await session.send(...)")
    if handler.style != "coroutine":
        return _session_fault(handler, "must be a coroutine function", write)
    if len(handler.positional) < 2:
        return _session_fault(handler, "takes no session", write)
    session = handler.positional[1]
    if not session.accepts_session:
        return _session_fault(handler, f'has "{session.name}: {session.label}" where the session belongs', write)
    return None


def takes_session(handler: HandlerFacts) -> bool:
    """Whether a handler takes the session where it belongs; only then do its other parameters follow it."""
    return len(handler.positional) > 1 and handler.positional[1].accepts_session


def check_session_result(handler: HandlerFacts, result: str) -> Fault:
    """Return what is wrong with a ``@websocket_mapping`` handler that returns something.

    Args:
        handler: The handler.
        result: The return type as people write it.
    """
    return _session_fault(handler, f'must return None, not "{result}"', "send messages with await session.send(...)")


def check_event_stream(handler: HandlerFacts) -> Fault | None:
    """Return what is wrong with the shape of a ``@sse_mapping`` handler, if anything is."""
    found = {
        "function": "a function",
        "coroutine": "a coroutine without yield",
        "generator": "a plain generator",
        "async_generator": "",
    }[handler.style]
    if not found:
        return None
    problem = f"@sse_mapping decorates an async generator, and {handler.qualified_name} is {found}"
    return Fault("pyfly-handler", problem, "write it with async def and yield each event")


def check_http_handler(handler: HandlerFacts, kind: str) -> Fault | None:
    """Return what is wrong with the shape of an HTTP handler, if anything is.

    Args:
        handler: The handler.
        kind: Its HTTP method.
    """
    if handler.style not in ("generator", "async_generator"):
        return None
    return Fault(
        "pyfly-handler",
        f"{handler.qualified_name} is a generator, and {kind} answers once",
        "map it with @sse_mapping, or return a StreamingResponse around it",
    )


def _session_fault(handler: HandlerFacts, problem: str, mend: str) -> Fault:
    return Fault("pyfly-handler", f"@websocket_mapping handler {handler.qualified_name} {problem}", mend)
