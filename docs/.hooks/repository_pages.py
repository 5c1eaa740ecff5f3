"""Puts files of the repository into pages: ``<!-- include: CHANGELOG.md -->`` becomes the file.

Links of the file are turned to the pages of the same subjects, and its fences are left alone.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
INCLUDE = re.compile(r"^<!-- include: (?P<path>[\w./-]+) -->$", re.MULTILINE)
LINK = re.compile(r"\]\((?P<target>README\.md(?:#[\w-]+)?|CHANGELOG\.md|CONTRIBUTING\.md|docs/[\w/.-]+)\)")
PAGES = {"README.md": "index.md", "CHANGELOG.md": "changelog.md", "CONTRIBUTING.md": "contributing.md"}


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Return a page's text with the files that it includes."""
    return INCLUDE.sub(lambda match: with_page_links((ROOT / match["path"]).read_text(encoding="utf-8")), markdown)


def with_page_links(text: str) -> str:
    """Return the text with links to files of the repository turned to pages."""
    return LINK.sub(lambda match: f"]({_page(match['target'])})", text)


def _page(target: str) -> str:
    if target.startswith("docs/"):
        return target.removeprefix("docs/")
    file, mark, anchor = target.partition("#")
    return f"{PAGES[file]}{mark}{anchor}"
