from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from pyfly.cli.errors import TargetError
from pyfly.cli.output import console_for, print_fault, print_json, print_table, shown_place, single_faults
from pyfly.context import SettingsError
from pyfly.errors import PyflyError
from pyfly.metadata import DeclarationError, DeclarationErrors, SourceLocation
from pyfly.rules.options import RuleOptionsError

TITLES = ("kind", "path", "handler", "where")
ROWS = [
    ("GET", "/", "PageController.page", "chat.py:1"),
    ("WebSocket", "/rooms/{room_id}", "RoomController.join", ""),
]


def printed(*, width: int, terminal: bool, colour: bool = False) -> str:
    stream = io.StringIO()
    console = Console(file=stream, width=width, force_terminal=terminal, no_color=not colour, color_system=None)
    print_table(console, TITLES, ROWS, lead=2)
    return stream.getvalue()


def test_table_has_aligned_columns_and_no_blanks_at_the_end() -> None:
    expected = (
        "KIND       PATH              HANDLER              WHERE\n"
        "GET        /                 PageController.page  chat.py:1\n"
        "WebSocket  /rooms/{room_id}  RoomController.join\n"
    )
    assert printed(width=80, terminal=True) == expected
    assert printed(width=10, terminal=False) == expected


def test_narrow_terminal_gets_rows_over_several_lines_with_nothing_left_out() -> None:
    assert printed(width=40, terminal=True) == (
        "GET /\n"
        "  handler  PageController.page\n"
        "  where    chat.py:1\n"
        "WebSocket /rooms/{room_id}\n"
        "  handler  RoomController.join\n"
    )


def test_table_without_rows_is_its_titles() -> None:
    stream = io.StringIO()
    print_table(Console(file=stream), TITLES, [], lead=1)
    assert stream.getvalue() == "KIND  PATH  HANDLER  WHERE\n"


def test_place_is_relative_to_the_working_directory(directory: Path) -> None:
    assert shown_place(SourceLocation(file=str(directory / "shop" / "api.py"), line=3)) == str(Path("shop/api.py:3"))
    assert shown_place(SourceLocation(file="/elsewhere/api.py", line=3)) == "/elsewhere/api.py:3"
    assert shown_place(None) == ""


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        (DeclarationError(SourceLocation(file="a.py", line=3), "wrong", "mend it"), "a.py:3: error: wrong; mend it\n"),
        (DeclarationError(None, "wrong"), "shop: error: wrong\n"),
        (DeclarationError(None, "wrong", code="pyfly-path"), "shop: error: wrong  [pyfly-path]\n"),
        (RuleOptionsError("pyproject.toml", "wrong"), "pyproject.toml: error: wrong\n"),
        (TargetError("shop.py", "wrong", "mend it"), "shop.py: error: wrong; mend it\n"),
        (PyflyError("first\n  second"), "shop: error: first second\n"),
    ],
)
def test_fault_is_one_line(capsys: pytest.CaptureFixture[str], fault: PyflyError, line: str) -> None:
    print_fault(console_for(), fault, target="shop")
    assert capsys.readouterr().out == line


def test_places_in_a_message_are_shown_as_its_own_place(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    here = DeclarationError(
        SourceLocation(file=str(directory / "a.py"), line=3),
        f"clashes with {SourceLocation(file=str(directory / 'sub' / 'b c.py'), line=4)} and /elsewhere/c.py:5",
        f'say "{directory}/d"',
    )
    print_fault(console_for(), here)
    shown = f'a.py:3: error: clashes with sub/b c.py:4 and /elsewhere/c.py:5; say "{directory}/d"\n'
    assert capsys.readouterr().out == shown


def test_long_fault_is_not_wrapped_and_brackets_are_kept(capsys: pytest.CaptureFixture[str]) -> None:
    print_fault(console_for(stderr=True), PyflyError("list[int] :smile:" * 30))
    assert capsys.readouterr().err == "error: " + "list[int] :smile:" * 30 + "\n"


def test_fault_is_coloured_for_a_terminal_unless_that_is_declined(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("FORCE_COLOR", "1")
    print_fault(console_for(), PyflyError("wrong"))
    assert "\x1b[1;31merror:" in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    print_fault(console_for(), PyflyError("wrong"))
    assert "31m" not in capsys.readouterr().out


def test_collected_errors_are_told_one_by_one() -> None:
    first, second = DeclarationError(None, "first"), DeclarationError(None, "second")
    assert single_faults(DeclarationErrors([first, second])) == (first, second)
    assert [str(fault) for fault in single_faults(SettingsError(["first", "second"]))] == ["first", "second"]
    assert single_faults(first) == (first,)


def test_json_is_ascii(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"path": "/caf\u00e9"})
    out = capsys.readouterr().out
    assert out.isascii()
    assert json.loads(out) == {"path": "/caf\u00e9"}
