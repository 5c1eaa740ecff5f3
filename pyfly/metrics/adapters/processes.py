"""Metrics of several processes, which share a directory of files (Prometheus' client library, "Multiprocess Mode")."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, multiprocess

__all__ = [
    "MULTIPROCESS_VARIABLE",
    "counts_all_processes",
    "forget_open_sessions_of_the_dead",
    "registry_of_all_processes",
]

MULTIPROCESS_VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"

ASKABLE: Final = os.name == "posix"
"""Whether one can ask for a process without doing anything to it."""


def counts_all_processes() -> bool:
    """Tell whether metrics are kept in files that several processes share."""
    return MULTIPROCESS_VARIABLE in os.environ


def registry_of_all_processes() -> CollectorRegistry:
    """Return a registry of what all processes have counted, those that have ended too.

    Raises:
        ValueError: The directory is not there.
    """
    forget_open_sessions_of_the_dead(Path(os.environ[MULTIPROCESS_VARIABLE]))
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # which has no annotations
    return registry


def forget_open_sessions_of_the_dead(directory: Path) -> None:
    """Remove what killed processes had open.

    Args:
        directory: Where processes share metrics.
    """
    if not ASKABLE:
        return
    for pid in {file.stem.rpartition("_")[2] for file in directory.glob("gauge_live*_*.db")}:
        if pid.isdecimal() and not _lives(int(pid)):
            multiprocess.mark_process_dead(pid, str(directory))  # type: ignore[no-untyped-call]  # which has none


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
