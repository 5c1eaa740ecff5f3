"""Checks a class as a whole where its stereotype is applied: inherited mappings, routes, hooks, constructor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, final

from mypy.checker import TypeChecker
from mypy.nodes import ClassDef, Context, Decorator, FuncDef, MypyFile, OverloadedFuncDef, TempNode, TypeInfo

from pyfly.mypy.declarations import CONTROLLERS, base_path, hooks_of, mappings_of, stereotype_of
from pyfly.mypy.functions import (
    function_of,
    hook_facts,
    is_static,
    qualified_name,
    read_parameters,
    session_class,
    unannotated_parameters,
)
from pyfly.mypy.handlers import check_mapping
from pyfly.mypy.hooks import lifecycle_faults
from pyfly.mypy.reporting import at_line, place_of
from pyfly.rules import (
    Fault,
    RouteFacts,
    check_disconnect_hook,
    check_injection,
    check_path,
    find_conflicts,
    join_paths,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mypy.nodes import Statement
    from mypy.plugin import MethodContext
    from mypy.types import Type

    from pyfly.mypy.declarations import DeclaredMapping
    from pyfly.mypy.reporting import Reporter

__all__ = ["ClassCheck"]


class _Route(NamedTuple):
    """A mapping that a controller serves.

    Attributes:
        controller: The class that serves it.
        mapping: The mapping.
        facts: What rules need to know of it.
        where: What its faults are shown at.
    """

    controller: TypeInfo
    mapping: DeclaredMapping
    facts: RouteFacts
    where: Context


@final
class ClassCheck:
    """What mypy calls where a stereotype decorates a class, once the class's body is checked.

    Args:
        reporter: Where faults go.
    """

    __slots__ = ("_reporter",)

    def __init__(self, reporter: Reporter) -> None:
        self._reporter: Final = reporter

    def applied(self, context: MethodContext) -> Type:
        """Check the class."""
        definition, api = context.context, context.api
        if isinstance(definition, ClassDef) and isinstance(api, TypeChecker):
            first = context.args[0][0] if context.args and context.args[0] else None
            if isinstance(first, TempNode) and stereotype_of(definition.info):
                for fault, where in _faults(api, definition.info, at_line(first.line, first.column)):
                    self._reporter.report(api, fault, where)
        return context.default_return_type


def _faults(api: TypeChecker, info: TypeInfo, stereotype: Context) -> Iterator[tuple[Fault, Context]]:
    yield from _constructor_faults(info, stereotype)
    yield from _overridden_hook_faults(info, stereotype)
    if stereotype_of(info) not in CONTROLLERS:
        return
    mappings = list(_served(info, api.modules, stereotype))
    for mapping, owner, where in mappings:
        if owner is not info:  # its own are checked where they are applied
            for fault in check_mapping(mapping, info.name, base_path(info)):
                yield fault, where
    yield from _conflicts(api, info, stereotype)
    if any(mapping.kind == "WebSocket" for mapping, _, _ in mappings):
        yield from _hook_faults(info, session_class(api.modules), stereotype)


def _served(
    info: TypeInfo, modules: Mapping[str, MypyFile], stereotype: Context
) -> Iterator[tuple[DeclaredMapping, TypeInfo, Context]]:
    """Yield the mappings a class serves, those of base classes first, each with the class that declares it.

    An override without a mapping of its own has its base's.
    """
    lineage = [klass for klass in info.mro if klass.fullname != "builtins.object"]
    names = dict.fromkeys(name for klass in reversed(lineage) for name in klass.names)
    for name in names:
        holders = [klass for klass in lineage if name in klass.names]
        for holder in holders:
            found = [mapping for mapping in mappings_of(holder) if mapping.method == name]
            for mapping in found:
                here = holder.module_name == info.module_name
                where = at_line(mapping.line, mapping.column) if here else stereotype
                yield _seen_from(info, mapping, holders[0], holder, modules), holder, where
            if found:
                break


def _seen_from(
    info: TypeInfo,
    mapping: DeclaredMapping,
    nearest: TypeInfo,
    declaring: TypeInfo,
    modules: Mapping[str, MypyFile],
) -> DeclaredMapping:
    """Return a mapping with the parameters it has in a class: those of an override, type variables filled in."""
    overridden = nearest is not declaring
    if not overridden and (declaring is info or not declaring.type_vars or mapping.parameters is None):
        return mapping
    symbol = nearest.names[mapping.method]
    function = function_of(symbol.node)
    if function is None or (overridden and isinstance(symbol.node, Decorator) and not is_static(function)):
        return mapping._replace(parameters=None)
    parameters = tuple(read_parameters(function, modules, natives=mapping.kind != "WebSocket", target=info))
    if not overridden:
        # What was read where the method is declared knows more than mypy's cache: names given by position only.
        pairs = zip(mapping.parameters or (), parameters, strict=False)
        return mapping._replace(
            parameters=tuple(known._replace(type=filled.type, native=filled.native) for known, filled in pairs)
        )
    return mapping._replace(parameters=parameters, handler=qualified_name(function), static=is_static(function))


def _conflicts(api: TypeChecker, info: TypeInfo, stereotype: Context) -> Iterator[tuple[Fault, Context]]:
    """Yield conflicts of a class's routes with each other and with those of the classes before it in the module."""
    controllers = [klass for klass in _classes(api.tree.defs) if stereotype_of(klass) in CONTROLLERS]
    before = controllers[: controllers.index(info)] if info in controllers else []
    routes = [route for klass in [*before, info] for route in _routes(api, klass, stereotype)]
    # As a start compares them: event streams with what answers the same request in another way.
    routes.sort(key=lambda route: route.mapping.kind == "SSE")
    for later, earlier, fault in find_conflicts(route.facts for route in routes):
        pair = routes[later], routes[earlier]
        if info in (pair[0].controller, pair[1].controller) and not _are_branches(*pair):
            yield fault, pair[0].where


def _are_branches(one: _Route, other: _Route) -> bool:
    """Whether two routes are of one method that is written twice, as in both branches of an ``if``."""
    return (
        one.controller is other.controller
        and one.mapping.method == other.mapping.method
        and one.mapping.definition != other.mapping.definition
    )


def _routes(api: TypeChecker, info: TypeInfo, stereotype: Context) -> Iterator[_Route]:
    base = base_path(info)
    if base is None or check_path(base):
        return
    for mapping, owner, where in _served(info, api.modules, stereotype):
        name = f"{info.name}.{mapping.method}"
        template = None if mapping.path is None else join_paths(base, mapping.path, handler=name)
        if template is None or isinstance(template, Fault) or mapping.static:
            continue
        module = api.modules.get(owner.module_name)
        place = place_of(api.path if module is None else module.path, mapping.line)
        yield _Route(info, mapping, RouteFacts(mapping.kind, mapping.request_method, template, name, place), where)


def _classes(statements: list[Statement]) -> list[TypeInfo]:
    return [statement.info for statement in statements if isinstance(statement, ClassDef)]


def _hook_faults(info: TypeInfo, session: TypeInfo | None, stereotype: Context) -> Iterator[tuple[Fault, Context]]:
    symbol = info.get("on_disconnect")
    function = None if symbol is None else function_of(symbol.node)
    if symbol is None or function is None or (isinstance(symbol.node, Decorator) and not is_static(function)):
        return
    if fault := check_disconnect_hook(hook_facts(function, info.name, session)):
        yield fault, _written_at(symbol.node, function, info, stereotype)


def _overridden_hook_faults(info: TypeInfo, stereotype: Context) -> Iterator[tuple[Fault, Context]]:
    """Yield faults of methods that are lifecycle hooks since a base class marks what they override."""
    for base in info.mro[1:]:
        for name, (line, column) in hooks_of(base).items():
            nearest = next(klass for klass in info.mro if name in klass.names)
            function = function_of(nearest.names[name].node)
            if function is None or any(name in hooks_of(klass) for klass in info.mro[: info.mro.index(base)]):
                continue  # marked again, or no function
            if nearest is not base:
                for fault in lifecycle_faults(function):
                    yield fault, at_line(line, column) if base.module_name == info.module_name else stereotype


def _constructor_faults(info: TypeInfo, stereotype: Context) -> Iterator[tuple[Fault, Context]]:
    for klass in info.mro:
        for name in ("__init__", "__new__"):
            symbol = klass.names.get(name)
            if symbol is None:
                continue
            node = symbol.node.impl if isinstance(symbol.node, OverloadedFuncDef) else symbol.node
            function = function_of(node)
            if function is None or symbol.plugin_generated:
                return
            for parameter, has_default in unannotated_parameters(function):
                fault = check_injection(qualified_name(function), parameter, annotated=False, has_default=has_default)
                if fault:
                    yield fault, _written_at(node, function, info, stereotype)
            return


def _written_at(node: object, function: FuncDef, info: TypeInfo, stereotype: Context) -> Context:
    """Return where a method begins; the stereotype of the class when it stands in another file."""
    if function.info.module_name != info.module_name:
        return stereotype
    if isinstance(node, Decorator) and node.original_decorators:
        return node.original_decorators[0]
    return at_line(function.line, function.column)
