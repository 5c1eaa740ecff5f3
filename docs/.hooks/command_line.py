"""Puts commands into pages: ``<!-- command: run -->`` becomes what the code says of that command."""

from __future__ import annotations

import re
from typing import Any

import typer

from pyfly.cli.commands import app

COMMAND = re.compile(r"^<!-- command: (?P<name>\w+(?: \w+)?) -->$", re.MULTILINE)


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Return a page's text with the commands that it shows."""
    return COMMAND.sub(lambda match: describe_command(match["name"]), markdown)


def describe_command(name: str) -> str:
    """Return a command's usage, help and parameters in Markdown."""
    command: Any = typer.main.get_command(app)
    for part in name.split():
        command = command.commands[part]
    usage = " ".join(["pyfly", name, "[OPTIONS]", *(p.metavar for p in command.params if p.metavar and not _opts(p))])
    rows = [f"| {_names(parameter)} | {_cell(parameter.help)} |" for parameter in command.params]
    parts = ["```sh", usage, "```", "", command.help.strip(), "", "| parameter | |", "|---|---|", *rows]
    return "\n".join([*parts, "", command.epilog or ""])


def _opts(parameter: Any) -> list[str]:
    return [name for name in (*parameter.opts, *parameter.secondary_opts) if name.startswith("-")]


def _names(parameter: Any) -> str:
    return ", ".join(f"`{name}`" for name in _opts(parameter)) or f"`{parameter.metavar}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
