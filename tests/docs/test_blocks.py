"""The Python blocks of the documentation: titled ones run, all of them pass the type checker.

A fence ``python title="echo.py"`` is a module: the modules of one page are written and imported in order. One that
holds an ``app``, or else controllers, is started through Starlette's ``TestClient``; those called ``test_*.py`` are
given to pytest. A fence without a title is a fragment: it is only type-checked, with the public names imported before
it, and inside a class when it holds methods. A line ``<!-- not run: reason -->`` before a fence leaves it at compiling.
"""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
UNMEASURED = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
"""The environment without what makes coverage follow into other processes, where it only costs time."""
FENCE = re.compile(
    r"(?P<skip>^ *<!-- not run: \S[^\n]* -->\n+)?"
    r"^(?P<indent> *)```python(?P<options>[^\n]*)\n(?P<code>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)
TITLE = re.compile(r'title="(?P<path>[^"]+)\.py"')
NAMES = [
    "asyncio",
    "collections.abc: AsyncIterator Awaitable Callable Iterator Sequence",
    "dataclasses: dataclass field",
    "typing: Annotated Any Literal Never Protocol",
    "pydantic: BaseModel Field",
    *(
        f"pyfly.{package}: *"
        for package in ("container", "events", "context", "web", "web.sse", "websocket", "websocket.rooms", "server")
    ),
    "pyfly: create_app",
    "any_attributes: AnyAttributes",
]
ANY_ATTRIBUTES = """
from typing import Any

class AnyAttributes:
    def __getattr__(self, name: str) -> Any: ...
"""
RUN_IN_ORDER = """
import importlib, json, pathlib, subprocess, sys
sys.path.insert(0, "")
sys.dont_write_bytecode = True

def start(module):
    from starlette.testclient import TestClient
    from pyfly import create_app
    from pyfly.container import Stereotype
    from pyfly.metadata import default_registry
    kinds = {
        declaration.descriptor.kind
        for declaration in default_registry.declarations(Stereotype)
        if declaration.target.__module__ == module.__name__
    }
    app = getattr(module, "app", None)
    if app is None and kinds & {"controller", "rest_controller"}:
        app = create_app(module)
    if app is not None:
        with TestClient(app):
            pass

tests = []
for path, code in json.load(sys.stdin):
    file = pathlib.Path(path + ".py")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(code, encoding="utf-8")
    if file.name.startswith("test_"):
        tests.append(str(file))
        continue
    name = path.replace("/", ".")
    sys.modules.pop(name, None)
    importlib.invalidate_caches()
    start(importlib.import_module(name))
if tests:
    loop = ["-o", "asyncio_mode=auto", "-o", "asyncio_default_fixture_loop_scope=function"]
    pytest = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", *loop, *tests]
    sys.exit(subprocess.run(pytest).returncode)
"""


@dataclass(frozen=True)
class Block:
    """A fence of Python: its code, the path it is titled with, and the line its code begins at."""

    code: str
    path: str | None
    line: int
    skipped: bool


def find_blocks(text: str) -> list[Block]:
    """Return the Python blocks of a page in order."""
    blocks = []
    for match in FENCE.finditer(text):
        title = TITLE.search(match["options"])
        blocks.append(
            Block(
                code=textwrap.dedent(match["code"]),
                path=title["path"] if title else None,
                line=text.count("\n", 0, match.start("code")) + 1,
                skipped=match["skip"] is not None,
            )
        )
    return blocks


def run_modules(blocks: list[Block], directory: Path) -> subprocess.CompletedProcess[str]:
    """Import and start the titled blocks in order, in a process of their own, and run the tests among them."""
    modules = [(block.path, block.code) for block in blocks if block.path and not block.skipped]
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", RUN_IN_ORDER],
        input=json.dumps(modules),
        cwd=directory,
        env={**UNMEASURED, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def write_for_checking(page: str, blocks: list[Block], directory: Path) -> None:
    """Write each block to a file of its own, at the lines it has on the page.

    A module that stands on the page several times, growing, is one file each time; imports mean the latest before.
    """
    folder = directory / page
    folder.mkdir(parents=True)
    latest: dict[str, str] = {}
    for block in blocks:
        if block.skipped:
            continue
        stem = f"line_{block.line}"
        code = block.code
        for name, copy in latest.items():
            code = re.sub(rf"^( *)from {re.escape(name)} import ", rf"\1from {page}.{copy} import ", code, flags=re.M)
            code = re.sub(
                rf"^( *)import {re.escape(name)}$", rf"\1from {page} import {copy} as {name}", code, flags=re.M
            )
        if block.path:
            latest[block.path.replace("/", ".")] = stem
            code = "\n" * (block.line - 1) + code
        else:
            code = complete_fragment(code, block.line)
        (folder / f"{stem}.py").write_text(code, encoding="utf-8")


def complete_fragment(code: str, line: int) -> str:
    """Put the public names before a fragment, and a class around methods, without moving its lines."""
    imports = "; ".join(
        f"from {module} import {names.replace(' ', ', ')}" if names else f"import {module}"
        for module, _, names in (name.partition(": ") for name in NAMES)
    )
    methods = any(
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and [a.arg for a in node.args.args[:1]] == ["self"]
        for node in ast.parse(code).body
    )
    opening = "class Fragment(AnyAttributes):" if methods else ""
    gap = "\n" * (line - 2)
    return f"{imports}{gap}{opening}\n{textwrap.indent(code, '    ') if methods else code}"


def check_types(directory: Path) -> str:
    """Return what ``mypy --strict`` says about the blocks in the directory; nothing when all is well."""
    (directory / "any_attributes.py").write_text(ANY_ATTRIBUTES, encoding="utf-8")
    checked = subprocess.run(
        [
            *(sys.executable, "-m", "mypy", "--strict", "--config-file=", "--no-error-summary", "--no-pretty"),
            *("--explicit-package-bases", "--follow-imports=silent", "--python-version=3.11"),
            *("--cache-dir", str(ROOT / ".mypy_cache" / "docs"), "."),
        ],
        cwd=directory,
        env={**UNMEASURED, "MYPYPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    return checked.stdout + checked.stderr


def name_of(page: Path) -> str:
    """Return a package name for the page: ``tutorial__testing`` for ``docs/tutorial/testing.md``."""
    relative = page.relative_to(ROOT / "docs") if page.is_relative_to(ROOT / "docs") else page.relative_to(ROOT)
    return "__".join(relative.with_suffix("").parts).replace("-", "_")


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_blocks_of_page_compile_and_its_modules_run(page: Path, tmp_path: Path) -> None:
    blocks = find_blocks(page.read_text(encoding="utf-8"))
    for block in blocks:
        compile(block.code, f"{page}:{block.line}", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    if any(block.path and not block.skipped for block in blocks):
        ran = run_modules(blocks, tmp_path)
        assert ran.returncode == 0, ran.stdout + ran.stderr


def test_blocks_of_all_pages_pass_the_type_checker(tmp_path: Path) -> None:
    for page in PAGES:
        write_for_checking(name_of(page), find_blocks(page.read_text(encoding="utf-8")), tmp_path)
    assert check_types(tmp_path) == ""


PAGE = """
```python title="shop.py"
PRICE: int = 3
```

- In a list:

    ```python title="shop.py"
    PRICE: str = "three"
    ```

```python title="till.py"
from shop import PRICE

TOTAL = PRICE.upper()
```

<!-- not run: it is wrong on purpose -->

```python title="wrong.py"
raise SystemExit("PRICE" - 1)
```

```python
@websocket_mapping("/echo")
async def echo(self, session: WebSocketSession) -> None:
    await self.greet(session)
```
"""


def test_blocks_are_found_with_title_line_and_the_wish_not_to_run() -> None:
    found = [(block.path, block.line, block.skipped) for block in find_blocks(PAGE)]
    assert found == [
        ("shop", 3, False),
        ("shop", 9, False),
        ("till", 13, False),
        ("wrong", 21, True),
        (None, 25, False),
    ]


def test_modules_run_in_order_and_see_the_latest_of_those_before(tmp_path: Path) -> None:
    assert run_modules(find_blocks(PAGE), tmp_path).returncode == 0
    write_for_checking("page", find_blocks(PAGE), tmp_path)
    (tmp_path / "shop.py").unlink()
    (tmp_path / "till.py").unlink()
    assert check_types(tmp_path) == ""


def test_module_that_raises_fails(tmp_path: Path) -> None:
    ran = run_modules(find_blocks('```python title="shop.py"\nimport nowhere_to_be_found\n```\n'), tmp_path)
    assert ran.returncode == 1
    assert "No module named 'nowhere_to_be_found'" in ran.stderr


def test_module_whose_application_does_not_start_fails(tmp_path: Path) -> None:
    code = """
        from pyfly.container import rest_controller
        from pyfly.web import get_mapping

        @rest_controller
        class ShopController:
            def __init__(self, stock: set[str]) -> None: ...

            @get_mapping("/stock")
            async def stock(self) -> list[str]:
                return []
        """
    ran = run_modules([Block(textwrap.dedent(code), "shop", 1, skipped=False)], tmp_path)
    assert ran.returncode == 1
    assert "no bean of type set[str]" in ran.stderr


def test_failing_test_of_a_page_fails(tmp_path: Path) -> None:
    ran = run_modules(find_blocks('```python title="test_shop.py"\ndef test() -> None:\n    assert 0\n```\n'), tmp_path)
    assert ran.returncode == 1
    assert "assert 0" in ran.stdout


def test_wrong_types_are_told_with_the_line_of_the_page(tmp_path: Path) -> None:
    blocks = find_blocks(PAGE.replace("PRICE.upper()", "PRICE + 1").replace("self.greet(session)", "session.greet()"))
    write_for_checking("page", blocks, tmp_path)
    told = check_types(tmp_path)
    assert 'line_13.py:15: error: Unsupported operand types for + ("str" and "int")' in told
    assert 'line_25.py:27: error: "WebSocketSession' in told
    assert len(told.splitlines()) == 2
