"""Checks a handler where its mapping is applied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

from mypy.checker import TypeChecker
from mypy.nodes import ARG_POS, CallExpr, ClassDef, Decorator, FuncDef, RefExpr, TempNode
from mypy.types import AnyType, CallableType, Instance, NoneType, TypeOfAny, UninhabitedType, get_proper_type

from pyfly.mypy.declarations import (
    CONTROLLERS,
    DeclaredMapping,
    base_path,
    kept,
    path_argument,
    path_of,
    set_mapping,
    stereotype_of,
    written_mapping,
)
from pyfly.mypy.dependencies import depend_on_constants, show_mappings
from pyfly.mypy.functions import handler_facts, qualified_name, read_parameters, session_class
from pyfly.mypy.types import label_of_type
from pyfly.rules import (
    Fault,
    ParameterRules,
    check_event_stream,
    check_http_handler,
    check_override,
    check_path,
    check_session_handler,
    check_session_result,
    check_target,
    join_paths,
    missing_parentheses,
    takes_session,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy.nodes import Expression, MypyFile
    from mypy.plugin import FunctionContext, MethodContext, MethodSigContext
    from mypy.types import FunctionLike, Type

    from pyfly.mypy.declarations import WrittenMapping
    from pyfly.mypy.reporting import Reporter

__all__ = ["HandlerCheck", "check_mapping"]

_TRANSPARENT: Final = frozenset({"typing.override", "typing_extensions.override", "abc.abstractmethod"})
"""Decorators that leave a function as it is."""
_STATIC: Final = frozenset({"builtins.staticmethod", "builtins.classmethod"})


@final
class HandlerCheck:
    """What mypy calls where a mapping decorates something.

    Args:
        reporter: Where faults go.
    """

    __slots__ = ("_reporter",)

    def __init__(self, reporter: Reporter) -> None:
        self._reporter: Final = reporter

    def signature(self, context: MethodSigContext) -> FunctionLike:
        """Tell what is wrong with the target itself, in the place of mypy's own words for it."""
        applied = _applied(context)
        faults = [] if applied is None else [*_shape_faults(context, applied)]
        shown = [fault for fault in faults if self._reporter.reports(fault.code)]
        for fault in shown:
            self._reporter.report(context.api, fault, applied.call if applied else context.context)
        signature = context.default_signature
        if not shown:
            return signature
        given = _given(context)
        return CallableType([given], [ARG_POS], [None], given, signature.fallback)

    def applied(self, context: MethodContext) -> Type:
        """Check the path and the parameters of a handler, and keep its mapping for its class."""
        decorator, api = context.context, context.api
        applied = _applied(context)
        if applied is not None and isinstance(api, TypeChecker):
            call = applied.call
            path = path_of(call)
            fault = None if path is None else check_path(path)
            if fault:
                self._reporter.report(api, fault, call)
            elif isinstance(decorator, Decorator) and decorator.func.info and not _wraps_static(decorator, applied):
                mapping = _declared(api, decorator, applied, path, get_proper_type(_given(context)))
                set_mapping(decorator.func.info, mapping)
                show_mappings(
                    decorator.func.info, kept(decorator.func.info, "mappings"), api.named_type("builtins.str")
                )
                if (argument := path_argument(call)) is not None:
                    depend_on_constants(argument, decorator.func.fullname, api.tree)
                if stereotype_of(decorator.func.info) in CONTROLLERS:
                    for found in check_mapping(mapping, decorator.func.info.name, base_path(decorator.func.info)):
                        self._reporter.report(api, found, call)
        return context.default_return_type

    def base(self, context: MethodContext) -> Type:
        """Check the base path of a controller."""
        definition, given = context.context, context.args[0][0] if context.args and context.args[0] else None
        if isinstance(definition, ClassDef) and given is not None:
            for expression in definition.decorators:
                if isinstance(expression, CallExpr) and (expression.line, expression.column) == (
                    given.line,
                    given.column,
                ):
                    path = path_of(expression)
                    if path is not None and (fault := check_path(path)):
                        self._reporter.report(context.api, fault, expression)
        return context.default_return_type

    def factory(self, context: FunctionContext, decorator: str) -> Type:
        """Tell that a mapping was not called, beside mypy's own words for it."""
        first = context.args[0][0] if context.args and context.args[0] else None
        if isinstance(first, TempNode) and isinstance(context.context, Decorator | ClassDef):
            self._reporter.report(context.api, missing_parentheses(decorator), first)
        return context.default_return_type


def check_mapping(mapping: DeclaredMapping, controller: str, base: str | None) -> Iterator[Fault]:
    """Yield what is wrong with a mapping of a controller.

    Args:
        mapping: The mapping.
        controller: The controller's name.
        base: Its base path; None where only running the program tells.
    """
    name = f"{controller.partition('@')[0]}.{mapping.method}"
    if mapping.path is None or base is None or check_path(base):
        return
    template = join_paths(base, mapping.path, handler=name)
    if isinstance(template, Fault):
        yield template
        return
    if mapping.static:
        yield check_override(name)
        return
    if mapping.parameters is not None:
        rules = ParameterRules(
            handler=mapping.handler,
            template=template,
            names=[parameter.name for parameter in mapping.parameters],
            has_body=mapping.has_body,
        )
        yield from rules.check_all(mapping.parameters, leading=mapping.leading)


def _declared(
    api: TypeChecker, decorator: Decorator, applied: WrittenMapping, path: str | None, given: Type
) -> DeclaredMapping:
    function, kind, call = decorator.func, applied.kind, applied.call
    parameters = None
    if _is_function_itself(decorator, applied, given, api.tree) and not _lacks_session(api, function, kind):
        parameters = tuple(read_parameters(function, api.modules, natives=kind != "WebSocket"))
    static = any(name in _STATIC for name, _ in _others(decorator, applied, below=False))
    return DeclaredMapping(
        function.name, kind, path, call.line, call.column, qualified_name(function), parameters, static, function.line
    )


def _lacks_session(api: TypeChecker, function: FuncDef, kind: str) -> bool:
    """Whether a session's handler is told to take no session; of its other parameters nothing is said then."""
    if kind != "WebSocket":
        return False
    return not takes_session(handler_facts(function, "", session_class(api.modules)))


def _applied(context: MethodSigContext | MethodContext) -> WrittenMapping | None:
    """Return the mapping that a hook was called for."""
    decorator, args, api = context.context, context.args, context.api
    temporary = args[0][0] if args and args[0] else None
    if not isinstance(temporary, TempNode) or not isinstance(api, TypeChecker):
        return None
    written: list[Expression] = []
    if isinstance(decorator, Decorator):
        written = decorator.original_decorators
    elif isinstance(decorator, ClassDef):
        written = decorator.decorators
    for expression in written:
        if (expression.line, expression.column) == (temporary.line, temporary.column):
            return written_mapping(expression, api.tree)
    return None


def _given(context: MethodSigContext | MethodContext) -> Type:
    first = context.args[0][0]
    return first.type if isinstance(first, TempNode) else AnyType(TypeOfAny.special_form)


def _shape_faults(context: MethodSigContext, applied: WrittenMapping) -> Iterator[Fault]:
    kind, decorator = applied.kind, context.context
    if isinstance(decorator, ClassDef):
        yield check_target(applied.name, "class", decorator.name)
        return
    if not isinstance(decorator, Decorator) or not decorator.func.info or not isinstance(context.api, TypeChecker):
        return
    function = decorator.func
    if _wraps_static(decorator, applied):
        yield check_target(applied.name, "staticmethod" if function.is_static else "classmethod", function.name)
        return
    if (
        function.is_static
        or function.is_class
        or not _is_function_itself(decorator, applied, _given_to(context), context.api.tree)
    ):
        return
    facts = handler_facts(function, function.info.name.partition("@")[0], session_class(context.api.modules))
    if kind == "WebSocket":
        fault = check_session_handler(facts)
        result = _result(function) if facts.style == "coroutine" else None
        if result:
            yield check_session_result(facts, result)
    elif kind == "SSE":
        fault = check_event_stream(facts._replace(qualified_name=qualified_name(function)))
    else:
        fault = check_http_handler(facts, kind)
    if fault:
        yield fault


def _wraps_static(decorator: Decorator, applied: WrittenMapping) -> bool:
    """Whether a mapping stands above ``@staticmethod`` or ``@classmethod``, which it refuses."""
    return any(name in _STATIC for name, _ in _others(decorator, applied, below=True))


def _given_to(context: MethodSigContext) -> Type:
    return get_proper_type(_given(context))


def _result(function: FuncDef) -> str | None:
    """Return the label of what a coroutine function returns; None where that is nothing."""
    type_ = get_proper_type(function.type)
    if not isinstance(type_, CallableType):
        return None
    awaited = get_proper_type(type_.ret_type)
    if not isinstance(awaited, Instance) or len(awaited.args) != 3:
        return None
    result = awaited.args[2]
    is_nothing = isinstance(get_proper_type(result), NoneType | AnyType | UninhabitedType)
    return None if is_nothing else label_of_type(result)


def _is_function_itself(decorator: Decorator, applied: WrittenMapping, given: Type, module: MypyFile) -> bool:
    """Whether what a mapping is applied to has the parameters of the function as it is written."""
    opaque = [
        expression
        for name, expression in _others(decorator, applied, below=True)
        if name not in _TRANSPARENT and name not in _STATIC and written_mapping(expression, module) is None
    ]
    if not opaque:
        return True
    own = get_proper_type(decorator.func.type)
    if not isinstance(own, CallableType) or not isinstance(given, CallableType):
        return False
    return (own.arg_names, own.arg_kinds, own.ret_type) == (given.arg_names, given.arg_kinds, given.ret_type)


def _others(decorator: Decorator, applied: WrittenMapping, *, below: bool) -> list[tuple[str, Expression]]:
    """Return the decorators that are written below or above a mapping, each with its full name."""
    written = decorator.original_decorators
    position = next((index for index, expression in enumerate(written) if expression is applied.decorator), 0)
    chosen = written[position + 1 :] if below else written[:position]
    return [(_full_name(expression), expression) for expression in chosen]


def _full_name(expression: Expression) -> str:
    callee = expression.callee if isinstance(expression, CallExpr) else expression
    return (callee.fullname or "") if isinstance(callee, RefExpr) else ""
