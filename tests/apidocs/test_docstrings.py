"""Docstrings in Google's form."""

from __future__ import annotations

import pytest

from pyfly.apidocs.docstrings import Docstring, Raised, docstring_of, parse_docstring, prose_of


def test_parts_are_taken_apart() -> None:
    def handler() -> None:
        """Find what somebody
        is looking for.

        It *may* take a while.

            indented

        Args:
            name: Its name,
                over two lines.
            *rest: All others.
            count (int): How many: at most five.

        Returns:
            What was found
            or nothing.

        Yields:
            each one.

        Raises:
            ProblemError: 404 when there is none.
            errors.Other: never.

        Example:
            Stays in the description.
        """

    assert handler.__doc__
    assert parse_docstring(handler.__doc__) == Docstring(
        summary="Find what somebody is looking for",
        description="It *may* take a while.\n\n    indented\n\n**Example**\n\nStays in the description.",
        arguments={
            "name": "Its name,\nover two lines.",
            "rest": "All others.",
            "count": "How many: at most five.",
        },
        returns="What was found\nor nothing.",
        yields="each one.",
        raises=(Raised("ProblemError", "404 when there is none."), Raised("errors.Other", "never.")),
    )


def test_other_names_of_sections_are_known() -> None:
    text = "Sum.\n\nParameters:\n    a: One.\nReturn:\n    Two.\nYield:\n    Three.\nAttributes:\n    b: Four."
    assert parse_docstring(text) == Docstring(
        summary="Sum", arguments={"a": "One."}, attributes={"b": "Four."}, returns="Two.", yields="Three."
    )


def test_an_empty_docstring_has_no_parts() -> None:
    assert parse_docstring("") == parse_docstring("\n   \n") == Docstring()


def test_a_section_alone_has_no_summary() -> None:
    assert parse_docstring("Args:\n    a: One.") == Docstring(arguments={"a": "One."})


def test_an_entry_without_text_is_empty_and_text_without_an_entry_is_left_out() -> None:
    assert parse_docstring("Args:\n    some words\n    a:\n").arguments == {"a": ""}


def test_only_a_single_full_stop_is_cut_from_a_summary() -> None:
    assert [parse_docstring(text).summary for text in ("One.", "One...", "One", "One!")] == [
        "One",
        "One...",
        "One",
        "One!",
    ]


def test_prose_is_the_docstring_without_its_sections() -> None:
    assert prose_of(parse_docstring("One.\n\nTwo.\n\nArgs:\n    a: b")) == "One.\n\nTwo."
    assert prose_of(parse_docstring("One!")) == "One!"
    assert prose_of(Docstring()) == ""


class Base:
    def told(self) -> None:
        """Told by the base."""

    def untold(self) -> None: ...


class Derived(Base):
    def told(self) -> None: ...

    def untold(self) -> None: ...


def test_an_override_without_a_docstring_has_that_of_the_method_it_overrides() -> None:
    assert docstring_of(Derived, "told").summary == "Told by the base"
    assert docstring_of(Derived, "untold") == Docstring()


def test_sections_for_readers_get_a_title_and_what_is_typed_becomes_code() -> None:
    text = (
        "Sum.\nNote:\n    Keep me.\n\n    Twice.\nExample:\n    >>> find(1)\n    2\nAfter it.\n\n"
        "Tip:\nnot below it\nArgs:\n    a: One.\nSee Also:\n    More."
    )
    docstring = parse_docstring(text)
    assert docstring.summary == "Sum"
    assert docstring.description == (
        "**Note**\n\nKeep me.\n\nTwice.\n\n**Example**\n\n```python\n>>> find(1)\n2\n```\n\nAfter it.\n\n"
        "Tip:\nnot below it\n\n**See Also**\n\nMore."
    )
    assert docstring.arguments == {"a": "One."}


@pytest.mark.parametrize("kind", ["Order", "shop.Order", "list[Order]", "dict[str, Order] | None", "Order | None"])
def test_type_before_what_is_returned_is_left_out(kind: str) -> None:
    docstring = parse_docstring(f"Sum.\n\nReturns:\n    {kind}: As it stands: now.\n\nYields:\n    {kind}: each.")
    assert (docstring.returns, docstring.yields) == ("As it stands: now.", "each.")


@pytest.mark.parametrize("text", ["One of: a, b", "The order, or: nothing", "As it stands", "https://example.com"])
def test_words_before_a_colon_are_kept(text: str) -> None:
    assert parse_docstring(f"Sum.\n\nReturns:\n    {text}").returns == text
