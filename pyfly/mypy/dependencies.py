"""Tells mypy's daemon what results depend on, beyond what it sees itself."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Final

from mypy.nodes import MDEF, MypyFile, OpExpr, RefExpr, SymbolTableNode, TypeInfo, Var
from mypy.server.trigger import make_trigger
from mypy.types import LiteralType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy.nodes import Expression
    from mypy.types import Instance

__all__ = ["depend_on_bases", "depend_on_constants", "show_mappings"]

_SIGN: Final = "__pyfly_mappings"
"""A private attribute of classes whose type changes with their mappings, which makes mypy look at what depends on them.

mypy compares the private names of no two classes.
"""
_CALLED: Final = ("__init__", "__new__", "on_disconnect", _SIGN)


def show_mappings(info: TypeInfo, mappings: object, text: Instance) -> None:
    """Make the mappings of a class a part of its type.

    Args:
        info: The class.
        mappings: What JSON can hold of them.
        text: The type ``str``.
    """
    if info.is_protocol or info.is_enum:
        return
    digest = hashlib.sha256(json.dumps(mappings).encode()).hexdigest()
    sign = Var(_SIGN, LiteralType(digest, text))
    sign.info = info
    sign._fullname = f"{info.fullname}.{_SIGN}"  # pyright: ignore[reportPrivateUsage]  # the only way there is
    info.names[_SIGN] = SymbolTableNode(MDEF, sign, plugin_generated=True)


def depend_on_bases(info: TypeInfo, module: MypyFile) -> None:
    """Have a class looked at again when what it inherits from other modules changes.

    Args:
        info: The class.
        module: Its module.
    """
    for base in info.mro[1:]:
        if base.module_name not in (module.fullname, "builtins"):
            for name in {*base.names, *_CALLED}:
                _depend(module, f"{base.fullname}.{name}", module.fullname)


def depend_on_constants(expression: Expression, target: str, module: MypyFile) -> None:
    """Have something looked at again when a constant in a path changes.

    Args:
        expression: The path.
        target: The full name of a function, or the module's own.
        module: The module.
    """
    for name in _constants(expression):
        _depend(module, name, target)


def _constants(expression: Expression) -> Iterator[str]:
    if isinstance(expression, OpExpr):
        yield from _constants(expression.left)
        yield from _constants(expression.right)
    elif isinstance(expression, RefExpr) and expression.fullname:
        yield expression.fullname


def _depend(module: MypyFile, name: str, target: str) -> None:
    module.plugin_deps.setdefault(make_trigger(name), set()).add(target)
