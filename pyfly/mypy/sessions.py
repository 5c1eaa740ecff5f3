"""Checks what handlers look up in ``session.path_params``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

from mypy.checker import TypeChecker
from mypy.nodes import Decorator, FuncDef, IndexExpr, MemberExpr, NameExpr, StrExpr

from pyfly.mypy.declarations import CONTROLLERS, base_path, mapping_call, path_of, stereotype_of
from pyfly.mypy.functions import handler_facts, session_class
from pyfly.rules import Fault, check_path, join_paths, takes_session, unknown_variable

if TYPE_CHECKING:
    from mypy.plugin import MethodSigContext
    from mypy.types import FunctionLike

    from pyfly.metadata import PathTemplate
    from pyfly.mypy.reporting import Reporter

__all__ = ["PathParamsCheck"]


@final
class PathParamsCheck:
    """What mypy calls for ``mapping[key]``.

    Args:
        reporter: Where faults go.
    """

    __slots__ = ("_reporter",)

    def __init__(self, reporter: Reporter) -> None:
        self._reporter: Final = reporter

    def signature(self, context: MethodSigContext) -> FunctionLike:
        """Tell that a handler's path has no such variable."""
        index, api = context.context, context.api
        if (
            isinstance(index, IndexExpr)
            and isinstance(index.index, StrExpr)
            and isinstance(index.base, MemberExpr)
            and index.base.name == "path_params"
            and isinstance(index.base.expr, NameExpr)
            and isinstance(api, TypeChecker)
        ):
            handler = _handler_of(api, index.base.expr)
            fault = None if handler is None else unknown_variable(index.index.value, _paths_of(handler, api))
            if fault:
                self._reporter.report(api, fault, index)
        return context.default_signature


def _handler_of(api: TypeChecker, session: NameExpr) -> FuncDef | None:
    """Return the method around an expression whose second parameter is the session."""
    for scope in api.scope.stack:
        if (
            isinstance(scope, FuncDef)
            and scope.info
            and len(scope.arguments) > 1
            and scope.arguments[1].variable is session.node
        ):
            return scope
    return None


def _paths_of(handler: FuncDef, api: TypeChecker) -> list[PathTemplate]:
    """Return the full paths of a handler; none where one of them cannot be told."""
    info = handler.info
    base = base_path(info)
    if stereotype_of(info) not in CONTROLLERS or base is None or check_path(base):
        return []
    if not takes_session(handler_facts(handler, "", session_class(api.modules))):
        return []
    found: list[PathTemplate] = []
    symbol = info.names.get(handler.name)
    # What the class keeps of its mappings may come later than the bodies of its methods.
    written = symbol.node.original_decorators if symbol is not None and isinstance(symbol.node, Decorator) else []
    for kind, call in filter(None, map(mapping_call, written)):
        if kind != "WebSocket":
            continue
        path = path_of(call)
        template = None if path is None else join_paths(base, path, handler="")
        if template is None or isinstance(template, Fault):
            return []
        found.append(template)
    return found
