"""How to put right that no bean of a type is there."""

from __future__ import annotations

import builtins
import difflib
import sys
from collections.abc import Collection
from types import UnionType
from typing import TYPE_CHECKING, Any, Final, Union, get_origin

from pyfly.container.bean_types import describe_type
from pyfly.container.descriptors import Stereotype
from pyfly.container.protocols import classes_with_members_of, is_protocol
from pyfly.metadata import SourceLocation, with_article

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyfly.container.definitions import BeanDefinition
    from pyfly.metadata import MetadataRegistry

__all__ = ["missing_mend", "unrelated_mend"]

_NEAR: Final = 0.7
"""How alike names are of which one may be meant for the other: words with a common ending alone are not."""


def missing_mend(
    wanted: Any, beans: Mapping[Any, Sequence[BeanDefinition]], registry: MetadataRegistry, *, injected: bool
) -> str:
    """Return how to put right that no bean of a type is there.

    Args:
        wanted: The type.
        beans: The beans by each type that they can be asked for.
        registry: What decorators recorded, also of classes that are no beans here.
        injected: Whether a parameter is to be filled.
    """
    origin, text = get_origin(wanted), describe_type(wanted)
    if wanted is Any or origin in (Union, UnionType):
        return "beans are chosen by one type each: name a class, or a Protocol that they share"
    if isinstance(origin, type) and issubclass(origin, Collection):
        return "only a parameter of type list[T] gathers all beans of a type"
    if getattr(builtins, getattr(wanted, "__name__", ""), None) is wanted:
        return "give it a default, or take it from settings" if injected else "write a @bean method that returns one"
    known: dict[str, BeanDefinition] = {}
    for provided, fitting in beans.items():
        if _may_be_meant(provided):
            known.setdefault(describe_type(provided), fitting[0])
    same, near = known.get(text), difflib.get_close_matches(text, known, n=1, cutoff=_NEAR)
    if same is not None:
        return f"the {text} of {same} is another class of that name; did you mean that one? Else {_ways(wanted)}"
    if unregistered := _unregistered_mend(origin or wanted, registry):
        return unregistered
    if unrelated := unrelated_mend(wanted, beans):
        return unrelated
    return f"did you mean {near[0]}, as is {known[near[0]]}? Else {_ways(wanted)}" if near else _ways(wanted)


def unrelated_mend(wanted: Any, beans: Mapping[Any, Sequence[BeanDefinition]]) -> str:
    """Return how beans that only have the members of a Protocol become beans of it; nothing where there are none.

    Args:
        wanted: The type.
        beans: The beans by each type that they can be asked for.
    """
    # What is handed in, as the request, is no bean that an author could derive from something.
    own = [bean for fitting in beans.values() for bean in fitting if bean.kind != "provided"]
    types = dict.fromkeys(bean.type for bean in own)
    found = classes_with_members_of(wanted, [cls for cls in types if not _is_pyflys(cls)])
    if not found:
        return ""
    text, names = describe_type(wanted), " and ".join(map(describe_type, found))
    return (
        f"{names} {'has' if len(found) == 1 else 'have'} what {text} asks for, but a bean is found by its bases: "
        f"derive from {text}, or write a @bean method that returns {with_article(text)}"
    )


def _ways(wanted: Any) -> str:
    text = describe_type(wanted)
    kind = f"derives from {text}" if is_protocol(wanted) else f"is {with_article(text)}"
    return f"mark a class that {kind} with @component, or write a @bean method that returns one"


def _may_be_meant(provided: Any) -> bool:
    """Whether an author may have meant a type: one that is not pyfly's own, or that a package of pyfly's exports."""
    if not _is_pyflys(provided):
        return True
    cls = get_origin(provided) or provided
    package = str(cls.__module__)
    while package := package.rpartition(".")[0]:
        if cls.__name__ in getattr(sys.modules.get(package), "__all__", ()):
            return True
    return False


def _is_pyflys(provided: Any) -> bool:
    module = str(getattr(get_origin(provided) or provided, "__module__", ""))
    return module.partition(".")[0] == __name__.partition(".")[0]


def _unregistered_mend(cls: Any, registry: MetadataRegistry) -> str:
    """Return how a class with a stereotype becomes a bean; nothing for a class without one."""
    stereotype = registry.find(cls, Stereotype) if isinstance(cls, type) else None
    if stereotype is None:
        return ""
    source = SourceLocation.of(cls)
    place = f" at {source}" if source else ""
    told = f"{describe_type(cls)} is a @{stereotype.kind}{place}, but"
    if "<locals>" in cls.__qualname__:  # which no scan would find
        return f"{told} was not registered; register it"
    package = cls.__module__.rpartition(".")[0]
    mend = f"name the package: {package}" if package else f"name the module too: {cls.__module__}"
    return f"{told} its module was not scanned; {mend}"
