"""Stubs against the package as it is at run time."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.stubtest import main


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with a package, and stubs for all but one of its modules."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    files = {
        "shop/__init__.py": "",
        "shop/orders.py": '__all__ = ["count"]\n\ndef count(day: int) -> int:\n    return 3\n',
        "shop/internal.py": "def count() -> int:\n    return 3\n",
        "typings/shop/__init__.pyi": "",
        "typings/shop/orders.pyi": '__all__ = ["count"]\n\ndef count(day: int) -> int: ...\n',
        "allowlist.txt": "",
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


def test_stubs_that_say_what_is_there_pass(root: Path) -> None:
    assert main(root, "shop", allowlist=root / "allowlist.txt") == 0


def test_stub_that_says_something_else_fails(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    stub = root / "typings" / "shop" / "orders.pyi"
    stub.write_text(stub.read_text(encoding="utf-8").replace("day", "date"), encoding="utf-8")
    assert main(root, "shop", allowlist=root / "allowlist.txt") == 1
    told = capfd.readouterr().out
    assert "shop.orders.count is inconsistent" in told
    assert "shop.internal" not in told


def test_exception_that_is_not_needed_any_more_fails(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (root / "allowlist.txt").write_text("shop.orders.count\n", encoding="utf-8")
    assert main(root, "shop", allowlist=root / "allowlist.txt") == 1
    assert "unused allowlist entry shop.orders.count" in capfd.readouterr().out
