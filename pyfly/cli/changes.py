"""How `pyfly docs diff` tells of changes: to people, to GitHub, and to programs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final, NamedTuple, final

from pyfly.cli.output import ShownFault, console_for, print_json, print_shown, shown_place
from pyfly.cli.reports import workflow_command

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyfly.apidocs.changes import Change, DocumentKind, Severity
    from pyfly.cli.reports import ReportFormat
    from pyfly.metadata import SourceLocation

__all__ = ["FoundChange", "print_changes"]

_STYLES: Final[Mapping[Severity, str]] = {"breaking": "bold red", "risky": "bold yellow", "compatible": "bold green"}
_COMMANDS: Final[Mapping[Severity, str]] = {"breaking": "error", "risky": "warning", "compatible": "notice"}


@final
class FoundChange(NamedTuple):
    """A change with its place.

    Attributes:
        change: What has changed.
        document: In which document.
        source: Where the endpoint is; None where that cannot be told.
        target: What stands for the place of what has none.
    """

    change: Change
    document: DocumentKind
    source: SourceLocation | None
    target: str

    @property
    def rank(self) -> int:
        """The lower, the worse."""
        return list(_STYLES).index(self.change.severity)


def print_changes(changes: Sequence[FoundChange], *, form: ReportFormat) -> None:
    """Print changes, and how many there are of each severity.

    Args:
        changes: What was found, in the order to tell it.
        form: For whom.
    """
    if form == "json":
        print_json([_as_json(found) for found in changes])
        return
    console = console_for()
    for found in changes:
        severity = found.change.severity
        shown = ShownFault(
            shown_place(found.source) or found.target, found.source, found.change.message, found.change.code
        )
        if form == "github":
            sys.stdout.write(f"{workflow_command(shown, _COMMANDS[severity])}\n")
        else:
            print_shown(console, shown, label=severity, style=_STYLES[severity])
    console.print(_summary(changes), soft_wrap=True)


def _as_json(found: FoundChange) -> dict[str, Any]:
    change = found.change
    return {
        "severity": change.severity,
        "code": change.code,
        "document": found.document,
        "endpoint": change.endpoint,
        "subject": change.subject,
        "text": change.text,
        "file": found.source.file if found.source else None,
        "line": found.source.line if found.source else None,
    }


def _summary(changes: Sequence[FoundChange]) -> str:
    if not changes:
        return "no changes that clients can notice"
    counts = {severity: sum(found.change.severity == severity for found in changes) for severity in _STYLES}
    shown = ", ".join(f"{count} {severity}" for severity, count in counts.items() if count)
    return f"{shown} {'change' if len(changes) == 1 else 'changes'}"
