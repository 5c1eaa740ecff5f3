"""The rules for what authors declare, and the words for breaking them: one set for start-up, `pyfly check` and mypy.

Nothing here imports what is checked. Whoever checks describes it as facts, and gives each fault its place.
"""

from pyfly.rules.beans import check_injection
from pyfly.rules.faults import RULE_CODES, Fault, RuleCode, declaration_error
from pyfly.rules.handlers import (
    HandlerFacts,
    HandlerStyle,
    SessionParameter,
    TargetKind,
    check_event_stream,
    check_http_handler,
    check_override,
    check_session_handler,
    check_session_result,
    check_target,
    missing_parentheses,
    takes_session,
)
from pyfly.rules.hooks import (
    HookFacts,
    HookParameter,
    MarkedKind,
    check_disconnect_hook,
    check_lifecycle_hook,
    check_marked,
    check_unheld,
)
from pyfly.rules.parameters import ParameterFacts, ParameterRules, bound_by_name
from pyfly.rules.paths import check_path, join_paths, unknown_variable
from pyfly.rules.routes import RouteFacts, find_conflicts
from pyfly.rules.types import TypeFacts, fits

__all__ = [
    "RULE_CODES",
    "Fault",
    "HandlerFacts",
    "HandlerStyle",
    "HookFacts",
    "HookParameter",
    "MarkedKind",
    "ParameterFacts",
    "ParameterRules",
    "RouteFacts",
    "RuleCode",
    "SessionParameter",
    "TargetKind",
    "TypeFacts",
    "bound_by_name",
    "check_disconnect_hook",
    "check_event_stream",
    "check_http_handler",
    "check_injection",
    "check_lifecycle_hook",
    "check_marked",
    "check_override",
    "check_path",
    "check_session_handler",
    "check_session_result",
    "check_target",
    "check_unheld",
    "declaration_error",
    "find_conflicts",
    "fits",
    "join_paths",
    "missing_parentheses",
    "takes_session",
    "unknown_variable",
]
