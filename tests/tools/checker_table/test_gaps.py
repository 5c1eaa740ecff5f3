"""What checkers are known to miss is refused by the decorator itself."""

from __future__ import annotations

from runpy import run_path

import pytest

from pyfly.metadata import DeclarationError
from tools.checker_table.cases import Case, find_cases

TOLD_AT_START = {"http/generator_handler"}
"""What needs the whole controller to be told."""
GAPS = [case for case in find_cases() if case.has_gap and case.name not in TOLD_AT_START]


@pytest.mark.parametrize("case", GAPS, ids=lambda case: case.name)
def test_a_mistake_that_a_checker_misses_is_refused_on_import_at_its_line(case: Case) -> None:
    (region,) = case.regions
    with pytest.raises(DeclarationError) as refusal:
        run_path(str(case.path))
    source = refusal.value.source
    assert source is not None
    assert (source.file, source.line in region) == (str(case.path), True)
    assert refusal.value.code == "pyfly-handler"
    assert refusal.value.mend
