"""Options for the rules, as ``[tool.pyfly.rules]`` in ``pyproject.toml`` says."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, cast, final, get_args

from pyfly.errors import PyflyError
from pyfly.metadata import did_you_mean
from pyfly.rules.faults import RULE_CODES

if TYPE_CHECKING:
    from collections.abc import Mapping


__all__ = ["RuleOptions", "RuleOptionsError", "Severity"]

Severity = Literal["error", "warning", "off"]
"""What becomes of a rule's faults; a warning fails no check."""

SEVERITIES: Final[tuple[Severity, ...]] = get_args(Severity)

_FILE: Final = "pyproject.toml"
_TABLES: Final = ("rules",)


class RuleOptionsError(PyflyError):
    """``[tool.pyfly]`` holds something wrong.

    Attributes:
        file: The file it stands in.
        problem: What is wrong, and how to put it right.
    """

    def __init__(self, file: str, problem: str) -> None:
        super().__init__(file, problem)
        self.file = file
        self.problem = problem

    def __str__(self) -> str:
        return f"{self.file}: {self.problem}"


@final
class RuleOptions:
    """How serious each rule is.

    Args:
        severities: The rules that are no errors.
    """

    __slots__ = ("_severities",)

    def __init__(self, severities: Mapping[str, Severity] | None = None) -> None:
        self._severities: Final[Mapping[str, Severity]] = dict(severities or {})

    @classmethod
    def load(cls, directory: Path | None = None) -> RuleOptions:
        """Read the options from the nearest ``pyproject.toml`` of a directory and those above it.

        Args:
            directory: Where to begin; the working directory by default.

        Raises:
            RuleOptionsError: They hold something wrong, or the file is no TOML.
        """
        start = Path.cwd() if directory is None else directory.resolve()
        for folder in (start, *start.parents):
            file = folder / _FILE
            if file.is_file():
                return cls(_read(file, _shown(file)))
        return cls()

    def severity(self, code: str) -> Severity:
        """Return what becomes of a rule's faults; those of no rule are errors."""
        return self._severities.get(code, "error")

    def as_json(self) -> dict[str, str]:
        """Return the rules that are no errors, in a fixed order."""
        return dict(sorted(self._severities.items()))


def _read(file: Path, shown: str) -> Mapping[str, Severity]:
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RuleOptionsError(shown, f"cannot be read: {error}") from None
    tool = _table(content.get("tool", {}), "[tool]", shown)
    tables = _table(tool.get("pyfly", {}), "[tool.pyfly]", shown)
    for name in tables:
        if name not in _TABLES:
            hint = did_you_mean(name, _TABLES, otherwise="there is [tool.pyfly.rules]")
            raise RuleOptionsError(shown, f'[tool.pyfly] has no option "{name}"; {hint}')
    rules = _table(tables.get("rules", {}), "[tool.pyfly.rules]", shown)
    return {code: _severity(code, value, shown) for code, value in rules.items()}


def _table(value: Any, name: str, shown: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise RuleOptionsError(shown, f"{name} is a table, got {value!r}")
    return cast("Mapping[str, Any]", value)


def _severity(code: str, value: object, shown: str) -> Severity:
    if code not in RULE_CODES:
        hint = did_you_mean(code, RULE_CODES, otherwise=f"there are {', '.join(RULE_CODES)}")
        raise RuleOptionsError(shown, f'[tool.pyfly.rules] has no rule "{code}"; {hint}')
    for severity in SEVERITIES:
        if value == severity:
            return severity
    known = " or ".join(f'"{severity}"' for severity in SEVERITIES)
    hint = did_you_mean(value, SEVERITIES)
    raise RuleOptionsError(shown, f"[tool.pyfly.rules] {code} is {value!r}, expected {known}" + (hint and f"; {hint}"))


def _shown(file: Path) -> str:
    here = Path.cwd()
    return str(file.relative_to(here)) if file.is_relative_to(here) else str(file)
