"""What workers need to be counted together."""

from __future__ import annotations

import os
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from pyfly.context import Settings, load_settings

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["DIRECTORY_VARIABLE", "shared_metrics"]

DIRECTORY_VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"
"""Where Prometheus' client library shares metrics between processes; it reads this when it is imported."""


@contextmanager
def shared_metrics(workers: int) -> Generator[None]:
    """Name a directory in the environment for metrics, where several workers serve them and none is named.

    Args:
        workers: How many processes are to be started.

    Raises:
        SettingsError: The settings in the environment are wrong.
    """
    if workers < 2 or DIRECTORY_VARIABLE in os.environ or load_settings(Settings, prefix="PYFLY_").metrics_path is None:
        yield
        return
    with TemporaryDirectory(prefix="pyfly-metrics-", ignore_cleanup_errors=True) as directory:
        os.environ[DIRECTORY_VARIABLE] = directory
        try:
            yield
        finally:
            del os.environ[DIRECTORY_VARIABLE]
