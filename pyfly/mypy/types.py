"""mypy's types as facts for the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mypy.types import (
    AnyType,
    CallableType,
    Instance,
    LiteralType,
    NoneType,
    Overloaded,
    TupleType,
    Type,
    TypeAliasType,
    TypedDictType,
    TypeOfAny,
    TypeType,
    TypeVarLikeType,
    UninhabitedType,
    UnionType,
    get_proper_type,
)

from pyfly.rules import TypeFacts
from pyfly.rules.types import ANYTHING, COLLECTION, literal_member

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mypy.nodes import TypeInfo

__all__ = ["accepts_session", "label_of_type", "type_facts"]

_TELLING: Final = {
    **{f"builtins.{name}": name for name in ("str", "bytes", "bool", "int", "float", "complex")},
    "uuid.UUID": "UUID",
}
_SINGLE: Final = ("builtins.str", "builtins.bytes", "builtins.bytearray")
_COLLECTIONS: Final = ("typing.Collection", "typing.Mapping")
_ITERABLE: Final = "typing.Iterable"


def type_facts(type_: Type) -> TypeFacts:
    """Return what rules need to know of a type."""
    return TypeFacts(label_of_type(type_), tuple(_members(type_)))


def accepts_session(type_: Type, session: TypeInfo | None) -> bool:
    """Tell whether a session is of a type.

    Args:
        type_: The type of the parameter that a session is given to.
        session: The session's class; None where it is unknown, and everything accepts it.
    """
    proper = get_proper_type(type_)
    if session is None or isinstance(proper, AnyType | TypeVarLikeType):
        return True
    if isinstance(proper, UnionType):
        return any(accepts_session(item, session) for item in proper.items)
    # What a protocol asks for is mypy's own to check.
    return isinstance(proper, Instance) and (proper.type in session.mro or proper.type.is_protocol)


def label_of_type(type_: Type) -> str:
    """Return a type as people write it: without modules and ``Annotated``."""
    if isinstance(type_, TypeAliasType) and type_.alias is not None and type_.alias.python_3_12_type_alias:
        return f"{type_.alias.name}[{_listed(type_.args)}]" if type_.args else type_.alias.name
    proper = get_proper_type(type_)
    if isinstance(proper, UnionType):
        return " | ".join(_union_labels(proper))
    if isinstance(proper, Instance):
        return _instance_label(proper)
    if isinstance(proper, TupleType):
        if proper.partial_fallback.type.fullname != "builtins.tuple":
            return _class_name(proper.partial_fallback.type)
        return f"tuple[{_listed(proper.items) or '()'}]"
    if isinstance(proper, TypedDictType):
        return _class_name(proper.fallback.type)
    if isinstance(proper, CallableType):
        parameters = "..." if proper.is_ellipsis_args else f"[{_listed(proper.arg_types)}]"
        return f"Callable[{parameters}, {label_of_type(proper.ret_type)}]"
    return _simple_label(proper)


def _simple_label(type_: Type) -> str:
    if isinstance(type_, AnyType):
        return "Any"
    if isinstance(type_, NoneType):
        return "None"
    if isinstance(type_, UninhabitedType):
        return "Never"
    if isinstance(type_, LiteralType):
        return f"Literal[{_literal(type_)}]"
    if isinstance(type_, TypeType):
        return f"type[{label_of_type(type_.item)}]"
    if isinstance(type_, TypeVarLikeType):
        return type_.name
    return "Callable[..., Any]" if isinstance(type_, Overloaded) else str(type_)


def _instance_label(instance: Instance) -> str:
    name = _class_name(instance.type)
    if not instance.args or all(_is_left_out(argument) for argument in instance.args) or _has_defaults(instance):
        return name
    tail = ", ..." if instance.type.fullname == "builtins.tuple" else ""
    return f"{name}[{_listed(instance.args)}{tail}]"


def _is_left_out(argument: Type) -> bool:
    """Whether mypy has put in ``Any`` for a type argument that nobody wrote."""
    proper = get_proper_type(argument)
    return isinstance(proper, AnyType) and proper.type_of_any == TypeOfAny.from_omitted_generics


def _has_defaults(instance: Instance) -> bool:
    """Whether the type arguments are those that are put in where nobody writes any."""
    defaults = [variable.default for variable in instance.type.defn.type_vars if variable.has_default()]
    return list(instance.args) == defaults


def _class_name(info: TypeInfo) -> str:
    # mypy tells apart classes of functions by their line, as in Room@12.
    return info.name.partition("@")[0]


def _listed(types: Iterable[Type]) -> str:
    return ", ".join(label_of_type(item) for item in types)


def _union_labels(union: UnionType) -> list[str]:
    """Return the labels of a union's members, with neighbouring literals in one."""
    labels: list[str] = []
    literals: list[str] = []
    for item in [*union.items, None]:
        proper = None if item is None else get_proper_type(item)
        if isinstance(proper, LiteralType):
            literals.append(_literal(proper))
            continue
        if literals:
            labels.append(f"Literal[{', '.join(literals)}]")
            literals = []
        if item is not None:
            labels.append(label_of_type(item))
    return labels


def _literal(type_: LiteralType) -> str:
    if type_.is_enum_literal():
        return f"{_class_name(type_.fallback.type)}.{type_.value}"
    value = repr(type_.value)
    return f"b{value}" if type_.fallback.type.fullname == "builtins.bytes" else value


def _members(type_: Type) -> list[str]:
    proper = get_proper_type(type_)
    if isinstance(proper, UnionType):
        return [name for item in proper.items for name in _members(item)]
    if isinstance(proper, NoneType):
        return ["None"]
    if isinstance(proper, LiteralType):
        return [literal_member(proper.fallback.type.fullname.removeprefix("builtins."))]
    if isinstance(proper, TupleType | TypedDictType):
        return [COLLECTION]
    if not isinstance(proper, Instance):
        return [ANYTHING]
    info = proper.type
    while info.is_newtype and info.bases:
        info = info.bases[0].type
    if info.fullname in _TELLING:
        return [_TELLING[info.fullname]]
    if info.has_base("builtins.str") or info.fullname in _SINGLE:
        return [ANYTHING]
    is_collection = info.fullname == _ITERABLE or any(info.has_base(base) for base in _COLLECTIONS)
    return [COLLECTION if is_collection else ANYTHING]
