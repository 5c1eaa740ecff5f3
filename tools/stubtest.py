"""``python -m tools.stubtest`` compares the stubs with the package as it is at run time.

Modules without a stub are not public, and are left out; `stubtest_allowlist.txt` has what is to differ, and why.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ALLOWLIST = Path(__file__).with_name("stubtest_allowlist.txt")


def without_stub(root: Path, package: str) -> list[str]:
    """Return the modules of a package that have no stub."""
    modules = (path.relative_to(root) for path in sorted((root / package).rglob("*.py")))
    missing = [path for path in modules if not (root / "typings" / path.with_suffix(".pyi")).exists()]
    return [".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in missing]


def main(root: Path = ROOT, package: str = "pyfly", *, allowlist: Path = ALLOWLIST) -> int:
    """Run stubtest; return its exit code."""
    with tempfile.TemporaryDirectory() as place:
        internal = Path(place) / "internal.txt"
        lines = (re.escape(module) + "\n" for module in without_stub(root, package))
        internal.write_text("".join(lines), encoding="utf-8")
        allowed = ["--allowlist", str(allowlist), "--allowlist", str(internal)]
        # From a directory of its own: in the repository mypy would find the sources before the stubs.
        return subprocess.run(
            [sys.executable, "-m", "mypy.stubtest", package, *allowed],
            cwd=place,
            env={**os.environ, "MYPYPATH": str(root / "typings")},
            check=False,
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
