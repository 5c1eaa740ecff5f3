"""Functions of the checked program as facts for the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mypy.expandtype import expand_type_by_instance
from mypy.maptype import map_instance_to_supertype
from mypy.nodes import (
    ARG_NAMED,
    ARG_NAMED_OPT,
    ARG_STAR,
    ARG_STAR2,
    Decorator,
    FuncDef,
    MypyFile,
    TypeInfo,
)
from mypy.types import AnyType, CallableType, Instance, Type, TypeOfAny, get_proper_type
from mypy.typevars import fill_typevars

from pyfly.mypy.annotations import AnnotationReader, Markers
from pyfly.mypy.dependencies import depend_on_aliases
from pyfly.mypy.types import accepts_session, label_of_type, type_facts
from pyfly.rules import HandlerFacts, HookFacts, HookParameter, ParameterFacts, SessionParameter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mypy.nodes import ArgKind, SymbolNode

    from pyfly.rules import HandlerStyle
    from pyfly.rules.hooks import HookParameterKind
    from pyfly.rules.parameters import ParameterKind

__all__ = [
    "function_of",
    "handler_facts",
    "hook_facts",
    "is_static",
    "qualified_name",
    "read_parameters",
    "session_class",
    "unannotated_parameters",
]

_NATIVES: Final = frozenset({"starlette.requests.Request", "starlette.requests.HTTPConnection"})
_SESSION_MODULE: Final = "pyfly.websocket.session"


def function_of(node: SymbolNode | None) -> FuncDef | None:
    """Return the function behind a member of a class; None for what is no single function."""
    function = node.func if isinstance(node, Decorator) else node
    return function if isinstance(function, FuncDef) else None


def is_static(function: FuncDef) -> bool:
    """Whether a function is a static or class method."""
    return function.is_static or function.is_class


def qualified_name(function: FuncDef) -> str:
    """Return ``Class.method``, as Python's ``__qualname__`` has it for classes of a module."""
    if not function.info:
        return function.name
    module = function.info.module_name
    owner = function.info.fullname.removeprefix(f"{module}.")
    return f"{'.'.join(part.partition('@')[0] for part in owner.split('.'))}.{function.name}"


def session_class(modules: Mapping[str, MypyFile]) -> TypeInfo | None:
    """Return pyfly's session, as mypy has it."""
    module = modules.get(_SESSION_MODULE)
    symbol = None if module is None else module.names.get("WebSocketSession")
    return symbol.node if symbol is not None and isinstance(symbol.node, TypeInfo) else None


def style_of(function: FuncDef) -> HandlerStyle:
    """Return what calling a function gives."""
    if function.is_async_generator:
        return "async_generator"
    if function.is_generator:
        return "generator"
    return "coroutine" if function.is_coroutine else "function"


def handler_facts(function: FuncDef, controller: str, session: TypeInfo | None) -> HandlerFacts:
    """Return what rules need to know of a mapped method.

    Args:
        function: The method.
        controller: The name of its class.
        session: pyfly's session.
    """
    positional = [
        SessionParameter(name, label_of_type(type_), accepts_session(type_, session))
        for name, kind, type_ in _parameters(function)
        # *args takes self as well as the session.
        for _ in range(kind.is_positional() + (kind == ARG_STAR))
    ]
    return HandlerFacts(f"{controller}.{function.name}", function.name, style_of(function), positional)


def hook_facts(function: FuncDef, controller: str, session: TypeInfo | None) -> HookFacts:
    """Return what rules need to know of a lifecycle hook; see `handler_facts` for the arguments."""
    parameters = list(_parameters(function))
    return HookFacts(
        name=f"{controller}.{function.name}",
        parameters=[
            HookParameter(
                name,
                _hook_kind(kind),
                kind.is_required(),
                label_of_type(type_),
                accepts_session(type_, session),
            )
            for name, kind, type_ in (parameters if function.is_static else parameters[1:])
            if kind != ARG_STAR2
        ],
        yields=style_of(function) in ("generator", "async_generator"),
    )


def read_parameters(
    function: FuncDef, modules: Mapping[str, MypyFile], *, natives: bool, target: TypeInfo | None = None
) -> list[ParameterFacts]:
    """Return what rules need to know of a handler's parameters, with self.

    Args:
        function: The handler.
        modules: Every module that mypy knows.
        natives: Whether the server's request is handed in by type.
        target: The class that inherits the handler, and fills in the type variables of its class.
    """
    owner = function.info or None
    module = owner.module_name if owner is not None else ""
    reader = AnnotationReader(modules, module, owner)
    markers = reader.read(function.name, function.line)
    if module in modules:
        for holder in reader.holders:
            depend_on_aliases(modules[holder], modules[module])
    found: list[ParameterFacts] = []
    for (name, kind, written), elided in zip(_parameters(function), function.arg_names, strict=False):
        type_ = written if owner is None or target is None else _filled_in(written, owner, target)
        told = markers.get(name, Markers(known=_is_unannotated(type_)))
        proper = get_proper_type(type_)
        fullname = getattr(getattr(proper, "type", None), "fullname", "")
        found.append(
            ParameterFacts(
                name=name,
                kind="positional_only" if elided is None and not name.startswith("__") else _kind(kind),
                has_default=kind.is_optional(),
                type=type_facts(type_),
                markers=told.names,
                untyped_marker=told.untyped and bool(told.names),
                native=natives and fullname in _NATIVES,
                known=told.known,
            )
        )
    return found


def _filled_in(type_: Type, owner: TypeInfo, target: TypeInfo) -> Type:
    """Return a type of a base class with what a class puts in for the base's type variables."""
    if not owner.type_vars or not target.has_base(owner.fullname):
        return type_
    instance = fill_typevars(target)
    if not isinstance(instance, Instance):  # a named tuple
        instance = instance.partial_fallback
    return expand_type_by_instance(type_, map_instance_to_supertype(instance, owner))


def unannotated_parameters(function: FuncDef) -> Sequence[tuple[str, bool]]:
    """Return the name of each parameter without an annotation, and whether it has a default; self left out."""
    parameters = list(_parameters(function))
    is_bound = not function.is_static or function.name == "__new__"  # which is static to mypy, and is given the class
    return [
        (name, kind.is_optional())
        for name, kind, type_ in (parameters[1:] if is_bound else parameters)
        if not kind.is_star() and _is_unannotated(type_)
    ]


def _parameters(function: FuncDef) -> Iterator[tuple[str, ArgKind, Type]]:
    type_ = get_proper_type(function.type)
    types: Sequence[Type] = type_.arg_types if isinstance(type_, CallableType) else ()
    # What comes from mypy's cache no longer has its arguments, which name those that are given by position only.
    written = [argument.variable.name for argument in getattr(function, "arguments", ())]
    for position, (name, kind) in enumerate(zip(function.arg_names, function.arg_kinds, strict=False)):
        known = position < len(types)
        shown = name or (written[position] if position < len(written) else "")
        yield shown, kind, types[position] if known else AnyType(TypeOfAny.unannotated)


def _is_unannotated(type_: Type) -> bool:
    proper = get_proper_type(type_)
    return isinstance(proper, AnyType) and proper.type_of_any == TypeOfAny.unannotated


def _kind(kind: ArgKind) -> ParameterKind:
    kinds: Mapping[ArgKind, ParameterKind] = {
        ARG_STAR: "args",
        ARG_STAR2: "kwargs",
        ARG_NAMED: "keyword",
        ARG_NAMED_OPT: "keyword",
    }
    return kinds.get(kind, "positional")


def _hook_kind(kind: ArgKind) -> HookParameterKind:
    if kind == ARG_STAR:
        return "variadic"
    return "keyword" if kind.is_named() else "positional"
