"""The attributes that a class gives its instances."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Attribute", "instance_attributes"]


@dataclass(frozen=True)
class Attribute:
    """One attribute.

    Attributes:
        name: Its name.
        annotation: Its type, as the assignment or the argument it is set from tells; None where neither does.
        value: What it is set to first.
        statement: The assignment.
    """

    name: str
    annotation: ast.expr | None
    value: ast.expr | None
    statement: ast.stmt


def instance_attributes(cls: ast.ClassDef) -> list[Attribute]:
    """Return what ``__init__`` sets on ``self``, and what other methods set with an annotation; each name once."""
    found: dict[str, Attribute] = {}
    methods = [member for member in cls.body if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef)]
    for method in sorted(methods, key=lambda method: method.name != "__init__"):
        if parameters := [*method.args.posonlyargs, *method.args.args]:
            for attribute in _assigned(method.body, parameters[0].arg, _argument_types(method)):
                if method.name == "__init__" or isinstance(attribute.statement, ast.AnnAssign):
                    found.setdefault(attribute.name, attribute)
    return list(found.values())


def _argument_types(function: ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, ast.expr]:
    """Return the types of arguments by name, but of those that are given another value on the way."""
    arguments = function.args
    types = {
        each.arg: each.annotation
        for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
        if each.annotation is not None
    }
    if arguments.vararg is not None and arguments.vararg.annotation is not None:
        types[arguments.vararg.arg] = _generic("tuple", arguments.vararg.annotation, ast.Constant(...))
    if arguments.kwarg is not None and arguments.kwarg.annotation is not None:
        types[arguments.kwarg.arg] = _generic("dict", ast.Name("str"), arguments.kwarg.annotation)
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            types.pop(node.id, None)
    return types


def _assigned(statements: Sequence[ast.stmt], instance: str, arguments: dict[str, ast.expr]) -> Iterator[Attribute]:
    for statement in statements:
        match statement:
            case ast.AnnAssign(target=ast.Attribute(value=ast.Name(id=owner), attr=name)) if owner == instance:
                annotation, value = statement.annotation, statement.value
                given = arguments.get(value.id) if isinstance(value, ast.Name) else None
                if given is not None and isinstance(annotation, ast.Name) and annotation.id == "Final":
                    annotation = _generic("Final", given)
                yield Attribute(name, annotation, value, statement)
            case ast.Assign(targets=targets, value=value):
                given = arguments.get(value.id) if isinstance(value, ast.Name) else None
                for target in targets:
                    match target:
                        case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner == instance:
                            yield Attribute(name, given, value, statement)
            case ast.If() | ast.With() | ast.Try() | ast.For():
                blocks = (getattr(statement, block, []) for block in ("body", "orelse", "finalbody"))
                yield from _assigned([each for block in blocks for each in block], instance, arguments)


def _generic(name: str, *parameters: ast.expr) -> ast.expr:
    inner = parameters[0] if len(parameters) == 1 else ast.Tuple(list(parameters), ast.Load())
    return ast.Subscript(ast.Name(name), inner)
