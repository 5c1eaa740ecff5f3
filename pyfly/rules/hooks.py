"""Rules for the methods that pyfly calls on its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, final

from pyfly.rules.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfly.rules.faults import RuleCode

__all__ = [
    "HookFacts",
    "HookParameter",
    "HookParameterKind",
    "MarkedKind",
    "check_disconnect_hook",
    "check_lifecycle_hook",
    "check_marked",
]

HookParameterKind = Literal["positional", "keyword", "variadic"]
"""How a parameter of a hook is given a value."""

MarkedKind = Literal["staticmethod", "classmethod", "property"]
"""What a mark for methods may be written above by mistake."""


@final
class HookParameter(NamedTuple):
    """A parameter of a hook.

    Attributes:
        name: Its name.
        kind: How it is given a value; ``variadic`` for ``*args``.
        required: Whether it has no default.
        label: Its type as people write it.
        accepts_session: Whether a session is of its type.
    """

    name: str
    kind: HookParameterKind
    required: bool
    label: str = "Any"
    accepts_session: bool = True


@final
class HookFacts(NamedTuple):
    """A method that is called by name.

    Attributes:
        name: ``Class.method``.
        parameters: What it takes after self; ``**kwargs`` left out.
        yields: Whether calling it only makes a generator.
    """

    name: str
    parameters: Sequence[HookParameter]
    yields: bool


def check_disconnect_hook(hook: HookFacts) -> Fault | None:
    """Return what is wrong with an ``on_disconnect``, if anything is: it is called with the session alone."""
    if hook.yields:
        return _generator(hook)
    session = next((item for item in hook.parameters if item.kind != "keyword"), None)
    problem = ""
    if session is None:
        problem = "cannot be called with the session: too many positional arguments"
    elif missing := [item.name for item in hook.parameters if item.required and item is not session]:
        problem = f"cannot be called with the session: missing a required argument: '{missing[0]}'"
    elif not session.accepts_session:
        problem = f'has "{session.name}: {session.label}" where the session belongs'
    if not problem:
        return None
    mend = "write async def on_disconnect(self, session: WebSocketSession) -> None"
    return Fault("pyfly-hook", f"{hook.name} {problem}", mend)


def check_lifecycle_hook(hook: HookFacts) -> list[Fault]:
    """Return what is wrong with a ``@post_construct`` or ``@pre_destroy`` method: it is called with nothing."""
    faults = [_generator(hook)] if hook.yields else []
    needed = [item.name for item in hook.parameters if item.required]
    if needed:
        problem = f"{hook.name} is called with nothing but self, and needs {', '.join(needed)}"
        faults.append(Fault("pyfly-hook", problem, "take beans in the constructor"))
    return faults


def check_marked(decorator: str, kind: MarkedKind) -> Fault:
    """Return what is wrong with a mark for methods of beans that stands above another kind of member.

    Args:
        decorator: The mark's name.
        kind: What it was written above.
    """
    mend = "remove @property" if kind == "property" else f"write @{kind} above @{decorator}"
    return Fault(_code_of(decorator), f"@{decorator} marks methods, got a {kind}", mend)


def check_unheld(decorator: str, found: str) -> Fault:
    """Return what is wrong with a mark for methods of beans that stands above what no class holds.

    Args:
        decorator: The mark's name.
        found: What it was written above, such as ``class Stock``.
    """
    mend = f"write @{decorator} above a method of a class"
    return Fault(_code_of(decorator), f"@{decorator} marks methods, got {found}", mend)


def _code_of(decorator: str) -> RuleCode:
    return "pyfly-hook" if decorator in ("post_construct", "pre_destroy") else "pyfly-bean"


def _generator(hook: HookFacts) -> Fault:
    return Fault("pyfly-hook", f"{hook.name} is a generator, which nobody would run", "remove its yield")
