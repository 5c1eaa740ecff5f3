"""``pyfly beans``: what a container holds, and what depends on what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, final

from pyfly.cli.output import print_table, shown_place
from pyfly.container.bean_types import describe_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console

    from pyfly.container.definitions import BeanDescription
    from pyfly.context import ApplicationContext
    from pyfly.metadata import SourceLocation

__all__ = ["ListedBean", "beans_as_json", "beans_of", "print_beans"]

_PACKAGE: Final = Path(__file__).parents[1]


@final
@dataclass(frozen=True, slots=True)
class ListedBean:
    """One bean of a container.

    Attributes:
        name: Its name.
        type: Its type, as an author would write it.
        scope: How long it lives.
        stereotype: Its stereotype, or ``"bean"``, ``"factory"``, ``"instance"``, ``"provided"``.
        primary: Whether it is preferred where several fit.
        source: Where it was declared; None for what pyfly brings along.
        needs: Names of the beans it is injected with.
        needed_by: Names of the beans it is injected into.
        own: Whether the application declares it; else pyfly brings it along.
    """

    name: str
    type: str
    scope: str
    stereotype: str
    primary: bool
    source: SourceLocation | None
    needs: tuple[str, ...]
    needed_by: tuple[str, ...]
    own: bool


def beans_of(contexts: Iterable[ApplicationContext]) -> list[ListedBean]:
    """Return the beans of contexts, in registration order; of those pyfly brings along, the ones that are needed."""
    return [bean for context in contexts for bean in _needed(_listed(context))]


def print_beans(console: Console, beans: Sequence[ListedBean]) -> None:
    """Print a table of beans."""
    rows = [
        (bean.name, bean.type, bean.scope, bean.stereotype, ", ".join(bean.needs), shown_place(bean.source))
        for bean in beans
    ]
    print_table(console, ("bean", "type", "scope", "stereotype", "needs", "where"), rows, lead=1)


def beans_as_json(beans: Sequence[ListedBean]) -> list[dict[str, Any]]:
    """Return beans as JSON has them, with absolute file names."""
    return [
        {
            "name": bean.name,
            "type": bean.type,
            "scope": bean.scope,
            "stereotype": bean.stereotype,
            "primary": bean.primary,
            "file": bean.source.file if bean.source else None,
            "line": bean.source.line if bean.source else None,
            "dependencies": list(bean.needs),
            "dependents": list(bean.needed_by),
        }
        for bean in beans
    ]


def _listed(context: ApplicationContext) -> list[ListedBean]:
    definitions = context.container.definitions
    needed_by: dict[str, list[str]] = {}
    for definition in definitions:
        for name in definition.dependencies:
            needed_by.setdefault(name, []).append(definition.name)
    return [_bean(definition, needed_by.get(definition.name, ())) for definition in definitions]


def _needed(beans: list[ListedBean]) -> list[ListedBean]:
    """Return an application's beans, and what they need of those that pyfly brings along, directly or not."""
    by_name = {bean.name: bean for bean in beans}
    needed: set[str] = set()
    wanted = [bean.name for bean in beans if bean.own]
    while wanted:
        name = wanted.pop()
        if name not in needed:
            needed.add(name)
            wanted.extend(by_name[name].needs)
    return [
        replace(bean, needed_by=tuple(name for name in bean.needed_by if name in needed))
        for bean in beans
        if bean.name in needed
    ]


def _bean(definition: BeanDescription, needed_by: Iterable[str]) -> ListedBean:
    own = definition.kind != "provided" and not _is_ours(definition)
    return ListedBean(
        name=definition.name,
        type=describe_type(definition.type),
        scope=str(definition.scope),
        stereotype=definition.kind,
        primary=definition.primary,
        # Its line would be one of pyfly's.
        source=definition.source if own else None,
        needs=definition.dependencies,
        needed_by=tuple(needed_by),
        own=own,
    )


def _is_ours(definition: BeanDescription) -> bool:
    if definition.kind == "instance":  # declared where the context is made, also when it is an application's settings
        return getattr(definition.type, "__module__", "").startswith("pyfly.")
    return definition.source is not None and Path(definition.source.file).is_relative_to(_PACKAGE)
