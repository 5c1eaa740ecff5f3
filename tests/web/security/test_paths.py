from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfly.web.security.paths import is_legible


@pytest.mark.parametrize(
    ("path", "raw_path", "legible"),
    [
        ("/", b"/", True),
        ("/zw\xf6lf", b"/zw%C3%B6lf", True),
        ("/\ufffd", b"/%EF%BF%BD", True),
        ("/\ufffd", b"/%FF", False),
        ("/\ufffd\ufffd", b"/%EF%BF%BD%FF", False),
        ("/\ufffd", None, False),
        ("/\0", b"/%00", False),
        ("/\xf6\0", b"/%C3%B6%00", False),
        (f"/{chr(0xDCFF)}", b"/%FF", False),
        ("/a\r\nb", b"/a%0D%0Ab", True),
    ],
)
def test_paths_are_utf8_without_nul(path: str, raw_path: bytes | None, legible: bool) -> None:
    scope: dict[str, Any] = {"path": path}
    assert is_legible(scope | ({} if raw_path is None else {"raw_path": raw_path})) is legible
    if raw_path is None:
        assert is_legible(scope | {"raw_path": None}) is legible


@given(st.binary())
def test_what_decodes_is_legible(raw: bytes) -> None:
    scope = {"path": raw.decode(errors="replace"), "raw_path": raw.replace(b"%", b"%25")}
    try:
        decoded = raw.decode()
    except UnicodeDecodeError:
        decoded = "\0"
    assert is_legible(scope) is ("\0" not in decoded)
