"""What breaks a rule: the rule's code, what is wrong, and how to put it right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple, final, get_args

from pyfly.metadata import DeclarationError

if TYPE_CHECKING:
    from pyfly.metadata import SourceLocation

__all__ = ["RULE_CODES", "Fault", "RuleCode", "declaration_error"]

RuleCode = Literal["pyfly-path", "pyfly-handler", "pyfly-route", "pyfly-hook", "pyfly-bean", "pyfly-annotation"]
"""What a rule is about; each code has a page in the documentation."""

RULE_CODES: Final[tuple[RuleCode, ...]] = get_args(RuleCode)


@final
class Fault(NamedTuple):
    """One broken rule, without its place.

    Attributes:
        code: Which rule.
        problem: What is wrong.
        mend: How to put it right; may be empty.
    """

    code: RuleCode
    problem: str
    mend: str = ""

    @property
    def message(self) -> str:
        """The problem and its mend."""
        return f"{self.problem}; {self.mend}" if self.mend else self.problem


def declaration_error(fault: Fault, source: SourceLocation | None) -> DeclarationError:
    """Return the error that a start raises for a fault.

    Args:
        fault: The broken rule.
        source: Where the author wrote it.
    """
    return DeclarationError(source, fault.problem, fault.mend, fault.code)
