"""What is told of the API as a whole: names that no document can have are refused where they are written."""

from __future__ import annotations

import inspect

import pytest

from pyfly.apidocs import ApiInfo, BearerAuth
from pyfly.metadata import DeclarationError, SourceLocation


@pytest.mark.parametrize(
    ("name", "better"), [("a b", "a_b"), ("Größe", "Gr_e"), ("#/x", "x"), ("ключ", "bearer"), ("", "bearer")]
)
def test_a_security_scheme_that_no_document_can_name_is_an_error_at_its_line(name: str, better: str) -> None:
    frame = inspect.currentframe()
    assert frame is not None
    line = frame.f_lineno + 2
    with pytest.raises(DeclarationError) as caught:
        ApiInfo(security_schemes={"good.name_1-a": BearerAuth(), name: BearerAuth()})
    assert caught.value.source == SourceLocation(file=__file__, line=line)
    assert caught.value.message == (
        f'ApiInfo has the security scheme "{name}", which is no name that the documents can have; '
        f'write it with letters, digits, "-", "_" and "." alone, as "{better}"'
    )
