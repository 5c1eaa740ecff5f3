"""What pyright makes of the client's types by itself; mypy is asked with the rest of the tests."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_pyright_finds_each_mistake_that_mypy_does(tmp_path: Path) -> None:
    """Where mypy's comments are taken out, none of pyright's own is in vain and nothing is left to tell."""
    text = (ROOT / "tests" / "testing" / "typing_testing.py").read_text(encoding="utf-8")
    mistakes = re.findall(r"# type: ignore\[.*# pyright: ignore\[", text)
    assert len(mistakes) == text.count("# type: ignore[") > 15
    own = re.sub(r"# type: ignore\[[^]]*\]  ", "", text)
    (tmp_path / "mistakes.py").write_text(own, encoding="utf-8")
    settings = {
        "include": ["mistakes.py"],
        "extraPaths": [str(ROOT)],
        "pythonVersion": "3.11",
        "typeCheckingMode": "standard",
        "reportUnnecessaryTypeIgnoreComment": "error",
    }
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")

    checked = subprocess.run(
        [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "--project", str(tmp_path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "0 errors" in checked.stdout
