"""How faults are told: to people, to GitHub, and to programs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, final, get_args

from pyfly.cli.output import console_for, print_fault, print_json, show_fault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfly.cli.output import FaultKind, ShownFault
    from pyfly.errors import PyflyError

__all__ = ["FORMATS", "Finding", "ReportFormat", "print_findings", "workflow_command"]

ReportFormat = Literal["text", "github", "json"]
"""``text`` as compilers write, ``github`` as annotations of a pull request, ``json`` for programs."""

FORMATS: tuple[ReportFormat, ...] = get_args(ReportFormat)


@final
class Finding(NamedTuple):
    """A fault of a target.

    Attributes:
        fault: What is wrong.
        target: What the user named.
        kind: How serious it is.
    """

    fault: PyflyError
    target: str
    kind: FaultKind


def print_findings(findings: Sequence[Finding], *, form: ReportFormat, summary: str) -> None:
    """Print what a check has found.

    Args:
        findings: What was found, in the order to tell it.
        form: For whom.
        summary: What was found right; empty where something is wrong.
    """
    if form == "json":
        print_json([_as_json(finding) for finding in findings])
        return
    console = console_for()
    for finding in findings:
        if form == "github":
            shown = show_fault(finding.fault, target=finding.target)
            sys.stdout.write(f"{workflow_command(shown, finding.kind)}\n")
        else:
            print_fault(console, finding.fault, target=finding.target, kind=finding.kind)
    if summary:
        console.print(summary, soft_wrap=True)


def _as_json(finding: Finding) -> dict[str, Any]:
    shown = show_fault(finding.fault, target=finding.target)
    return {
        "severity": finding.kind,
        "code": shown.code or None,
        "message": shown.message,
        "file": shown.source.file if shown.source else None,
        "line": shown.source.line if shown.source else None,
        "target": finding.target,
    }


def workflow_command(shown: ShownFault, command: str) -> str:
    """Return a workflow command, which GitHub shows at the line of a pull request.

    Args:
        shown: What to tell.
        command: ``error``, ``warning`` or ``notice``.
    """
    properties = {"title": shown.code or "pyfly"}
    message = shown.message
    if shown.source is not None:
        file = shown.place.removesuffix(f":{shown.source.line}")
        properties = {"file": file, "line": str(shown.source.line), **properties}
    elif shown.place:
        message = f"{shown.place}: {message}"
    listed = ",".join(f"{name}={_escaped(value, property=True)}" for name, value in properties.items())
    return f"::{command} {listed}::{_escaped(message)}"


def _escaped(text: str, *, property: bool = False) -> str:  # noqa: A002  # GitHub's own word
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return escaped.replace(":", "%3A").replace(",", "%2C") if property else escaped
