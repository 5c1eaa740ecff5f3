from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest
import uvloop

from pyfly.errors import MissingExtraError
from pyfly.server.event_loops import choose_loop


def test_auto_takes_uvloop_where_it_is_installed() -> None:
    assert choose_loop("auto") == ("uvloop", uvloop.new_event_loop)


def test_auto_takes_winloop_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    winloop = SimpleNamespace(new_event_loop=lambda: None)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setitem(sys.modules, "winloop", winloop)
    assert choose_loop("auto") == ("winloop", winloop.new_event_loop)


def test_auto_falls_back_to_asyncio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvloop", None)
    assert choose_loop("auto") == ("asyncio", None)


def test_asyncio_is_taken_by_name() -> None:
    assert choose_loop("asyncio") == ("asyncio", None)


@pytest.mark.parametrize("name", ["uvloop", "winloop"])
def test_a_loop_that_is_missing_names_the_extra(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingExtraError) as caught:
        choose_loop(name)  # type: ignore[arg-type]  # both are names of loops
    assert (
        str(caught.value) == f"loop='{name}' needs {name}, which is not installed; run: pip install 'pyfly[standard]'"
    )
