"""Checks methods that the container calls or injects, where they are marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

from mypy.checker import TypeChecker
from mypy.nodes import CallExpr, ClassDef, Context, Decorator, RefExpr

from pyfly.mypy.declarations import keep_hook
from pyfly.mypy.functions import hook_facts, qualified_name, unannotated_parameters
from pyfly.rules import check_injection, check_lifecycle_hook, check_marked, check_unheld

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy.nodes import Expression, FuncDef
    from mypy.plugin import FunctionContext, MethodContext
    from mypy.types import Type

    from pyfly.mypy.reporting import Reporter
    from pyfly.rules import Fault, MarkedKind

__all__ = ["MarkedMethodCheck", "lifecycle_faults"]

_DECORATORS: Final = "pyfly.container.decorators."
_LIFECYCLE: Final = frozenset({f"{_DECORATORS}post_construct", f"{_DECORATORS}pre_destroy"})
_MEMBERS: Final[Mapping[str, MarkedKind]] = {
    "builtins.staticmethod": "staticmethod",
    "builtins.classmethod": "classmethod",
    "builtins.property": "property",
}
_BEAN: Final = f"{_DECORATORS}bean"
_PRIMARY: Final = f"{_DECORATORS}primary"


@final
class MarkedMethodCheck:
    """What mypy calls where a method is marked for the container.

    Args:
        reporter: Where faults go.
    """

    __slots__ = ("_reporter",)

    def __init__(self, reporter: Reporter) -> None:
        self._reporter: Final = reporter

    def applied(self, context: MethodContext | FunctionContext) -> Type:
        """Check the method."""
        decorator, api = context.context, context.api
        given = context.args[0][0] if context.args and context.args[0] else None
        if isinstance(decorator, Decorator) and decorator.func.info and isinstance(api, TypeChecker):
            expression = _written(decorator.original_decorators, given)
            name = "" if expression is None else _full_name(expression)
            fault = None if expression is None else _misplaced(decorator, expression, name.rpartition(".")[2])
            if expression is not None and fault is not None:
                self._reporter.report(api, fault, expression)
            elif expression is not None and name in _LIFECYCLE:
                keep_hook(decorator.func, expression)
                for fault in lifecycle_faults(decorator.func):
                    self._reporter.report(api, fault, expression)
            elif name == _BEAN:
                self._check_injections(api, decorator)
        elif isinstance(decorator, Decorator | ClassDef) and isinstance(api, TypeChecker):
            self._check_holder(api, decorator, given)
        return context.default_return_type

    def _check_holder(self, api: TypeChecker, marked: Decorator | ClassDef, given: Context | None) -> None:
        """Tell of a mark above a class, or above a function of a module."""
        is_class = isinstance(marked, ClassDef)
        if not is_class and marked.fullname != f"{api.tree.fullname}.{marked.name}":
            return
        written = marked.decorators if isinstance(marked, ClassDef) else marked.original_decorators
        expression = _written(written, given)
        name = "" if expression is None else _full_name(expression)
        if expression is not None and (name in {*_LIFECYCLE, _BEAN} or (name == _PRIMARY and not is_class)):
            fault = check_unheld(name.rpartition(".")[2], f"{'class' if is_class else 'function'} {marked.name}")
            self._reporter.report(api, fault, expression)

    def _check_injections(self, api: TypeChecker, decorator: Decorator) -> None:
        function = decorator.func
        for parameter, has_default in unannotated_parameters(function):
            name = qualified_name(function)
            fault = check_injection(name, parameter, annotated=False, has_default=has_default)
            if fault:
                self._reporter.report(api, fault, decorator.original_decorators[0])


def lifecycle_faults(function: FuncDef) -> list[Fault]:
    """Return what is wrong with a lifecycle hook; it is called by the name of the class that holds it."""
    return check_lifecycle_hook(hook_facts(function, qualified_name(function).rpartition(".")[0], None))


def _misplaced(decorator: Decorator, mark: Expression, name: str) -> Fault | None:
    """Return what is wrong with a mark that stands above what makes the method another kind of member."""
    written = decorator.original_decorators
    below = [_full_name(expression) for expression in written[written.index(mark) + 1 :]]
    for other in below:
        kind: MarkedKind | None = _MEMBERS.get(other)
        if kind is not None:
            return check_marked(name, kind)
    return None


def _written(decorators: Sequence[Expression], given: Context | None) -> Expression | None:
    """Return the decorator that a hook was called for."""
    if given is None:
        return None
    places = [(item.line, item.column, item) for item in decorators]
    return next((item for line, column, item in places if (line, column) == (given.line, given.column)), None)


def _full_name(expression: Expression) -> str:
    callee = expression.callee if isinstance(expression, CallExpr) else expression
    return (callee.fullname or "") if isinstance(callee, RefExpr) else ""
