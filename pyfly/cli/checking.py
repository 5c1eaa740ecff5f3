"""``pyfly check``: says what a start would reject."""

from __future__ import annotations

import sys
import traceback
from typing import TYPE_CHECKING

from pyfly.cli.inspection import inspect_target
from pyfly.cli.output import console_for, print_fault

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["check_targets"]


def check_targets(targets: Sequence[str], *, debug: bool) -> bool:
    """Print a line for each fault, or how much was found right.

    Args:
        targets: What the user wrote.
        debug: Whether to show the faults' tracebacks on stderr.

    Returns:
        Whether there is no fault.
    """
    console = console_for()
    inspections = [inspect_target(text) for text in dict.fromkeys(targets)]
    told: set[str] = set()
    warnings = {str(warning): warning for inspection in inspections for warning in inspection.warnings}
    for warning in warnings.values():
        print_fault(console, warning, kind="warning")
    for inspection in inspections:
        for fault in inspection.faults:
            if str(fault) in told:
                continue
            told.add(str(fault))
            if debug:
                traceback.print_exception(fault, file=sys.stderr)
            print_fault(console, fault, target=inspection.text)
    if told:
        return False
    # A module may be named twice, by its file and its name.
    routes = {route for inspection in inspections for route in inspection.routes}
    controllers = {route.controller for route in routes} - {None}
    beans = {bean for inspection in inspections for bean in inspection.beans if bean.own}
    counts = [("controller", len(controllers)), ("route", len(routes)), ("bean", len(beans))]
    shown = ", ".join(f"{count} {noun}" if count == 1 else f"{count} {noun}s" for noun, count in counts)
    console.print(f"no faults in {shown}", soft_wrap=True)
    return True
