"""``pyfly check``: says what a start would reject, and what type checkers would besides."""

from __future__ import annotations

import sys
import traceback
from contextlib import redirect_stdout
from typing import TYPE_CHECKING

from pyfly.apidocs.documents import document_faults
from pyfly.cli.bodies import body_faults
from pyfly.cli.inspection import inspect_target
from pyfly.cli.output import fault_order
from pyfly.cli.reports import Finding, print_findings
from pyfly.metadata import DeclarationError
from pyfly.rules.options import RuleOptions
from pyfly.web import HttpMapping
from pyfly.web.controllers import controllers_of
from pyfly.web.endpoints import gather_endpoints
from pyfly.web.sse import SseMapping
from pyfly.websocket import WebSocketMapping

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pyfly.cli.inspection import Inspection
    from pyfly.cli.reports import ReportFormat
    from pyfly.metadata import SourceLocation

__all__ = ["check_targets"]


def check_targets(targets: Sequence[str], *, debug: bool, form: ReportFormat = "text") -> bool:
    """Print a line for each fault, or how much was found right.

    Args:
        targets: What the user wrote.
        debug: Whether to show the faults' tracebacks on stderr.
        form: How to print them.

    Returns:
        Whether there is no fault but warnings.

    Raises:
        RuleOptionsError: ``[tool.pyfly]`` holds something wrong.
    """
    options = RuleOptions.load()
    inspections = [inspect_target(text) for text in dict.fromkeys(targets)]
    with redirect_stdout(sys.stderr):  # validators of models may print as well
        findings = sorted(_findings(inspections, options), key=lambda finding: fault_order(finding.fault))
    if debug:
        for finding in findings:
            if finding.kind == "error":
                traceback.print_exception(finding.fault, file=sys.stderr)
    is_right = all(finding.kind != "error" for finding in findings)
    print_findings(findings, form=form, summary=_summary(inspections) if is_right else "")
    return is_right


def _findings(inspections: Sequence[Inspection], options: RuleOptions) -> Iterator[Finding]:
    """Yield warnings and faults, each once."""
    for warning in {str(warning): warning for inspection in inspections for warning in inspection.warnings}.values():
        yield Finding(warning, "", "warning")
    told: set[str] = set()
    for inspection in inspections:
        faults = [*inspection.faults, *body_faults(inspection.contexts)]
        if inspection.nothing is not None and not _is_of_beans(inspection):
            faults.append(inspection.nothing)
        for fault in faults or document_faults(inspection.contexts):
            severity = options.severity(fault.code) if isinstance(fault, DeclarationError) else "error"
            if str(fault) not in told and severity != "off":
                told.add(str(fault))
                yield Finding(fault, inspection.text, severity)


def _is_of_beans(inspection: Inspection) -> bool:
    """Whether a target holds beans for others to serve, and no controller that would be served."""
    return bool(inspection.beans) and not any(context.controllers() for context in inspection.contexts)


def _routes(inspection: Inspection) -> Iterator[tuple[type | None, str, str, SourceLocation | None]]:
    """Yield the routes of an application; where faults keep it from being made, those that are declared.

    They are faults of rules that are warnings or off, or nothing would be counted.
    """
    for route in inspection.routes:
        yield route.controller, route.handler, route.path, route.source
    if inspection.application is not None:
        return
    for context in inspection.contexts:
        controllers = controllers_of(context, context.registry)
        for kind in (HttpMapping, SseMapping, WebSocketMapping):
            for endpoint in gather_endpoints(controllers, kind, context.registry, []):
                yield endpoint.controller, endpoint.qualified_name, endpoint.path, endpoint.source


def _summary(inspections: Sequence[Inspection]) -> str:
    # A module may be named twice, by its file and its name.
    routes = {key for inspection in inspections for key in _routes(inspection)}
    controllers = {controller for controller, *_ in routes} - {None}
    beans = {bean for inspection in inspections for bean in inspection.beans if bean.own}
    counts = [("controller", len(controllers)), ("route", len(routes)), ("bean", len(beans))]
    shown = ", ".join(f"{count} {noun}" if count == 1 else f"{count} {noun}s" for noun, count in counts)
    return f"no faults in {shown}"
