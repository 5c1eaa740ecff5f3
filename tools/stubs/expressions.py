"""What a stub may say in an expression."""

from __future__ import annotations

import ast

__all__ = ["dots", "is_plain", "is_public", "literal_type", "plain_or_dots", "unquoted"]


def dots() -> ast.expr:
    """Return ``...``."""
    return ast.Constant(...)


def is_public(name: str) -> bool:
    """Tell whether a name is for everybody; those in double underscores are."""
    return not name.startswith("_") or (name.startswith("__") and name.endswith("__"))


def is_plain(value: ast.expr) -> bool:
    """Tell whether a value is worth reading in a stub: literals, public names, aliases, and calls of such."""
    match value:
        case ast.Constant():
            return True
        case ast.Name(id=name):
            return is_public(name)
        case ast.Attribute(value=inner, attr=name):
            return is_public(name) and is_plain(inner)
        case ast.UnaryOp(operand=inner):
            return is_plain(inner)
        case ast.BinOp(left=left, right=right) | ast.Subscript(value=left, slice=right):
            return is_plain(left) and is_plain(right)
        case ast.Tuple(elts=items) | ast.List(elts=items) | ast.Set(elts=items):
            return all(is_plain(item) for item in items)
        case ast.Dict(keys=keys, values=values):
            return all(key is not None and is_plain(key) for key in keys) and all(is_plain(each) for each in values)
        case ast.Call(func=function, args=arguments, keywords=keywords):
            return all(is_plain(each) for each in (function, *arguments, *(keyword.value for keyword in keywords)))
        case _:
            return False


def plain_or_dots(value: ast.expr) -> ast.expr:
    """Return a value with ``...`` for what is not plain: all of it, or single arguments of a call."""
    if isinstance(value, ast.Call) and is_plain(value.func):
        value.args = [plain_or_dots(argument) for argument in value.args]
        for keyword in value.keywords:
            keyword.value = plain_or_dots(keyword.value)
        return value
    return value if is_plain(value) else dots()


def literal_type(value: ast.expr) -> str | None:
    """Return the name of a literal's class; None for anything whose type takes more to know."""
    match value:
        case ast.UnaryOp(operand=ast.Constant(value=int() | float() as number)):
            return type(number).__name__
        case ast.Constant(value=bool() | int() | float() | str() | bytes() as constant):
            return type(constant).__name__
        case _:
            return None


def unquoted(annotation: ast.expr) -> ast.expr:
    """Return an annotation without quotes around its parts, which stubs do not need."""
    result: ast.expr = _Unquoting().visit(annotation)
    return result


class _Unquoting(ast.NodeTransformer):
    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if not isinstance(node.value, str):
            return node
        return unquoted(ast.parse(node.value, mode="eval").body)

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        match ast.unparse(node.value).rpartition(".")[2], node.slice:
            case "Literal", _:
                return node
            case "Annotated", ast.Tuple(elts=[annotated, *metadata]):
                node.slice = ast.Tuple([unquoted(annotated), *metadata], ast.Load())
                return node
            case _:
                self.generic_visit(node)
                return node
