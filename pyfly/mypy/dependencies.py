"""Tells mypy's daemon what results depend on, beyond what it sees itself."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Final

from mypy.nodes import GDEF, MDEF, MypyFile, OpExpr, RefExpr, SymbolTableNode, TypeInfo, Var
from mypy.server.trigger import make_trigger
from mypy.types import AnyType, LiteralType, TypeOfAny

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy.nodes import Expression
    from mypy.types import Instance

__all__ = ["depend_on_aliases", "depend_on_bases", "depend_on_constants", "show_base_path", "show_mappings"]

_SIGN: Final = "__pyfly_mappings"
"""A private attribute of classes whose type changes with their mappings, which makes mypy look at what depends on them.

mypy compares the private names of no two classes.
"""
_BASE_PATH: Final = "__pyfly_base_path"
"""The same for the base path of a class."""
_READ: Final = "__pyfly_read"
"""A name in modules whose source was read, which goes when mypy reads the module anew."""
_CALLED: Final = ("__init__", "__new__", "on_disconnect", _SIGN, _BASE_PATH)


def show_mappings(info: TypeInfo, mappings: object, text: Instance) -> None:
    """Make the mappings of a class a part of its type.

    Args:
        info: The class.
        mappings: What JSON can hold of them.
        text: The type ``str``.
    """
    _show(info, _SIGN, mappings, text)


def show_base_path(info: TypeInfo, path: str | None, text: Instance) -> None:
    """Make the base path of a class a part of its type.

    Args:
        info: The class.
        path: Its base path; None where only running the program tells.
        text: The type ``str``.
    """
    _show(info, _BASE_PATH, path, text)


def _show(info: TypeInfo, name: str, value: object, text: Instance) -> None:
    if info.is_protocol or info.is_enum:
        return
    digest = hashlib.sha256(json.dumps(value).encode()).hexdigest()
    sign = Var(name, LiteralType(digest, text))
    sign.info = info
    sign._fullname = f"{info.fullname}.{name}"  # pyright: ignore[reportPrivateUsage]  # the only way there is
    info.names[name] = SymbolTableNode(MDEF, sign, plugin_generated=True)


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


def depend_on_aliases(holder: MypyFile, module: MypyFile) -> None:
    """Have a module looked at again when another changes whose aliases were read from its source.

    mypy's types hold nothing of ``Annotated``, so it sees no change where only a marker comes or goes.

    Args:
        holder: The module that holds the aliases.
        module: The module whose handlers name them. The decorators of its methods are a part of its own target.
    """
    if _READ not in holder.names:
        sign = Var(_READ, AnyType(TypeOfAny.special_form))
        sign._fullname = f"{holder.fullname}.{_READ}"  # pyright: ignore[reportPrivateUsage]  # the only way there is
        node = SymbolTableNode(GDEF, sign, module_public=False, module_hidden=True, plugin_generated=True)
        holder.names[_READ] = node
    _depend(module, f"{holder.fullname}.{_READ}", module.fullname)


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
