"""Checks the links of the built documentation: each file and each anchor that a page refers to has to be there.

    python -m tools.links DIRECTORY

It asks nobody: addresses elsewhere are left alone.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

REFERENCES = ("href", "src", "poster", "data")


@dataclass
class Page:
    """What a page refers to, by line, and the anchors it has; `routes` where its own script reads them instead."""

    references: list[tuple[int, str]] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)
    repeated: list[tuple[int, str]] = field(default_factory=list)
    routes: bool = False


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line, _ = self.getpos()
        values = {name: value for name, value in attrs if value is not None}
        # The page of an API's documents opens what an anchor names.
        self.page.routes |= tag == "body" and "data-openapi" in values
        self.page.references += [(line, values[name]) for name in REFERENCES if name in values]
        for candidate in values.get("srcset", "").split(","):
            if parts := candidate.split():
                self.page.references.append((line, parts[0]))
        anchor = values.get("id") or (values.get("name") if tag == "a" else None)
        if anchor in self.page.anchors and anchor:
            self.page.repeated.append((line, anchor))
        if anchor:
            self.page.anchors.add(anchor)


def main(arguments: list[str]) -> int:
    """Do what the command line says; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.links", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("directory", type=Path, help="a built site")
    options = parser.parse_args(arguments)
    pages = read_pages(options.directory)
    if not pages:
        print(f"{options.directory}: there are no pages", file=sys.stderr)
        return 1
    faults = find_faults(options.directory, pages)
    links = sum(len(page.references) for page in pages.values())
    print("\n".join(faults) or f"{links} links of {len(pages)} pages lead somewhere")
    return 1 if faults else 0


def read_pages(directory: Path) -> dict[Path, Page]:
    """Return the pages of a site by their paths."""
    pages = {}
    for file in sorted(directory.resolve().rglob("*.html")):
        reader = _Reader()
        reader.feed(file.read_text(encoding="utf-8"))
        pages[file] = reader.page
    return pages


def find_faults(directory: Path, pages: dict[Path, Page]) -> list[str]:
    """Return what is wrong, a line for each: a reference to nothing, or an anchor that is there twice."""
    root = directory.resolve()
    faults = []
    for file, page in pages.items():
        name = file.relative_to(root)
        faults += [f'{name}:{line}: anchor "{anchor}" is on the page twice' for line, anchor in page.repeated]
        for line, reference in page.references:
            if problem := _problem(root, file, reference, pages):
                faults.append(f'{name}:{line}: "{reference}": {problem}')
    return faults


def _problem(root: Path, file: Path, reference: str, pages: dict[Path, Page]) -> str | None:
    parts = urlsplit(reference)
    if parts.scheme or parts.netloc:
        return None
    target = file
    if parts.path:
        # A page for what is not found may be shown at any address: its links begin at the root.
        start = root if parts.path.startswith("/") else file.parent
        target = (start / unquote(parts.path).lstrip("/")).resolve()
    if target.is_dir():
        target /= "index.html"
    if not target.is_relative_to(root):
        return "leads out of the site"
    if not target.is_file():
        return "there is no such file"
    anchor = unquote(parts.fragment)
    if anchor and target in pages and not pages[target].routes and anchor not in pages[target].anchors:
        return f'{target.relative_to(root)} has no anchor "{anchor}"'
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
