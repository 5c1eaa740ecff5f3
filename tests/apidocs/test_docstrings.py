"""Docstrings in Google's form."""

from __future__ import annotations

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
        description="It *may* take a while.\n\n    indented\n\nExample:\n    Stays in the description.",
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
