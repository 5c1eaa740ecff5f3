"""What a class declares for pyfly, kept in mypy's record of the class, so that mypy's cache has it too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, final

from mypy.nodes import ARG_POS, CallExpr, Expression, OpExpr, RefExpr, StrExpr, Var
from mypy.types import Instance, LiteralType, get_proper_type

from pyfly.mypy.assignments import assigned_value
from pyfly.rules import ParameterFacts, TypeFacts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy.nodes import FuncDef, MypyFile, TypeInfo

__all__ = [
    "CONTROLLERS",
    "DeclaredMapping",
    "WrittenMapping",
    "base_path",
    "hooks_of",
    "keep",
    "keep_hook",
    "kept",
    "literal_text",
    "mappings_of",
    "path_argument",
    "path_of",
    "set_mapping",
    "stereotype_of",
    "written_mapping",
]

CONTROLLERS: Final = frozenset({"controller", "rest_controller"})
"""The stereotypes whose mappings are served."""

_KEY: Final = "pyfly"
_FACTORIES: Final[Mapping[str, str]] = {
    "pyfly.websocket.decorators.websocket_mapping": "WebSocket",
    "pyfly.web.sse.decorators.sse_mapping": "SSE",
    **{
        f"pyfly.web.decorators.{method.lower()}_mapping": method for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
    },
}


@final
class DeclaredMapping(NamedTuple):
    """One mapping of one method.

    Attributes:
        method: The method's name.
        kind: An HTTP method, ``SSE`` or ``WebSocket``.
        path: Its path template; None where only running the program tells.
        line: The line of the mapping.
        column: The column of the mapping.
        handler: The qualified name of the method.
        parameters: The method's parameters, with self; None where a decorator hides them.
        static: Whether the method is a static or class method.
        definition: The line of the method, which may be written in several branches of an ``if``.
    """

    method: str
    kind: str
    path: str | None
    line: int
    column: int
    handler: str
    parameters: tuple[ParameterFacts, ...] | None
    static: bool
    definition: int

    @property
    def request_method(self) -> str:
        """What its route competes in."""
        return "GET" if self.kind == "SSE" else self.kind

    @property
    def leading(self) -> int:
        """How many parameters are given by position."""
        return 2 if self.kind == "WebSocket" else 1

    @property
    def has_body(self) -> bool:
        """Whether there is a request body to read."""
        return self.kind not in ("GET", "SSE", "WebSocket")

    def to_json(self) -> list[Any]:
        """Return what mypy can write to its cache."""
        parameters = None if self.parameters is None else [_parameter_to_json(item) for item in self.parameters]
        return [*self[:6], parameters, self.static, self.definition]

    @classmethod
    def from_json(cls, value: list[Any]) -> DeclaredMapping:
        """Read what `to_json` has written."""
        method, kind, path, line, column, handler, parameters, static, definition = value
        read = None if parameters is None else tuple(_parameter_from_json(item) for item in parameters)
        return cls(method, kind, path, line, column, handler, read, static, definition)


def keep(info: TypeInfo, key: str, value: Any) -> None:
    """Keep something about a class.

    Args:
        info: The class.
        key: Under which name.
        value: What JSON can hold.
    """
    info.metadata.setdefault(_KEY, {})[key] = value


def kept(info: TypeInfo, key: str) -> Any:
    """Return what was kept about a class; None for nothing."""
    return info.metadata.get(_KEY, {}).get(key)


def stereotype_of(info: TypeInfo) -> str:
    """Return the stereotype of a class; empty for none."""
    return kept(info, "stereotype") or ""


def base_path(info: TypeInfo) -> str | None:
    """Return the base path of a class, its own or inherited; None where only running the program tells."""
    for klass in info.mro:
        declared = kept(klass, "base")
        if declared is not None:
            path: str | None = declared[0]
            return path
    return ""


def keep_hook(function: FuncDef, marker: Expression) -> None:
    """Keep that a method is a lifecycle hook, which those that override it are as well.

    Args:
        function: The method.
        marker: What marks it.
    """
    keep(function.info, "hooks", {**hooks_of(function.info), function.name: [marker.line, marker.column]})


def hooks_of(info: TypeInfo) -> dict[str, list[int]]:
    """Return the places of the lifecycle hooks that a class marks itself, by name."""
    return kept(info, "hooks") or {}


def mappings_of(info: TypeInfo) -> list[DeclaredMapping]:
    """Return the mappings of a class's own methods, those of one method from the top down."""
    every: dict[str, list[Any]] = kept(info, "mappings") or {}
    found = [DeclaredMapping.from_json(item) for item in every.values()]
    return sorted(found, key=lambda mapping: (mapping.line, mapping.column))


def set_mapping(info: TypeInfo, mapping: DeclaredMapping) -> None:
    """Keep a mapping of a class, in the place of what was kept for the same line."""
    every: dict[str, list[Any]] = kept(info, "mappings") or {}
    keep(info, "mappings", {**every, f"{mapping.method} {mapping.line}:{mapping.column}": mapping.to_json()})


@final
class WrittenMapping(NamedTuple):
    """A mapping among the decorators of a method or class.

    Attributes:
        kind: An HTTP method, ``SSE`` or ``WebSocket``.
        name: The name of the decorator that makes it.
        call: What makes it.
        decorator: What is written above the method: the call, or a name that it was given before.
    """

    kind: str
    name: str
    call: CallExpr
    decorator: Expression


def written_mapping(decorator: Expression, module: MypyFile) -> WrittenMapping | None:
    """Return the mapping that a decorator is; None for any other decorator.

    Args:
        decorator: What is written above a method or class.
        module: The module that it stands in, which is being checked.
    """
    call = assigned_value(decorator, module)
    callee = assigned_value(call.callee, module) if isinstance(call, CallExpr) else None
    if not isinstance(call, CallExpr) or not isinstance(callee, RefExpr):
        return None
    kind = _FACTORIES.get(callee.fullname)
    return None if kind is None else WrittenMapping(kind, callee.fullname.rpartition(".")[2], call, decorator)


def path_argument(call: CallExpr) -> Expression | None:
    """Return the path that a mapping decorator is called with; None where it is left out."""
    for position, (name, kind, argument) in enumerate(zip(call.arg_names, call.arg_kinds, call.args, strict=True)):
        if name == "path" or (position == 0 and kind == ARG_POS) or kind.is_star():
            return argument
    return None


def path_of(call: CallExpr) -> str | None:
    """Return the text of a decorator's path, empty by default; None where only running the program tells."""
    argument = path_argument(call)
    return "" if argument is None else literal_text(argument)


def literal_text(expression: Expression) -> str | None:
    """Return the text an expression stands for: a literal, a ``Final`` constant, or a sum of them."""
    if isinstance(expression, StrExpr):
        return expression.value
    if isinstance(expression, OpExpr) and expression.op == "+":
        left, right = literal_text(expression.left), literal_text(expression.right)
        return None if left is None or right is None else left + right
    if not isinstance(expression, RefExpr) or not isinstance(expression.node, Var):
        return None
    variable = expression.node
    if variable.is_final and isinstance(variable.final_value, str):
        return variable.final_value
    type_ = get_proper_type(variable.type)
    if isinstance(type_, Instance) and type_.last_known_value is not None and variable.is_final:
        type_ = type_.last_known_value
    return type_.value if isinstance(type_, LiteralType) and isinstance(type_.value, str) else None


def _parameter_to_json(parameter: ParameterFacts) -> list[Any]:
    name, kind, has_default, type_, markers, *rest = parameter
    return [name, kind, has_default, [type_.label, list(type_.members)], list(markers), *rest]


def _parameter_from_json(value: list[Any]) -> ParameterFacts:
    name, kind, has_default, (label, members), markers, *rest = value
    return ParameterFacts(name, kind, has_default, TypeFacts(label, tuple(members)), tuple(markers), *rest)
