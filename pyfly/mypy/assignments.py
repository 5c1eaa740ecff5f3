"""What names stand for that a module assigns, such as a mapping that is made first and applied by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from mypy.nodes import AssignmentStmt, Block, Decorator, ListExpr, RefExpr, StarExpr, TupleExpr, Var

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mypy.nodes import Expression, MypyFile, Statement

__all__ = ["assigned_value"]

_FURTHEST: Final = 20
_INNER: Final = ("body", "defs", "else_body", "finally_body", "handlers", "bodies")
"""Where statements have blocks of others."""


def assigned_value(expression: Expression, module: MypyFile) -> Expression:
    """Return what a name stands for, where the module assigns it once; the expression itself otherwise.

    Args:
        expression: Any expression.
        module: The module that it stands in, which is being checked; of others, mypy may have no source.
    """
    for _ in range(_FURTHEST):
        variable = expression.node if isinstance(expression, RefExpr) else None
        if not isinstance(variable, Var) or not variable.fullname.startswith(f"{module.fullname}."):
            return expression
        values = [value for statement in _assignments(module.defs) for value in _values(statement, variable)]
        if len(values) != 1 or values[0] is None:
            return expression
        expression = values[0]
    return expression


def _assignments(statements: Iterable[Statement]) -> Iterator[AssignmentStmt]:
    """Yield all assignments among statements, and in classes, functions and branches among them."""
    for statement in statements:
        if isinstance(statement, AssignmentStmt):
            yield statement
        holder = statement.func if isinstance(statement, Decorator) else statement
        for name in _INNER:
            for block in _blocks(getattr(holder, name, None)):
                yield from _assignments(block.body)


def _blocks(inner: object) -> list[Block]:
    parts = cast("list[object]", inner) if isinstance(inner, list) else [inner]
    return [part for part in parts if isinstance(part, Block)]


def _values(statement: AssignmentStmt, variable: Var) -> Iterator[Expression | None]:
    """Yield what a statement assigns to a variable; None for a part of something, as in ``a, b = both``."""
    for target in statement.lvalues:
        if isinstance(target, RefExpr) and target.node is variable:
            yield statement.rvalue
        elif _is_in(target, variable):
            yield None


def _is_in(target: Expression, variable: Var) -> bool:
    if isinstance(target, TupleExpr | ListExpr):
        return any(_is_in(item, variable) for item in target.items)
    if isinstance(target, StarExpr):
        return _is_in(target.expr, variable)
    return isinstance(target, RefExpr) and target.node is variable
