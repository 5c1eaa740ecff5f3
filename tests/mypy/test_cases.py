"""Every mistake by every rule: what the plugin says, what the command says, and that both say the same.

A file under ``cases/`` holds many modules: what stands before its first ``# case:`` line belongs to each. A comment
``# E:`` tells what both say of a line, ``# M:`` what mypy says alone, ``# C:`` what the command says alone.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pyfly.rules import RULE_CODES

if TYPE_CHECKING:
    from tests.mypy.conftest import Project

CASES = Path(__file__).parent / "cases"
TOLD = re.compile(r"(?P<module>\w+)\.py:(?P<line>\d+): error: (?P<message>.*)")

Messages = Mapping[str, set[tuple[int, str]]]


@dataclass(frozen=True)
class Case:
    """One module of a file of cases; its lines have the numbers they have there."""

    module: str
    title: str
    text: str

    def expected(self, kinds: str) -> set[tuple[int, str]]:
        """The messages that comments of some kinds expect."""
        return {
            (number, part[3:].strip().replace("FILE:", f"{self.module}.py:"))
            for number, line in enumerate(self.text.splitlines(), 1)
            for part in re.split(r"# (?=[EMC]: )", line)[1:]
            if part[0] in kinds
        }


def find_cases() -> Iterator[Case]:
    for file in sorted(CASES.glob("*.py")):
        lines = file.read_text(encoding="utf-8").splitlines()
        starts = [number for number, line in enumerate(lines) if line.startswith("# case: ")]
        for position, (start, end) in enumerate(zip(starts, [*starts[1:], len(lines)], strict=True)):
            gap = [""] * (start - starts[0])
            text = "\n".join([*lines[: starts[0]], *gap, *lines[start:end], ""])
            yield Case(f"{file.stem}_{position:02}", lines[start].removeprefix("# case: "), text)


ALL = list(find_cases())


def told_by_plugin(project: Project, *options: str) -> Messages:
    found: Messages = defaultdict(set)
    for line in project.mypy(*options):
        told = TOLD.fullmatch(line)
        assert told or ": note: " in line, line
        if told:
            found[told["module"]].add((int(told["line"]), told["message"]))
    return found


def told_by_command(project: Project) -> Messages:
    ran = project.run("pyfly", "check", "--format", "json", *(f"{case.module}.py" for case in ALL))
    assert ran.stderr == ""
    found: Messages = defaultdict(set)
    for fault in json.loads(ran.stdout):
        if fault["severity"] == "error":
            code = f"  [{fault['code']}]" if fault["code"] else ""
            found[Path(fault["file"]).stem].add((fault["line"], fault["message"] + code))
    return found


def differences(told: Messages, kinds: str) -> dict[str, object]:
    """What was told otherwise than expected, by case."""
    return {
        f"{case.module}: {case.title}": {"told": told[case.module], "expected": case.expected(kinds)}
        for case in ALL
        if told[case.module] != case.expected(kinds)
    }


def test_there_is_a_case_for_every_rule() -> None:
    text = "".join(case.text for case in ALL)
    assert [code for code in RULE_CODES if f"[{code}]" not in text] == []
    assert sum(f"[{code}]" in case.text for case in ALL for code in RULE_CODES) >= 60


def test_plugin_and_command_tell_what_every_case_expects_and_agree_line_for_line(
    project: Project, record_property: Callable[[str, object], None]
) -> None:
    record_property("cases", len(ALL))
    for case in ALL:
        project.write(f"{case.module}.py", case.text)
    plugin, warm, command = told_by_plugin(project), told_by_plugin(project), told_by_command(project)
    assert differences(plugin, "EM") == {}
    assert differences(warm, "EM") == {}
    assert differences(command, "EC") == {}
    codes = tuple(f"[{code}]" for code in RULE_CODES)
    for case in ALL:
        alone = case.expected("MC")
        ours = {told for told in plugin[case.module] if told[1].endswith(codes)}
        assert ours - alone == command[case.module] - alone, case.title
