"""pyfly's error codes, as mypy knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mypy.errorcodes import ErrorCode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfly.rules import RuleCode

__all__ = ["ERROR_CODES"]

ERROR_CODES: Final[Mapping[RuleCode, ErrorCode]] = {
    "pyfly-path": ErrorCode("pyfly-path", "Check path templates against handler parameters", "pyfly"),
    "pyfly-handler": ErrorCode("pyfly-handler", "Check the shape of handlers", "pyfly"),
    "pyfly-route": ErrorCode("pyfly-route", "Check that no two routes match the same requests", "pyfly"),
    "pyfly-hook": ErrorCode("pyfly-hook", "Check the signatures of lifecycle hooks", "pyfly"),
    "pyfly-bean": ErrorCode("pyfly-bean", "Check what beans are injected with", "pyfly"),
}
"""The error code of each rule that the plugin holds; what ``pyfly-annotation`` is about, mypy does not see."""
