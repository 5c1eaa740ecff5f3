"""What the signature of a WebSocket handler must be, and what it says of the session's messages."""

from __future__ import annotations

import inspect
from functools import reduce
from types import UnionType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, Union, get_args, get_origin

from pyfly.metadata import (
    DeclarationError,
    DeclarationErrors,
    SourceLocation,
    close_variables,
    gathering,
    read_signature,
    remembered,
    resolve_annotations,
    strip_aliases,
)
from pyfly.rules import (
    HandlerFacts,
    HookFacts,
    HookParameter,
    SessionParameter,
    check_disconnect_hook,
    check_session_handler,
    declaration_error,
    takes_session,
)
from pyfly.web.annotations import type_name
from pyfly.web.arguments import ArgumentPlan
from pyfly.web.mappings import handler_style
from pyfly.web.signatures import defining_class
from pyfly.websocket.message_types import MessageTypeError
from pyfly.websocket.messages import MessageCodec, codec_for
from pyfly.websocket.session import WebSocketSession

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pyfly.rules import Fault, HandlerStyle
    from pyfly.rules.hooks import HookParameterKind
    from pyfly.web.endpoints import Endpoint
    from pyfly.websocket.descriptors import WebSocketMapping

__all__ = ["HandlerPlan", "handler_faults", "has_session", "plan_handler"]


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
        DeclarationErrors: Everything that is wrong with it: it is not
            ``async def handler(self, session: WebSocketSession, ...)``, the session's message types can never work,
            parameters can never be given a value, or ``on_disconnect`` cannot be called.
    """
    key = ("handler", endpoint.function, endpoint.name, endpoint.template, endpoint.mapping.frames)
    return remembered(endpoint.controller, key, lambda: _plan(endpoint))


def _plan(endpoint: Endpoint[WebSocketMapping]) -> HandlerPlan:
    faults: list[DeclarationError] = []
    codec = arguments = None
    incoming = outgoing = Any
    with gathering(faults):
        _check_hook(endpoint)
    takes_it, annotation = _read_session(endpoint, faults)
    if takes_it:
        with gathering(faults):
            incoming, outgoing = _message_types(annotation)
            codec = _codec(endpoint, incoming, outgoing)
        with gathering(faults):
            arguments = ArgumentPlan.of(
                endpoint.function,
                owner=endpoint.controller,
                template=endpoint.template,
                leading=2,
                source=endpoint.source,
            )
    if faults or arguments is None or codec is None:
        raise DeclarationErrors(faults)
    return HandlerPlan(arguments, codec, incoming, outgoing)


def handler_faults(endpoint: Endpoint[WebSocketMapping]) -> list[DeclarationError]:
    """Return what is wrong with a handler and ``on_disconnect`` beside it, whatever the path."""
    faults: list[DeclarationError] = []
    with gathering(faults):
        _check_hook(endpoint)
    _read_session(endpoint, faults)
    return faults


def has_session(endpoint: Endpoint[WebSocketMapping]) -> bool:
    """Whether a handler takes the session as its first parameter after self, as far as its annotations tell."""
    takes_it, _ = _read_session(endpoint, [])
    return takes_it


def _codec(endpoint: Endpoint[WebSocketMapping], incoming: Any, outgoing: Any) -> MessageCodec:
    try:
        return codec_for(incoming, outgoing, frames=endpoint.mapping.frames)
    except MessageTypeError as error:
        raise _fault(endpoint, f"can never receive or send: {error.problem}", error.mend) from None


def _read_session(endpoint: Endpoint[WebSocketMapping], faults: list[DeclarationError]) -> tuple[bool, Any]:
    """Return whether the first parameter after self takes the session, and its annotation.

    Args:
        endpoint: The handler.
        faults: Where to add what is wrong with its shape.
    """
    function = inspect.unwrap(endpoint.function)
    owner = defining_class(endpoint.controller, endpoint.function)
    style = handler_style(function)
    annotations = resolve_annotations(function, owner=owner, target=endpoint.controller, faults=faults)
    positional = list(_positional_names(function))
    parameters = [_session_parameter(name, annotations.get(name, Any)) for name in positional]
    facts = HandlerFacts(endpoint.qualified_name, endpoint.name, style, parameters)
    if fault := check_session_handler(facts):
        fault = _fault_as_written(endpoint, owner, style) or fault
        faults.append(declaration_error(fault, endpoint.source))
    if not takes_session(facts):
        return False, Any
    annotation, _ = strip_aliases(annotations.get(positional[1], Any))
    return True, annotation


def _positional_names(function: Callable[..., Any]) -> Iterator[str]:
    """Yield the name of the parameter that takes each argument given by position; ``*args`` takes two and more."""
    for parameter in read_signature(function).parameters.values():
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
            yield parameter.name
        elif parameter.kind is parameter.VAR_POSITIONAL:
            yield from (parameter.name, parameter.name)


def _check_hook(endpoint: Endpoint[WebSocketMapping]) -> None:
    """Check that ``on_disconnect`` can be called with the session alone."""
    hook = inspect.getattr_static(endpoint.controller, "on_disconnect", None)
    function = getattr(hook, "__func__", hook)
    if not inspect.isfunction(function):
        return
    owner = next(klass for klass in endpoint.controller.__mro__ if "on_disconnect" in vars(klass))
    # The hook is called whatever annotations say that cannot be evaluated.
    annotations = resolve_annotations(function, owner=owner, target=endpoint.controller, faults=[])
    parameters = list(read_signature(function).parameters.values())
    facts = HookFacts(
        name=f"{endpoint.controller.__name__}.on_disconnect",
        parameters=[
            _hook_parameter(parameter, annotations.get(parameter.name, Any))
            for parameter in parameters[0 if isinstance(hook, staticmethod) else 1 :]
            if parameter.kind is not parameter.VAR_KEYWORD
        ],
        yields=handler_style(function) in ("generator", "async_generator"),
    )
    if fault := check_disconnect_hook(facts):
        raise declaration_error(fault, SourceLocation.of(hook))


def _hook_parameter(parameter: inspect.Parameter, annotation: Any) -> HookParameter:
    kinds: Mapping[object, HookParameterKind] = {
        parameter.KEYWORD_ONLY: "keyword",
        parameter.VAR_POSITIONAL: "variadic",
    }
    kind: HookParameterKind = kinds.get(parameter.kind, "positional")
    required = parameter.default is parameter.empty and kind != "variadic"
    _, label, accepted = _session_parameter(parameter.name, annotation)
    return HookParameter(parameter.name, kind, required, label, accepted)


def _session_parameter(name: str, annotation: Any) -> SessionParameter:
    bare, _ = strip_aliases(annotation)
    return SessionParameter(name, type_name(bare), _accepts_session(bare))


def _message_types(annotation: Any) -> tuple[Any, Any]:
    """Return the types of received and sent messages; of a union of sessions those of all."""
    sessions = [member for member in _members(annotation) if _accepts_session(member)]
    pairs = [(*map(close_variables, get_args(member)), Any, Any)[:2] for member in sessions]
    incoming, outgoing = (list(dict.fromkeys(types)) for types in zip(*pairs, strict=True))
    return _either(incoming), _either(outgoing)


def _either(types: list[Any]) -> Any:
    return Any if Any in types else reduce(lambda one, other: one | other, types)


def _members(annotation: Any) -> Iterator[Any]:
    """Yield what a union admits, aliases opened; what is no union by itself."""
    bare, _ = strip_aliases(annotation)
    if get_origin(bare) in (Union, UnionType):
        for member in get_args(bare):
            yield from _members(member)
    else:
        yield bare


def _accepts_session(annotation: Any) -> bool:
    """Whether a session is of a type; of a union that one of its members says."""
    return any(_is_session(member) for member in _members(annotation))


def _is_session(annotation: Any) -> bool:
    origin = get_origin(annotation) or annotation
    if annotation is Any or isinstance(annotation, TypeVar):
        return True
    if not isinstance(origin, type):
        return False
    # What a protocol asks for is left to type checkers.
    return getattr(origin, "_is_protocol", False) or origin in WebSocketSession.__mro__


def _fault_as_written(endpoint: Endpoint[WebSocketMapping], owner: type, style: HandlerStyle) -> Fault | None:
    """Return what is wrong with a handler whatever controller inherits it, and fills in its type variables."""
    function = inspect.unwrap(endpoint.function)
    annotations = resolve_annotations(function, owner=owner, target=owner, faults=[])
    parameters = [_session_parameter(name, annotations.get(name, Any)) for name in _positional_names(function)]
    return check_session_handler(HandlerFacts(endpoint.written_name, endpoint.name, style, parameters))


def _fault(endpoint: Endpoint[WebSocketMapping], problem: str, mend: str) -> DeclarationError:
    problem = f"@websocket_mapping handler {endpoint.qualified_name} {problem}"
    return DeclarationError(endpoint.source, problem, mend, "pyfly-handler")
