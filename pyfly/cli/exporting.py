"""``pyfly docs export``: writes documents and pages, once or whenever a file changes."""

from __future__ import annotations

import subprocess
import sys
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, final

from pyfly.apidocs.documents import Documents, documents_of
from pyfly.apidocs.site import document_text, site_files
from pyfly.cli.errors import TargetError
from pyfly.cli.failures import fail
from pyfly.cli.inspection import inspect_target
from pyfly.cli.output import console_for, print_fault
from pyfly.cli.targets import Target
from pyfly.errors import MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from pyfly.cli.inspection import Inspection

__all__ = ["Export", "documents_of_target", "export_again_and_again", "export_documents", "export_elsewhere"]

STDOUT: Final = Path("-")
LOOK_AGAIN_MILLISECONDS: Final = 250


@final
@dataclass(frozen=True, slots=True)
class Export:
    """What is to be written.

    Attributes:
        openapi: The file of the OpenAPI document; ``-`` for stdout, None for not at all.
        asyncapi: The same of the AsyncAPI document.
        site: The directory of the page.
        server: Where the API is served, for the page.
    """

    openapi: Path | None = None
    asyncapi: Path | None = None
    site: Path | None = None
    server: str | None = None

    def arguments(self) -> list[str]:
        """Return the options that say the same."""
        given = {"openapi": self.openapi, "asyncapi": self.asyncapi, "site": self.site, "server": self.server}
        return [f"--{name}={value}" for name, value in given.items() if value is not None]


def export_documents(text: str, export: Export, *, debug: bool) -> None:
    """Write documents.

    Args:
        text: The target as the user wrote it.
        export: What to write.
        debug: Whether to show tracebacks.

    Raises:
        PyflyError: It has faults, or cannot be written.
    """
    documents, _ = documents_of_target(text, debug=debug)
    console = console_for(stderr=STDOUT in (export.openapi, export.asyncapi))
    for path, document in ((export.openapi, documents.openapi), (export.asyncapi, documents.asyncapi)):
        if path == STDOUT:
            sys.stdout.write(document_text(document))
        elif path is not None:
            _tell(console, path, "", changed=_write(path, document_text(document).encode()))
    if export.site is not None:
        files = site_files(documents.openapi, documents.asyncapi, server=export.server)
        changed = sum(_write(export.site / name, content) for name, content in files.items())
        _tell(console, export.site, f" ({changed} of {len(files)} files)", changed=bool(changed))


def documents_of_target(text: str, *, debug: bool, failing: int = 1) -> tuple[Documents, Inspection]:
    """Return the documents of a target, and what else it has shown; faults end the command.

    Args:
        text: The target as the user wrote it.
        debug: Whether to show tracebacks.
        failing: The exit code when it has faults.

    Raises:
        PyflyError: It has no controllers, or those of several contexts.
    """
    found = inspect_target(text)
    for warning in found.warnings:
        print_fault(console_for(stderr=True), warning, kind="warning")
    if found.obstacles:
        fail(found.obstacles, target=text, debug=debug, code=failing)
    if len(found.contexts) != 1:
        raise TargetError(
            text,
            "has no controllers to document"
            if not found.contexts
            else f"has controllers of {len(found.contexts)} contexts, expected those of one",
            "name a module with controllers, or an application that create_app has made",
        )
    with redirect_stdout(sys.stderr):  # as for all that a target prints
        return documents_of(found.contexts[0]), found


def export_elsewhere(text: str, export: Export, *, debug: bool = False) -> subprocess.CompletedProcess[str]:
    """Export in a process of its own, which imports everything anew; what it prints is not shown.

    Args:
        text: The target as the user wrote it.
        export: What to write.
        debug: Whether to show tracebacks.
    """
    command = [sys.executable, "-m", "pyfly", *(["--debug"] if debug else []), "docs", "export", text]
    return subprocess.run([*command, *export.arguments()], capture_output=True, text=True, check=False)


def export_again_and_again(text: str, export: Export, *, debug: bool) -> None:
    """Export now and whenever a Python file changes, until Ctrl+C.

    Args:
        text: The target as the user wrote it.
        export: What to write.
        debug: Whether to show tracebacks.

    Raises:
        MissingExtraError: watchfiles is not installed.
        TargetError: There is no such target.
    """
    for _ in _changes(_directories(Target.parse(text))):
        done = export_elsewhere(text, export, debug=debug)
        sys.stdout.write(done.stdout)
        sys.stdout.flush()
        sys.stderr.write(done.stderr)
        sys.stderr.flush()


def _changes(directories: Iterable[Path]) -> Iterable[None]:
    """Yield once the directories are watched, and then whenever a Python file in them has changed."""
    try:
        from watchfiles import PythonFilter, watch
    except ImportError:
        raise MissingExtraError("watchfiles", extra="standard", purpose="--watch") from None
    started = False
    # Nothing that changes during the first export may be missed, so that it waits until the watching has begun.
    for changes in watch(
        *directories, watch_filter=PythonFilter(), rust_timeout=LOOK_AGAIN_MILLISECONDS, yield_on_timeout=True
    ):
        if changes or not started:
            started = True
            yield


def _directories(target: Target) -> list[Path]:
    """Return the working directory, and that of a file outside it."""
    here = Path.cwd()
    outside = isinstance(target.place, Path) and not target.place.is_relative_to(here)
    return [here, target.place.parent] if outside and isinstance(target.place, Path) else [here]


def _write(path: Path, content: bytes) -> bool:
    """Write a file unless it has this content already, and tell whether that was needed."""
    try:
        if path.is_file() and path.read_bytes() == content:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise TargetError(str(path), f"cannot be written: {error.strerror}") from error
    return True


def _tell(console: Console, path: Path, what: str, *, changed: bool) -> None:
    console.print(f"wrote {path}{what}" if changed else f"{path} is up to date", soft_wrap=True)
