"""A directory for the metrics of workers."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pyfly.cli.metrics import DIRECTORY_VARIABLE, shared_metrics


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(DIRECTORY_VARIABLE, raising=False)


def test_workers_that_serve_metrics_share_a_directory_that_goes_with_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYFLY_METRICS_PATH", "/metrics")
    with shared_metrics(2):
        directory = Path(os.environ[DIRECTORY_VARIABLE])
        assert directory.is_dir()
    assert not directory.exists()
    assert DIRECTORY_VARIABLE not in os.environ


def test_a_directory_that_is_named_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PYFLY_METRICS_PATH", "/metrics")
    monkeypatch.setenv(DIRECTORY_VARIABLE, str(tmp_path))
    with shared_metrics(2):
        assert os.environ[DIRECTORY_VARIABLE] == str(tmp_path)
    assert os.environ[DIRECTORY_VARIABLE] == str(tmp_path)


@pytest.mark.parametrize(("workers", "path"), [(1, "/metrics"), (2, None)])
def test_nobody_else_needs_one(workers: int, path: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    if path is not None:
        monkeypatch.setenv("PYFLY_METRICS_PATH", path)
    with shared_metrics(workers):
        assert DIRECTORY_VARIABLE not in os.environ
