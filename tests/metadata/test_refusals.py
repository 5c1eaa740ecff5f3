"""What decorators refuse: raised by default, kept where a whole program is looked at."""

from __future__ import annotations

import pytest

from pyfly.metadata import DeclarationError, keeping_refusals, refuse, refusing

FIRST, SECOND = DeclarationError(None, "first"), DeclarationError(None, "second")


def fail() -> None:
    raise SECOND


def test_a_refusal_is_raised() -> None:
    with pytest.raises(DeclarationError) as caught:
        refuse(FIRST)
    assert caught.value is FIRST


def test_refusals_are_kept_inside_only() -> None:
    kept: list[DeclarationError] = []
    with keeping_refusals(kept):
        refuse(FIRST)
        with refusing():
            fail()
    assert kept == [FIRST, SECOND]
    with pytest.raises(DeclarationError), refusing():
        fail()


def test_refusals_are_raised_again_after_an_error() -> None:
    kept: list[DeclarationError] = []
    with pytest.raises(LookupError), keeping_refusals(kept), refusing():
        raise LookupError
    with pytest.raises(DeclarationError):
        refuse(FIRST)
    assert kept == []
