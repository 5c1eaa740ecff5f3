"""Puts the rules' faults among mypy's own messages."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, final

from mypy.checker import TypeChecker
from mypy.nodes import Context

from pyfly.mypy.codes import ERROR_CODES

if TYPE_CHECKING:
    from mypy.plugin import CheckerPluginInterface

    from pyfly.rules import Fault, RuleCode
    from pyfly.rules.options import RuleOptions

__all__ = ["Reporter", "at_line", "place_of"]


@final
class Reporter:
    """Reports faults as the options want: as errors, as notes, or not at all.

    Args:
        options: How serious each rule is.
    """

    __slots__ = ("_options",)

    def __init__(self, options: RuleOptions) -> None:
        self._options: Final = options

    def reports(self, code: RuleCode) -> bool:
        """Whether a rule's faults are shown."""
        return self._options.severity(code) != "off"

    def report(self, api: CheckerPluginInterface, fault: Fault, where: Context) -> None:
        """Show a fault.

        Args:
            api: The checker of the module.
            fault: What is wrong.
            where: What it is shown at.
        """
        severity = self._options.severity(fault.code)
        if severity == "error":
            api.fail(fault.message, where, code=ERROR_CODES[fault.code])
        elif severity == "warning" and isinstance(api, TypeChecker):
            api.note(fault.message, where, code=ERROR_CODES[fault.code])


def at_line(line: int, column: int = 0) -> Context:
    """Return a place in the module that is being checked."""
    return Context(line, column)


def place_of(path: str, line: int) -> str:
    """Return ``file:line`` as messages show it: relative to the working directory for what is in it."""
    here = os.path.join(os.getcwd(), "")
    absolute = os.path.abspath(path)
    return f"{absolute.removeprefix(here)}:{line}"
