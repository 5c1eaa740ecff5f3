"""What an import brings along."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOADED = "; import json, sys; print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"


def loaded_by(statement: str) -> set[str]:
    result = subprocess.run(
        [sys.executable, "-c", statement + LOADED],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return set(json.loads(result.stdout))


@pytest.mark.parametrize("statement", ["import pyfly", "from pyfly import create_app"])
def test_import_pyfly_loads_nothing_heavy(statement: str) -> None:
    loaded = loaded_by(statement)

    assert "pyfly" in loaded
    assert loaded.isdisjoint({"starlette", "pydantic", "pydantic_core", "anyio", "asyncio", "typing_extensions"})


def test_application_loads_no_server_and_no_command_line() -> None:
    loaded = loaded_by("import pyfly.application")

    assert {"starlette", "pydantic"} <= loaded
    assert loaded.isdisjoint(
        {"uvicorn", "granian", "hypercorn", "uvloop", "websockets", "typer", "rich", "watchfiles", "pydantic_settings"}
    )


@pytest.mark.parametrize(
    "package", ["pyfly.container", "pyfly.context", "pyfly.events", "pyfly.metadata", "pyfly.web", "pyfly.websocket"]
)
def test_what_authors_import_needs_no_starlette(package: str) -> None:
    assert "starlette" not in loaded_by(f"import {package}")
