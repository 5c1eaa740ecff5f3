"""Checks what handlers look up in ``session.path_params``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

from mypy.checker import TypeChecker
from mypy.nodes import ClassDef, Decorator, FuncDef, IndexExpr, MemberExpr, NameExpr, StrExpr

from pyfly.mypy.declarations import (
    CONTROLLERS,
    base_path,
    mappings_of,
    path_of,
    stereotype_of,
    written_mapping,
)
from pyfly.mypy.functions import handler_facts, session_class
from pyfly.rules import Fault, check_path, join_paths, takes_session, unknown_variable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy.nodes import Statement, TypeInfo
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
    """Return the full paths of a handler in all controllers of the module; none where one of them cannot be told."""
    if not takes_session(handler_facts(handler, "", session_class(api.modules))):
        return []
    found: list[tuple[tuple[str, int], PathTemplate]] = []
    for controller in dict.fromkeys([handler.info, *_classes(api.tree.defs)]):
        if stereotype_of(controller) not in CONTROLLERS or _holder(controller, handler.name) is not handler.info:
            continue
        base = base_path(controller)
        if base is None or check_path(base):
            return []
        for place, path in _mapped(controller, handler.name, api):
            template = None if path is None else join_paths(base, path, handler="")
            if template is None or isinstance(template, Fault):
                return []
            found.append((place, template))
    # As a start has them: the most specific first of those that one mapping gives.
    found.sort(key=lambda item: item[1].specificity)
    return [template for _, template in sorted(found, key=lambda item: item[0])]


def _classes(statements: list[Statement]) -> Iterator[TypeInfo]:
    for statement in statements:
        if isinstance(statement, ClassDef):
            yield statement.info
            yield from _classes(statement.defs.body)


def _holder(controller: TypeInfo, name: str) -> TypeInfo | None:
    """Return the class whose method a controller has."""
    return next((klass for klass in controller.mro if name in klass.names), None)


def _mapped(controller: TypeInfo, name: str, api: TypeChecker) -> list[tuple[tuple[str, int], str | None]]:
    """Return the place and the path of each mapping of a controller's method; its own are for those it overrides."""
    for klass in controller.mro:
        found: list[tuple[tuple[str, int], str | None]] = []
        if klass.module_name == api.tree.fullname:
            # What the class keeps of its mappings may come later than the bodies of its methods.
            symbol = klass.names.get(name)
            written = symbol.node.original_decorators if symbol and isinstance(symbol.node, Decorator) else []
            for mapping in filter(None, (written_mapping(decorator, api.tree) for decorator in written)):
                if mapping.kind == "WebSocket":
                    found.append(((api.path, mapping.call.line), path_of(mapping.call)))
        else:
            module = api.modules.get(klass.module_name)
            for kept in mappings_of(klass):
                if kept.method == name and kept.kind == "WebSocket":
                    found.append((("" if module is None else module.path, kept.line), kept.path))
        if found:
            return found
    return []
