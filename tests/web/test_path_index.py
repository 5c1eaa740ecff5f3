"""The index of path templates: it finds what trying each template in turn would find."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.convertors import CONVERTOR_TYPES

from pyfly.metadata import PathTemplate, PathVariable
from pyfly.web.path_index import CONVERTER_PATTERNS, PathIndex

UUID = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"

# Few words, so that templates overlap and paths meet them.
words = st.sampled_from(["a", "b", "ab", "7", "1.5", "a.json", "7-b", UUID])
shapes = st.sampled_from(
    ["{}", "{:int}", "{:float}", "{:uuid}", "{}.json", "{:int}.json", "{:int}-{}", "{}-{}", "a{}", "v{:float}"]
)


@st.composite
def templates(draw: st.DrawFn) -> PathTemplate:
    segments = draw(st.lists(words | shapes, max_size=4))
    segments += draw(st.sampled_from([[], [""], ["{:path}"]]))
    text = "".join(f"/{segment}" for segment in segments).replace("//", "/") or "/"
    for number in range(text.count("{")):
        text = re.sub(r"\{(?=[:}])", f"{{v{number}", text, count=1)
    return PathTemplate.parse(text)


paths = st.lists(words | st.sampled_from(["", "a/b", "-", "\n", "a\nb"]), max_size=5).map(
    lambda segments: "".join(f"/{segment}" for segment in segments)
)


def read(template: PathTemplate, path: str) -> tuple[str, ...] | None:
    """Return the text of a template's variables in a path, by one regular expression for the whole."""
    pattern = "/".join(
        "".join(
            f"(?P<{part.name}>(?s:{CONVERTER_PATTERNS[part.converter]}))"
            if isinstance(part, PathVariable)
            else re.escape(part)
            for part in segment
        )
        for segment in template.segments
    )
    match = re.fullmatch(f"/{pattern}", path)
    return match and tuple(match[name] for name in template.variables)


@given(table=st.lists(templates(), max_size=12), path=paths)
def test_an_index_finds_every_template_that_matches_in_the_order_given(table: list[PathTemplate], path: str) -> None:
    index = PathIndex((template, position) for position, template in enumerate(table))
    expected = [(position, read(template, path)) for position, template in enumerate(table)]
    assert list(index.find(path)) == [(position, captured) for position, captured in expected if captured is not None]


@given(table=st.lists(templates(), max_size=12), path=paths)
@example(table=[PathTemplate.parse("/{a}"), PathTemplate.parse("/{b:path}")], path="/x")
@example(table=[PathTemplate.parse("/{b:path}"), PathTemplate.parse("/{a}")], path="/x")
@example(table=[PathTemplate.parse("/a/{x}"), PathTemplate.parse("/a/b")], path="/a/b")
@example(table=[PathTemplate.parse("/a/{x}"), PathTemplate.parse("/{x}/b")], path="/a/b")
@example(table=[PathTemplate.parse("/a/{x}"), PathTemplate.parse("/a/{y}")], path="/a/b")
def test_where_a_path_leads_to_one_place_that_is_found_at_once(table: list[PathTemplate], path: str) -> None:
    index = PathIndex((template, position) for position, template in enumerate(table))
    alone = index.find_alone(path)
    if alone is not None:
        values, captured = alone
        assert [(value, tuple(captured)) for value in values] == list(index.find(path))


@pytest.mark.parametrize(
    ("other", "path", "is_alone"),
    [
        ("/a/b", "/a/c", True),
        ("/a/b", "/a/b", False),
        ("/a/b/{y}", "/a/b", False),
        ("/{y}/b", "/a/c", False),
        ("/a/{y:int}", "/a/c", False),
        ("/a/{y:path}", "/a/c", False),
        ("/{y:path}", "/a/c", False),
        ("/a/{y}", "/a/c", True),
    ],
)
def test_a_last_variable_stands_alone_where_nothing_else_may_match(other: str, path: str, is_alone: bool) -> None:
    table = [PathTemplate.parse("/a/{x}"), PathTemplate.parse(other)]
    for ordered in (table, table[::-1]):
        alone = PathIndex((template, template.text) for template in ordered).find_alone(path)
        assert (alone is not None) is is_alone
        if alone is not None:
            texts = ["/a/{x}"] if other != "/a/{y}" else [template.text for template in ordered]
            assert ([*alone[0]], [*alone[1]]) == (texts, [path.rpartition("/")[2]])


def test_most_paths_lead_to_one_place() -> None:
    table = ["/", "/rooms/{room}", "/rooms/{room}/members/{member:int}", "/files/{name}.json"]
    index = PathIndex((PathTemplate.parse(text), text) for text in table)
    for path, captured in {
        "/": [],
        "/rooms/a": ["a"],
        "/rooms/a/members/7": ["a", "7"],
        "/files/b.json": ["b"],
    }.items():
        values, texts = index.find_alone(path) or ((None,), ())
        assert ([*values], [*texts]) == ([table.pop(0)], captured)
    for path in ("", "rooms/a", "/rooms/", "/rooms/a/members/seven", "/files/b.xml", "/elsewhere"):
        values, _ = index.find_alone(path) or ((None,), ())
        assert list(values) == []


@given(table=st.lists(templates(), max_size=12), path=paths)
@example(table=[PathTemplate.parse("/x-{a}/{b}"), PathTemplate.parse("/{a}-x/c")], path="/x-1-x/c")
def test_in_a_table_by_specificity_the_first_one_found_is_the_most_specific(
    table: list[PathTemplate], path: str
) -> None:
    ordered = sorted(table, key=lambda template: template.specificity)
    found = PathIndex((template, template) for template in ordered).find(path)
    matching = [template for template in table if read(template, path) is not None]
    assert [template for template, _ in found[:1]] == sorted(matching, key=lambda each: each.specificity)[:1]


@pytest.mark.parametrize(
    ("template", "path", "captured"),
    [
        ("/", "/", ()),
        ("/a/", "/a/", ()),
        ("/a/", "/a", None),
        ("/a", "/a/", None),
        ("/{x}", "/", None),
        ("/{x}", "/a/", None),
        ("/{x}/{y}", "/a//", None),
        ("/{n:int}", "/007", ("007",)),
        ("/{n:int}", "/-7", None),
        ("/{n:int}", "/\u0667", None),
        ("/{n:float}", "/1.", None),
        ("/{u:uuid}", f"/{UUID.replace('-', '')}", (UUID.replace("-", ""),)),
        ("/files/{rest:path}", "/files/", ("",)),
        ("/files/{rest:path}", "/files", None),
        ("/files/{rest:path}", "/files//a/", ("/a/",)),
        ("/{name}.{kind}", "/a.b.c", ("a.b", "c")),
        ("/a", "", None),
        ("/a", "a", None),
        ("/{rest:path}", "a/b", None),
        ("", "/", None),
    ],
)
def test_a_template_matches_whole_segments(template: str, path: str, captured: tuple[str, ...] | None) -> None:
    found = PathIndex([(PathTemplate.parse(template), "it")]).find(path)
    assert list(found) == ([] if captured is None else [("it", captured)])


def test_converters_accept_what_starlette_s_accept() -> None:
    assert {name: CONVERTOR_TYPES[name].regex for name in CONVERTER_PATTERNS} == CONVERTER_PATTERNS
