"""The codes of changes, as the guide lists them for whoever filters by them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from pyfly.apidocs import changes

ROOT = Path(__file__).parents[3]


def codes_in(tree: ast.AST) -> Iterator[str]:
    """Yield the texts that stand where reports are given a code: second, after the severity."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or len(node.args) < 4:
            continue
        chosen = node.args[1]
        for each in (chosen.body, chosen.orelse) if isinstance(chosen, ast.IfExp) else (chosen,):
            if isinstance(each, ast.Constant):
                yield str(each.value)


def test_guide_lists_every_code() -> None:
    sources = [path.read_text(encoding="utf-8") for path in Path(changes.__file__).parent.glob("*.py")]
    written = {code for source in sources for code in codes_in(ast.parse(source))}
    guide = (ROOT / "docs" / "guides" / "cli.md").read_text(encoding="utf-8")
    table = guide.partition("| code | what has changed |")[2].partition("\n\n")[0]
    listed = [code for row in table.splitlines() for code in re.findall(r"`([a-z-]+)`", row.partition(" | ")[0])]
    assert sorted(written) == sorted(listed)
