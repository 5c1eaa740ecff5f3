"""Turns the definitions of a module into what its stub declares."""

from __future__ import annotations

import ast
import copy
from typing import TYPE_CHECKING, TypeAlias, cast

from tools.stubs.attributes import Attribute, instance_attributes
from tools.stubs.expressions import dots, is_plain, is_public, literal_type, plain_or_dots, unquoted
from tools.stubs.sources import Definition, Source, names_bound_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["Stubber", "is_docstring"]

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef

TYPE_MAKERS = {"NamedTuple", "NewType", "ParamSpec", "TypeAliasType", "TypeVar", "TypeVarTuple", "TypedDict"}
"""Calls that make something a type checker knows by itself."""
UNTOLD = {"__repr__", "__slots__", "__str__"}
"""Names that a stub does not show: every class has them, or they tell of what is private."""
INTERNAL = "_internal"
"""Where a class names members without an underscore that stubs leave out."""


def is_docstring(statement: ast.stmt) -> bool:
    """Tell whether a statement is a text that documents what it stands in or below."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


class Stubber:
    """Declares what one module defines; leaves the module's own tree as it is.

    Args:
        source: The module.
        is_class: Tells whether a name of the module stands for a class of the package.
    """

    def __init__(self, source: Source, is_class: Callable[[str], bool]) -> None:
        self._source = source
        self._is_class = is_class

    def declare(self, definitions: Sequence[Definition]) -> list[ast.stmt]:
        """Return the declarations of one name.

        Args:
            definitions: What `Source.definitions` gives for it.

        Raises:
            StubError: A type is not written down.
        """
        originals = [copy.deepcopy(definition) for definition in definitions]
        match originals:
            case [ast.ClassDef() as cls]:
                return [self._class(cls)]
            case [ast.AnnAssign() as variable]:
                return [self._variable(variable, *names_bound_by(variable))]
            case [ast.Assign() as variable]:
                return [self._unannotated(variable)]
            case [ast.Import() | ast.ImportFrom()]:
                return []
            case _:
                return list(self._functions(cast("list[Function]", originals)))

    def _functions(self, functions: Sequence[Function]) -> Iterator[ast.stmt]:
        """Yield a function, or its overloads, which the implementation lends its docstring."""
        overloads = [function for function in functions if "overload" in _decorator_names(function)]
        if not overloads:
            yield from (self._function(function) for function in functions)
            return
        docstring = functions[-1].body[:1] if is_docstring(functions[-1].body[0]) else []
        for overload in overloads:
            own = overload.body[:1] if is_docstring(overload.body[0]) else docstring
            yield self._function(overload, own)

    def _function(self, function: Function, docstring: list[ast.stmt] | None = None) -> Function:
        arguments = function.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        for argument in every:
            if argument is not None and argument.annotation is not None:
                argument.annotation = unquoted(argument.annotation)
        arguments.defaults = [plain_or_dots(default) for default in arguments.defaults]
        arguments.kw_defaults = [default and plain_or_dots(default) for default in arguments.kw_defaults]
        if function.returns is not None:
            function.returns = unquoted(function.returns)
        elif function.name == "__init__":
            function.returns = ast.Constant(None)
        else:
            raise self._source.fault(function, f"what {function.name}() returns is not written down", "annotate it")
        yields = _is_generator(function)
        if docstring is None:
            docstring = function.body[:1] if is_docstring(function.body[0]) else []
        function.body = docstring or [ast.Expr(dots())]
        if yields and isinstance(function, ast.AsyncFunctionDef):
            # A stub has no yield in it that would tell an async generator from a coroutine.
            plain = ast.FunctionDef(function.name, arguments, function.body, function.decorator_list, function.returns)
            return ast.copy_location(plain, function)
        return function

    def _class(self, cls: ast.ClassDef) -> ast.ClassDef:
        cls.bases = [unquoted(base) for base in cls.bases]
        internal = self._internal(cls)
        cls.body = list(_without(cls.body, internal))
        attributes = [attribute for attribute in instance_attributes(cls) if attribute.name not in internal]
        body = list(self._members(cls))
        declared = {name for statement in body for name in names_bound_by(statement)}
        place = 1 if body and is_docstring(body[0]) else 0
        body[place:place] = [
            self._attribute(cls, attribute)
            for attribute in attributes
            if is_public(attribute.name) and attribute.name not in declared
        ]
        cls.body = body or [ast.Expr(dots())]
        return cls

    def _internal(self, cls: ast.ClassDef) -> frozenset[str]:
        """Return the members that a class names as internal.

        Raises:
            StubError: It has no such member.
        """
        for statement in cls.body:
            if INTERNAL in names_bound_by(statement):
                assert isinstance(statement, ast.Assign | ast.AnnAssign)
                assert statement.value is not None
                names = frozenset[str](ast.literal_eval(statement.value))
                for name in sorted(names.difference(*map(names_bound_by, cls.body))):
                    problem = f"{cls.name} has no member {name} that could be internal"
                    raise self._source.fault(statement, problem, f"take it out of {INTERNAL}")
                return names
        return frozenset()

    def _members(self, cls: ast.ClassDef) -> Iterator[ast.stmt]:
        keeps_private = "dataclass" in _decorator_names(cls)  # private fields are arguments of __init__
        overloaded: dict[str, list[Function]] = {}
        for statement in cls.body:
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
                overloaded.setdefault(statement.name, []).append(statement)
        kept = True
        for statement in cls.body:
            if is_docstring(statement):
                if kept:
                    yield statement
                continue
            names = names_bound_by(statement)
            is_field = keeps_private and isinstance(statement, ast.AnnAssign)
            kept = any(is_public(name) or is_field for name in names) and not UNTOLD.intersection(names)
            if not kept:
                continue
            match statement:
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                    # Overloads, and a property with its setter, are one name; all are told at the first.
                    if functions := overloaded.pop(name, []):
                        yield from self._functions(functions)
                case ast.ClassDef():
                    yield self._class(statement)
                case ast.AnnAssign():
                    yield self._variable(statement, names[0], in_class=True)
                case ast.Assign():
                    yield statement
                case _:
                    kept = False

    def _attribute(self, cls: ast.ClassDef, attribute: Attribute) -> ast.stmt:
        label = f"{cls.name}.{attribute.name}"
        target = ast.Name(attribute.name, ast.Store())
        if attribute.annotation is None:
            annotation = self._type_of(attribute.value, attribute.statement, label)
            return ast.AnnAssign(target, annotation, None, simple=1)
        declaration = ast.AnnAssign(target, attribute.annotation, attribute.value, simple=1)
        declaration = ast.copy_location(declaration, attribute.statement)
        return self._variable(declaration, label)

    def _variable(self, statement: ast.AnnAssign, label: str, *, in_class: bool = False) -> ast.AnnAssign:
        annotation = statement.annotation = unquoted(statement.annotation)
        qualifier = annotation.value if isinstance(annotation, ast.Subscript) else annotation
        value = statement.value
        match ast.unparse(qualifier).rpartition(".")[2]:
            case "TypeAlias":
                return statement
            case "Final" | "ClassVar" if annotation is qualifier:
                if value is not None and literal_type(value):
                    return statement
                statement.annotation = ast.Subscript(qualifier, self._type_of(value, statement, label))
                statement.value = None
            case "Final":
                statement.value = None
            case "ClassVar":
                statement.value = value if isinstance(value, ast.Call) and is_plain(value) else None
            case _:
                statement.value = plain_or_dots(value) if in_class and value is not None else None
        return statement

    def _unannotated(self, statement: ast.Assign) -> ast.Assign | ast.AnnAssign:
        value = statement.value
        label = names_bound_by(statement)[0]
        if isinstance(value, ast.Name | ast.Attribute | ast.Subscript | ast.BinOp) or label == "__all__":
            return statement  # an alias
        if isinstance(value, ast.Call) and ast.unparse(value.func).rpartition(".")[2] in TYPE_MAKERS:
            value.args = [unquoted(argument) if position else argument for position, argument in enumerate(value.args)]
            for keyword in value.keywords:
                keyword.value = unquoted(keyword.value) if keyword.arg in ("bound", "default") else keyword.value
            return statement
        return ast.AnnAssign(ast.Name(label, ast.Store()), self._type_of(value, statement, label), None, simple=1)

    def _type_of(self, value: ast.expr | None, statement: ast.stmt, label: str) -> ast.expr:
        if value is not None and (found := literal_type(value)):
            return ast.Name(found)
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and self._is_class(value.func.id):
            return value.func
        raise self._source.fault(statement, f"the type of {label} is not written down", "annotate it")


def _without(statements: Sequence[ast.stmt], names: frozenset[str]) -> Iterator[ast.stmt]:
    """Yield the statements of a class but those that give it some names, and the texts that document them."""
    left_out = False
    for statement in statements:
        left_out = (left_out and is_docstring(statement)) or not names.isdisjoint(names_bound_by(statement))
        if not left_out:
            yield statement


def _decorator_names(node: ast.ClassDef | Function) -> set[str]:
    """Return the names of decorators, without their module and arguments."""
    callees = (each.func if isinstance(each, ast.Call) else each for each in node.decorator_list)
    return {ast.unparse(callee).rpartition(".")[2] for callee in callees}


def _is_generator(function: Function) -> bool:
    """Tell whether a function's own body yields."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            waiting += ast.iter_child_nodes(node)
    return False
