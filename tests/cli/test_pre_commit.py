"""The hook that pyfly's repository offers to pre-commit."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_hook_definition_is_one_that_pre_commit_takes() -> None:
    manifest = ROOT / ".pre-commit-hooks.yaml"
    ran = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-manifest", str(manifest)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (0, "")
    assert "entry: pyfly check\n" in manifest.read_text(encoding="utf-8")
