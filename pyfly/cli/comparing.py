"""``pyfly docs diff``: reads both sides, from files or targets, and finds where changes were made."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import typer

from pyfly.apidocs.changes import DocumentError, DocumentKind, compare_documents, kind_of
from pyfly.cli.changes import FoundChange
from pyfly.cli.errors import TargetError
from pyfly.cli.exporting import Export, documents_of_target, export_elsewhere
from pyfly.metadata import SourceLocation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyfly.cli.routes import ListedRoute

__all__ = ["compare_sides"]

_KINDS: Final[tuple[DocumentKind, ...]] = ("openapi", "asyncapi")
_VARIABLE: Final = re.compile(r"\{([^{}:]*)[^{}]*\}")


@dataclass(frozen=True, slots=True)
class _Side:
    """One state of an API.

    Attributes:
        text: What the user wrote.
        documents: Its documents, by kind.
        files: The files they come from, by kind.
        routes: Where its endpoints were written, by method and path.
    """

    text: str
    documents: Mapping[DocumentKind, Mapping[str, Any]]
    files: Mapping[DocumentKind, Path] = field(default_factory=dict[DocumentKind, Path])
    routes: Mapping[str, SourceLocation] = field(default_factory=dict[str, SourceLocation])

    def source_of(self, kind: DocumentKind, endpoint: str) -> SourceLocation | None:
        """Return where an endpoint is: in Python, or else in the document."""
        if kind in self.files:
            return _line_of(self.files[kind], endpoint.partition(" ")[2])
        return self.routes.get(endpoint) or self.routes.get(_shaped(endpoint))

    def place_of(self, kind: DocumentKind) -> str:
        return str(self.files.get(kind, self.text))


def compare_sides(old: str, new: str, *, debug: bool, failing: int) -> list[FoundChange]:
    """Return what has changed, the worst first.

    Args:
        old: A document, a folder with documents, or a target.
        new: The same.
        debug: Whether to show tracebacks.
        failing: The exit code when a target has faults.

    Raises:
        PyflyError: One of them is none of these, or has faults.
        typer.Exit: A target has faults, which were told.
    """
    before = _read(old) or _read_elsewhere(old, debug=debug, failing=failing)
    after = _read(new) or _read_here(new, debug=debug, failing=failing)
    kinds: list[DocumentKind] = [kind for kind in _KINDS if kind in before.documents and kind in after.documents]
    if not kinds:
        known = next(iter(before.documents))
        raise TargetError(new, f"expected a document of the same kind as {old}, which is of the kind {known}")
    found = [
        FoundChange(change, kind, after.source_of(kind, change.endpoint), after.place_of(kind))
        for kind in kinds
        for change in compare_documents(before.documents[kind], after.documents[kind])
    ]
    return sorted(found, key=lambda each: each.rank)


def _read(text: str) -> _Side | None:
    """Return the documents that a path leads to; None where it is no path of documents."""
    path = Path(text)
    files = [path / f"{kind}.json" for kind in _KINDS] if path.is_dir() else [path] if path.suffix == ".json" else []
    if path.is_dir():
        files = [file for file in files if file.is_file()]
    if not files:
        return None
    documents: dict[DocumentKind, Mapping[str, Any]] = {}
    places: dict[DocumentKind, Path] = {}
    for file in files:
        document = _parsed(file)
        try:
            kind = kind_of(document)
        except DocumentError as error:
            raise TargetError(str(file), str(error)) from None
        documents[kind] = document
        places[kind] = file
    return _Side(text, documents, files=places)


def _parsed(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise TargetError(str(file), "there is no such file", "write one with pyfly docs export") from None
    except OSError as error:
        raise TargetError(str(file), f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError:
        raise TargetError(str(file), "expected JSON in UTF-8") from None
    except json.JSONDecodeError as error:
        raise TargetError(f"{file}:{error.lineno}", f"expected JSON: {error.msg} (column {error.colno})") from None


def _read_elsewhere(text: str, *, debug: bool, failing: int) -> _Side:
    """Read a target in another process: its modules may have the names of those on the other side."""
    with TemporaryDirectory() as name:
        openapi, asyncapi = Path(name, "openapi.json"), Path(name, "asyncapi.json")
        done = export_elsewhere(text, Export(openapi=openapi, asyncapi=asyncapi), debug=debug)
        if done.returncode:
            sys.stderr.write(done.stderr)
            raise typer.Exit(failing)
        return _Side(text, {"openapi": _parsed(openapi), "asyncapi": _parsed(asyncapi)})


def _read_here(text: str, *, debug: bool, failing: int) -> _Side:
    documents, found = documents_of_target(text, debug=debug, failing=failing)
    routes = _by_endpoint(found.routes)
    return _Side(text, {"openapi": documents.openapi, "asyncapi": documents.asyncapi}, routes=routes)


def _by_endpoint(routes: Sequence[ListedRoute]) -> dict[str, SourceLocation]:
    """Return where endpoints were written, by method and path as documents have them, and by path without names."""
    exact: dict[str, SourceLocation] = {}
    shaped: dict[str, list[SourceLocation]] = {}
    for route in routes:
        if route.source is not None:
            method = "GET" if route.kind == "SSE" else route.kind
            endpoint = f"{method} " + _VARIABLE.sub(r"{\1}", route.path)
            exact.setdefault(endpoint, route.source)
            shaped.setdefault(_shaped(endpoint), []).append(route.source)
    return {**{shape: sources[0] for shape, sources in shaped.items() if len(sources) == 1}, **exact}


def _shaped(endpoint: str) -> str:
    return _VARIABLE.sub("{}", endpoint)


def _line_of(file: Path, path: str) -> SourceLocation | None:
    """Return the line in which a document begins to tell of a path; None where it does not."""
    quoted = re.escape(json.dumps(path, ensure_ascii=False))
    text = file.read_text(encoding="utf-8")
    found = re.search(rf'{quoted}\s*:|"address"\s*:\s*{quoted}', text) if path else None
    if found is None:
        return None
    return SourceLocation(file=str(file.resolve()), line=text.count("\n", 0, found.start()) + 1)
