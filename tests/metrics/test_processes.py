"""Files of processes that have ended."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pyfly.metrics.adapters import processes
from pyfly.metrics.adapters.processes import MULTIPROCESS_VARIABLE, counts_all_processes, registry_of_all_processes


def names(directory: Path) -> list[str]:
    return sorted(file.name for file in directory.iterdir())


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(MULTIPROCESS_VARIABLE, str(tmp_path))
    return tmp_path


@pytest.fixture
def dead() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_the_variable_decides(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert counts_all_processes()
    monkeypatch.delenv(MULTIPROCESS_VARIABLE)
    assert not counts_all_processes()


@pytest.mark.skipif(os.name != "posix", reason="whether a process lives cannot be asked")
def test_only_what_the_dead_had_open_is_forgotten(directory: Path, dead: int) -> None:
    kept = {f"counter_{dead}.db", f"gauge_livesum_{os.getpid()}.db", "gauge_livesum_1.db", "gauge_livesum_other.db"}
    for name in {*kept, f"gauge_livesum_{dead}.db"}:
        (directory / name).touch()
    processes.forget_open_sessions_of_the_dead(directory)
    assert names(directory) == sorted(kept)


def test_where_processes_cannot_be_asked_nothing_is_forgotten(
    directory: Path, dead: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    (directory / f"gauge_livesum_{dead}.db").touch()
    monkeypatch.setattr(processes, "ASKABLE", False)
    processes.forget_open_sessions_of_the_dead(directory)
    assert names(directory) == [f"gauge_livesum_{dead}.db"]


def test_a_process_of_somebody_else_lives(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(pid: int, signal: int) -> None:
        raise PermissionError

    (directory / "gauge_livesum_1.db").touch()
    monkeypatch.setattr(os, "kill", refuse)
    processes.forget_open_sessions_of_the_dead(directory)
    assert names(directory) == ["gauge_livesum_1.db"]


def test_a_directory_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(MULTIPROCESS_VARIABLE, str(tmp_path / "none"))
    with pytest.raises(ValueError, match="PROMETHEUS_MULTIPROC_DIR is not set or not a directory"):
        registry_of_all_processes()
