import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfly.context.origins import canonical_origin


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://example.com", "https://example.com"),
        ("HTTPS://Example.COM", "https://example.com"),
        ("https://example.com:443", "https://example.com"),
        ("http://example.com:80", "http://example.com"),
        ("http://example.com:0080", "http://example.com"),
        ("http://example.com:", "http://example.com"),
        ("https://example.com:80", "https://example.com:80"),
        ("http://example.com:443", "http://example.com:443"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://[0:0:0:0:0:0:0:1]", "http://[::1]"),
        ("http://[2001:DB8::00A]:80", "http://[2001:db8::a]"),
        ("http://example.com.", "http://example.com."),
        ("chrome-extension://abcdef", "chrome-extension://abcdef"),
        ("capacitor://localhost", "capacitor://localhost"),
    ],
)
def test_equal_origins_have_one_form(text: str, origin: str) -> None:
    assert canonical_origin(text) == origin
    assert canonical_origin(origin) == origin


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "example.com",
        "//example.com",
        "https://",
        "https://example.com/",
        "https://example.com/path",
        "https://example.com?x",
        "https://example.com#x",
        "https://user@example.com",
        "https://example.com:65536",
        "https://example.com:x",
        "https://example.com:-1",
        "https://example.com:٣",
        "https://exämple.com",
        "https://example.com https://other.com",
        "https://example.com, https://other.com",
        "https://example.com\n",
        "https://example.com\0",
        "http://[::1",
        "http://[::g]",
        "http://[1:2]",
        "http://[1.2.3.4]",
        "http://::1",
        "http://[::1%25eth0]",
    ],
)
def test_what_is_no_origin_is_none(text: str) -> None:
    assert canonical_origin(text) is None


@given(st.text())
def test_any_text_is_an_origin_in_one_form_or_none(text: str) -> None:
    origin = canonical_origin(text)
    assert origin is None or canonical_origin(origin) == origin


@given(st.from_regex(r"https?://[a-z0-9.-]{1,10}(:[0-9]{1,4})?", fullmatch=True))
def test_case_does_not_matter(text: str) -> None:
    origin = canonical_origin(text)
    assert origin is not None
    assert canonical_origin(text.upper()) == origin
