"""Finds what only type checkers and readers of the source see in handlers: what they look up, what they return.

It checks as well what a start cannot, as it has no path for it: handlers whose path is wrong.
"""

from __future__ import annotations

import ast
import inspect
import linecache
from typing import TYPE_CHECKING, Any, Never, NoReturn

from pyfly.metadata import (
    SourceLocation,
    read_signature,
    resolve_annotations,
    strip_aliases,
)
from pyfly.rules import HandlerFacts, check_http_handler, check_session_result, declaration_error, unknown_variable
from pyfly.web import HttpMapping
from pyfly.web.annotations import type_name
from pyfly.web.controllers import controllers_of
from pyfly.web.endpoints import gather_endpoints, pathless_endpoints
from pyfly.web.mappings import handler_style
from pyfly.web.signatures import defining_class
from pyfly.websocket import WebSocketMapping
from pyfly.websocket.signatures import handler_faults, has_session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pyfly.context import ApplicationContext
    from pyfly.metadata import DeclarationError, PathTemplate
    from pyfly.web.endpoints import Endpoint

__all__ = ["body_faults"]

_NOTHING = (None, type(None), Any, Never, NoReturn)


def body_faults(contexts: Iterable[ApplicationContext]) -> Iterator[DeclarationError]:
    """Yield a fault for each unknown key of ``session.path_params`` in a WebSocket handler, and each wrong result.

    Args:
        contexts: The contexts of an application.
    """
    for context in contexts:
        controllers = controllers_of(context, context.registry)
        handlers: dict[Callable[..., Any], list[Endpoint[WebSocketMapping]]] = {}
        for endpoint in gather_endpoints(controllers, WebSocketMapping, context.registry, []):
            handlers.setdefault(endpoint.function, []).append(endpoint)
        for endpoint in pathless_endpoints(controllers, WebSocketMapping, context.registry):
            handlers.pop(endpoint.function, None)
            yield from handler_faults(endpoint)
            yield from _result_faults(endpoint)
        for function, mapped in handlers.items():
            written = sorted(mapped, key=lambda endpoint: (endpoint.source is None, endpoint.source))
            for endpoint in written:
                yield from _result_faults(endpoint)
            if has_session(written[0]):
                yield from _lookup_faults(function, [endpoint.template for endpoint in written])
        for http in pathless_endpoints(controllers, HttpMapping, context.registry):
            facts = HandlerFacts(http.written_name, http.name, handler_style(http.function))
            if fault := check_http_handler(facts, http.mapping.kind):
                yield declaration_error(fault, http.source)


def _result_faults(endpoint: Endpoint[WebSocketMapping]) -> Iterator[DeclarationError]:
    if handler_style(endpoint.function) != "coroutine":
        return
    owner = defining_class(endpoint.controller, endpoint.function)
    if _result_of(endpoint.function, owner, endpoint.controller) not in _NOTHING:
        facts = HandlerFacts(endpoint.written_name, endpoint.name, "coroutine")
        written = type_name(_result_of(endpoint.function, owner, owner))
        yield declaration_error(check_session_result(facts, written), endpoint.source)


def _result_of(function: Callable[..., Any], owner: type, target: type) -> Any:
    """Return what a method says it returns; of annotations that cannot be evaluated a start tells."""
    annotations = resolve_annotations(function, owner=owner, target=target, faults=[])
    return strip_aliases(annotations.get("return", Any))[0]


def _lookup_faults(function: Callable[..., Any], paths: list[PathTemplate]) -> Iterator[DeclarationError]:
    written = inspect.unwrap(function)
    source = SourceLocation.of(written)
    definition = None if source is None else _definition(source, written.__name__)
    names = list(read_signature(written).parameters)
    if source is None or definition is None or len(names) < 2:
        return
    for line, key in _lookups(definition, names[1]):
        if fault := unknown_variable(key, paths):
            yield declaration_error(fault, SourceLocation(source.file, line))


def _definition(source: SourceLocation, name: str) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    """Return the function that is written at a place, decorators included."""
    linecache.checkcache(source.file)
    try:
        tree = ast.parse("".join(linecache.getlines(source.file)))
    except SyntaxError:  # the file was changed since its import
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            if first == source.line:
                return node
    return None


def _lookups(node: ast.AST, session: str) -> Iterator[tuple[int, str]]:
    """Yield each read ``session.path_params["key"]`` with its line, also in functions inside that see the session."""
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.Subscript(
                value=ast.Attribute(value=ast.Name(id=name), attr="path_params"),
                slice=ast.Constant(value=str(key)),
            ) if name == session and (isinstance(child.ctx, ast.Load) or isinstance(node, ast.AugAssign)):
                yield child.lineno, key
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda() if session in _parameters(child.args):
                continue
            case _:
                pass
        yield from _lookups(child, session)


def _parameters(arguments: ast.arguments) -> set[str]:
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    return {argument.arg for argument in every if argument is not None}
