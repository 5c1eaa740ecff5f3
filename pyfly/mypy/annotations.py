"""Markers in annotations, which mypy's types no longer hold: read from the source of the module.

The source is there whether a module was checked or comes from mypy's cache, so that both have the same results.
"""

from __future__ import annotations

import ast
import hashlib
import os
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple, final

from mypy.nodes import MypyFile, SymbolNode, TypeAlias, TypeInfo, Var
from mypy.types import Instance, get_proper_type

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pyfly.rules.parameters import MarkerName

__all__ = ["AnnotationReader", "Markers", "marker_digest"]

_PARAMETERS: Final = "pyfly.web.parameters."
_ALIASES: Final[Mapping[str, MarkerName]] = {
    f"{_PARAMETERS}QueryParam": "FromQuery",
    f"{_PARAMETERS}Header": "FromHeader",
    f"{_PARAMETERS}Cookie": "FromCookie",
    f"{_PARAMETERS}Body": "FromBody",
}
_CLASSES: Final[Mapping[str, MarkerName]] = {f"{_PARAMETERS}{name}": name for name in _ALIASES.values()}
_ALIAS_TYPES: Final = frozenset({"typing.TypeAliasType", "typing_extensions.TypeAliasType"})
_UNIONS: Final = frozenset({"typing.Union", "typing.Optional"})
_DEEPEST: Final = 20
_MARKING: Final = re.compile(rb"\b(?:Annotated|QueryParam|Header|Cookie|Body|From(?:Query|Header|Cookie|Body))\b")


@final
class Markers(NamedTuple):
    """What an annotation says of where its value comes from.

    Attributes:
        names: Its markers; each alias's and each ``Annotated`` one.
        untyped: Whether it is a marker's alias without a type.
        known: Whether all of it could be read.
    """

    names: tuple[MarkerName, ...] = ()
    untyped: bool = False
    known: bool = True


_PLAIN: Final = Markers()
_UNKNOWN: Final = Markers(known=False)


@final
class AnnotationReader:
    """Reads annotations of the functions of one module.

    Args:
        modules: Every module that mypy knows.
        module: The dotted name of this one.
        owner: The class whose names may stand in annotations.
    """

    __slots__ = ("_module", "_modules", "_owner", "holders")

    def __init__(self, modules: Mapping[str, MypyFile], module: str, owner: TypeInfo | None) -> None:
        self._modules: Final = modules
        self._module: Final = modules.get(module)
        self._owner: Final = owner
        self.holders: Final[set[str]] = set()
        """The other modules whose aliases were looked at."""

    def read(self, function: str, line: int) -> Mapping[str, Markers]:
        """Return the markers of each annotated parameter of a function.

        Args:
            function: The function's name.
            line: The line of its ``def``.
        """
        if self._module is None:
            return {}
        source = _read_source(self._module.path)
        annotations = source.annotations.get((function, line), {})
        return {name: self._markers(annotation, self._module, 0) for name, annotation in annotations.items()}

    def _markers(self, node: ast.expr, scope: MypyFile, depth: int) -> Markers:
        if depth > _DEEPEST:
            return _UNKNOWN
        if isinstance(node, ast.Constant):
            return self._of_text(node.value, scope, depth)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return _together(self._markers(side, scope, depth + 1) for side in (node.left, node.right))
        if isinstance(node, ast.Subscript):
            return self._of_subscript(node, scope, depth)
        if not isinstance(node, ast.Name | ast.Attribute):
            return _UNKNOWN
        found = self._look_up(node, scope)
        if found is None:
            return _UNKNOWN
        if found.fullname in _ALIASES:
            return Markers((_ALIASES[found.fullname],), untyped=True)
        return self._of_alias(found, depth) if isinstance(found, TypeAlias) else _PLAIN

    def _of_text(self, value: object, scope: MypyFile, depth: int) -> Markers:
        if not isinstance(value, str):
            return _PLAIN  # None, ...
        try:
            return self._markers(ast.parse(value.strip(), mode="eval").body, scope, depth + 1)
        except (SyntaxError, ValueError):
            return _UNKNOWN

    def _of_subscript(self, node: ast.Subscript, scope: MypyFile, depth: int) -> Markers:
        found = self._look_up(node.value, scope)
        if found is None:
            return _UNKNOWN
        elements = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        name = found.fullname.replace("typing_extensions.", "typing.")
        if name in _ALIASES:
            inner = self._markers(node.slice, scope, depth + 1)
            return Markers((*inner.names, _ALIASES[name]), known=inner.known)
        if name == "typing.Annotated" and elements:
            inner = self._markers(elements[0], scope, depth + 1)
            return _followed_by(inner, [self._of_metadata(item, scope) for item in elements[1:]])
        if name in _UNIONS:
            return _together(self._markers(item, scope, depth + 1) for item in elements)
        # With a type behind it, even another name for a marker's alias is not without one.
        return self._of_alias(found, depth)._replace(untyped=False) if isinstance(found, TypeAlias) else _PLAIN

    def _of_metadata(self, node: ast.expr, scope: MypyFile) -> Markers:
        if isinstance(node, ast.Constant):
            return _PLAIN
        found = self._look_up(node.func if isinstance(node, ast.Call) else node, scope)
        if found is None:
            return _UNKNOWN
        if found.fullname in _CLASSES:
            return Markers((_CLASSES[found.fullname],))
        if isinstance(found, Var):
            type_ = get_proper_type(found.type)
            if not isinstance(type_, Instance):
                return _UNKNOWN
            marker = _CLASSES.get(type_.type.fullname)
            return _PLAIN if marker is None else Markers((marker,))
        # What an author's own function makes, only running it tells; pydantic's make no markers.
        return _PLAIN if isinstance(found, TypeInfo) or found.fullname.startswith("pydantic.") else _UNKNOWN

    def _of_alias(self, alias: TypeAlias, depth: int) -> Markers:
        module, _, name = alias.fullname.rpartition(".")
        holder = self._modules.get(module)
        if holder is not None and holder is not self._module:
            self.holders.add(module)
        value = None if holder is None else _read_source(holder.path).aliases.get(name)
        if holder is not None and isinstance(value, ast.Call):
            value = self._aliased(value, holder)
        return _UNKNOWN if value is None or holder is None else self._markers(value, holder, depth + 1)

    def _aliased(self, call: ast.Call, scope: MypyFile) -> ast.expr | None:
        """Return what ``TypeAliasType(name, value)`` stands for; None for any other call."""
        found = self._look_up(call.func, scope)
        if found is None or found.fullname not in _ALIAS_TYPES:
            return None
        named = [keyword.value for keyword in call.keywords if keyword.arg == "value"]
        return next(iter([*call.args[1:2], *named]), None)

    def _look_up(self, node: ast.expr, scope: MypyFile) -> SymbolNode | None:
        if isinstance(node, ast.Attribute):
            holder = self._look_up(node.value, scope)
            if not isinstance(holder, MypyFile | TypeInfo):
                return None
            symbol = holder.names.get(node.attr)
            if symbol is None and isinstance(holder, MypyFile):
                return self._modules.get(f"{holder.fullname}.{node.attr}")
            return None if symbol is None else symbol.node
        if not isinstance(node, ast.Name):
            return None
        tables = [scope.names]
        if self._owner is not None and scope is self._module:
            tables.insert(0, self._owner.names)
        if "builtins" in self._modules:
            tables.append(self._modules["builtins"].names)
        return next((table[node.id].node for table in tables if node.id in table), None)


def marker_digest(path: str) -> str:
    """Return what changes with the aliases in a file that may hold markers; empty where there are none.

    Args:
        path: The file.
    """
    try:
        with open(path, "rb") as file:
            text = file.read()
    except (OSError, ValueError):
        return ""
    if b"pyfly" not in text or not _MARKING.search(text):
        return ""
    aliases = {name: ast.dump(value) for name, value in _read_source(path).aliases.items()}
    told = {name: dumped for name, dumped in aliases.items() if _MARKING.search(dumped.encode())}
    return hashlib.sha256(repr(sorted(told.items())).encode()).hexdigest() if told else ""


def _followed_by(inner: Markers, metadata: list[Markers]) -> Markers:
    names: list[MarkerName] = [name for item in metadata for name in item.names]
    return Markers((*inner.names, *names), inner.untyped, inner.known and all(item.known for item in metadata))


def _together(members: Iterator[Markers]) -> Markers:
    """Return what a union says: a marker that stands in several members counts once."""
    every = list(members)
    names: dict[MarkerName, None] = {name: None for item in every for name in item.names}
    return Markers(tuple(names), known=all(item.known for item in every))


class _Source(NamedTuple):
    annotations: Mapping[tuple[str, int], Mapping[str, ast.expr]]
    aliases: Mapping[str, ast.expr]


def _read_source(path: str) -> _Source:
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return _Source({}, {})
    return _parse(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=64)
def _parse(path: str, modified: int, size: int) -> _Source:
    """Parse a file anew whenever it was written."""
    try:
        with open(path, "rb") as file:
            tree = ast.parse(file.read())
    except (OSError, SyntaxError, ValueError, RecursionError):
        return _Source({}, {})
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return _Source(
        {(node.name, node.lineno): _annotations(node.args) for node in functions},
        {name: value for statement in tree.body for name, value in _assigned(statement)},
    )


def _annotations(arguments: ast.arguments) -> Mapping[str, ast.expr]:
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return {argument.arg: argument.annotation for argument in every if argument.annotation is not None}


def _assigned(statement: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(statement, ast.Assign):
        for target in statement.targets:
            if isinstance(target, ast.Name):
                yield target.id, statement.value
    elif isinstance(statement, ast.AnnAssign):
        if isinstance(statement.target, ast.Name) and statement.value is not None:
            yield statement.target.id, statement.value
    elif type(statement).__name__ == "TypeAlias":  # the type statement is new in Python 3.12
        name, value = getattr(statement, "name", None), getattr(statement, "value", None)
        if isinstance(name, ast.Name) and isinstance(value, ast.expr):
            parameters = {parameter.name for parameter in getattr(statement, "type_params", ())}
            yield name.id, _WithoutParameters(parameters).visit(value)


@final
class _WithoutParameters(ast.NodeTransformer):
    """Puts something without markers in the place of an alias's own type parameters, which no module holds."""

    def __init__(self, names: set[str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:  # ast's own word
        return ast.copy_location(ast.Constant(...), node) if node.id in self._names else node
