"""Rules for what beans are injected with."""

from __future__ import annotations

from pyfly.rules.faults import Fault

__all__ = ["check_injection"]


def check_injection(function: str, parameter: str, *, annotated: bool, has_default: bool) -> Fault | None:
    """Return what is wrong with a parameter of a constructor or bean method, if anything is.

    Args:
        function: ``Class.__init__``, or the bean method.
        parameter: The parameter's name.
        annotated: Whether it has a type annotation.
        has_default: Whether it has a default.
    """
    if annotated or has_default:
        return None
    return Fault(
        "pyfly-bean",
        f"{function}({parameter}) has no type annotation, so no bean can be chosen for it",
        "annotate it with the type of the bean, or give it a default",
    )
