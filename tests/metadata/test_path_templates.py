"""Path templates: grammar, joining, order and shape."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.routing import compile_path

from pyfly.metadata import PathTemplate, PathTemplateError

names = st.from_regex(r"[a-z_][a-z0-9_]{0,5}", fullmatch=True)
literals = st.text("abcdefghijklmnopqrstuvwxyz0123456789-._~", min_size=1, max_size=6)
converters = st.sampled_from(["", ":str", ":int", ":float", ":uuid"])


@st.composite
def templates(draw: st.DrawFn) -> str:
    used = draw(st.lists(names, unique=True, max_size=4))
    segments: list[str] = []
    for name in used:
        variable = "{" + name + draw(converters) + "}"
        segments.append(draw(st.sampled_from([variable, f"{variable}.json", f"v-{variable}"])))
    segments += draw(st.lists(literals, max_size=3))
    segments = draw(st.permutations(segments))
    tail = "/{tail__:path}" if draw(st.booleans()) else ""
    return "".join(f"/{segment}" for segment in segments) + tail


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("", {}),
        ("/", {}),
        ("/rooms/lobby", {}),
        ("/rooms/{room_id}", {"room_id": "str"}),
        ("/a/{n:int}/{f:float}/{u:uuid}/{rest:path}", {"n": "int", "f": "float", "u": "uuid", "rest": "path"}),
        ("/files/{name}.{ext}", {"name": "str", "ext": "str"}),
    ],
)
def test_variables_are_read_from_left_to_right(text: str, variables: dict[str, str]) -> None:
    template = PathTemplate.parse(text)
    assert dict(template.variables) == variables
    assert list(template.variables) == list(variables)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("echo", 'must start with "/"; write "/echo"'),
        ("/a//b", 'has an empty segment; write a single "/"'),
        ("/rooms/{room_id", "has an unbalanced brace; a variable is {name} or {name:converter}"),
        ("/rooms/room_id}", "has an unbalanced brace; a variable is {name} or {name:converter}"),
        ("/{}", '"{}" is not a variable; write {name} or {name:converter}'),
        ("/{1st}", '"{1st}" is not a variable; write {name} or {name:converter}'),
        ("/{a b}", '"{a b}" is not a variable; write {name} or {name:converter}'),
        ("/{id}/{id}", 'variable "id" is named twice; give each its own name'),
        ("/{id:integr}", 'unknown converter "integr" of variable "id"; did you mean "int"?'),
        ("/{id:date}", 'unknown converter "date" of variable "id"; known are str, int, float, uuid, path'),
        ("/{p:path}/x", '"{p:path}" takes the rest of the path; it must be the whole last segment'),
        ("/x{p:path}", '"{p:path}" takes the rest of the path; it must be the whole last segment'),
        ("/a?b=1", "has '?', which no path contains; query values are bound with QueryParam[...]"),
        ("/a b", "has ' ', which no path contains; take it out, or write '-' in its place"),
        ("/a#b", "has '#', which no path contains; take it out with all behind it: clients send no fragment"),
        ("/a\x00", "has '\\x00', which no path contains; take it out"),
    ],
)
def test_broken_template_says_what_and_how_to_mend(text: str, problem: str) -> None:
    with pytest.raises(PathTemplateError) as caught:
        PathTemplate.parse(text)
    assert str(caught.value) == f'path "{text}": {problem}'


def test_every_problem_of_a_template_is_named() -> None:
    with pytest.raises(PathTemplateError) as caught:
        PathTemplate.parse("a/{x}/{x}/{y:nope}")
    assert len(caught.value.problems) == 3


def test_a_path_that_is_no_text_is_refused() -> None:
    with pytest.raises(PathTemplateError, match="a path is a str, not int"):
        PathTemplate.parse(5)  # type: ignore[arg-type]  # what an untyped caller may do


@pytest.mark.parametrize(
    ("base", "tail", "joined"),
    [
        ("", "", "/"),
        ("/", "", "/"),
        ("", "/echo", "/echo"),
        ("/", "/echo", "/echo"),
        ("/ws", "", "/ws"),
        ("/ws", "/echo", "/ws/echo"),
        ("/ws/", "/echo", "/ws/echo"),
        ("/ws", "/", "/ws/"),
        ("/t/{tenant}", "/{room}", "/t/{tenant}/{room}"),
    ],
)
def test_joining_puts_one_slash_between(base: str, tail: str, joined: str) -> None:
    assert PathTemplate.parse(base).join(PathTemplate.parse(tail)).text == joined


def test_joining_refuses_a_variable_named_in_both() -> None:
    with pytest.raises(PathTemplateError, match='variable "id" is named twice'):
        PathTemplate.parse("/{id}").join(PathTemplate.parse("/{id}"))


def test_the_most_specific_template_sorts_first() -> None:
    expected = [
        "/rooms/lobby",
        "/rooms/{name}.json",
        "/rooms/{n:int}",
        "/rooms/{f:float}",
        "/rooms/{u:uuid}",
        "/rooms/{name}",
        "/rooms/{rest:path}",
        "/{kind}/lobby",
        "/{rest:path}",
    ]
    parsed = [PathTemplate.parse(text) for text in reversed(expected)]
    assert [template.text for template in sorted(parsed, key=lambda each: each.specificity)] == expected


def test_of_two_mixed_segments_more_literal_text_is_more_specific() -> None:
    short, long = PathTemplate.parse("/{name}.js"), PathTemplate.parse("/{name}.json")
    assert long.specificity < short.specificity


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("/rooms/{a}", "/rooms/{b}", True),
        ("/rooms/{a}", "/rooms/{b:str}", True),
        ("/rooms/{a}", "/rooms/{a:int}", False),
        ("/rooms/{a}.json", "/rooms/{b}.json", True),
        ("/rooms", "/rooms/", False),
    ],
)
def test_shape_ignores_names_only(one: str, other: str, same: bool) -> None:
    assert (PathTemplate.parse(one).shape == PathTemplate.parse(other).shape) is same


@given(templates())
def test_every_template_is_one_starlette_understands(text: str) -> None:
    template = PathTemplate.parse(text)
    _, _, convertors = compile_path(text or "/")
    assert set(convertors) == set(template.variables)


@given(templates(), templates())
def test_templates_of_one_shape_have_one_regular_expression(one: str, other: str) -> None:
    def expression(text: str) -> str:
        return re.sub(r"\?P<\w+>", "", compile_path(text or "/")[0].pattern)

    left, right = PathTemplate.parse(one), PathTemplate.parse(other)
    if one and other:
        assert (left.shape == right.shape) == (expression(one) == expression(other))


@given(templates(), templates())
def test_joined_templates_never_double_a_slash(base: str, tail: str) -> None:
    try:
        joined = PathTemplate.parse(base).join(PathTemplate.parse(tail))
    except PathTemplateError:
        return
    assert "//" not in joined.text
    assert joined.text.startswith("/")


def test_templates_of_one_text_are_equal_and_hashable() -> None:
    template = PathTemplate.parse("/rooms/{room:int}")
    assert {template, PathTemplate.parse("/rooms/{room:int}")} == {template}
    assert template != PathTemplate.parse("/rooms/{name:int}")
    assert repr(template) == "PathTemplate.parse('/rooms/{room:int}')"


# A path variable is the last segment, which no slash may follow.
bases = templates() | templates().filter(lambda text: ":path" not in text).map(lambda text: f"{text}/")


@given(base=bases, tail=st.sampled_from(["", "/"]) | templates())
def test_joined_templates_are_what_their_text_says(base: str, tail: str) -> None:
    def said(make: Callable[[], PathTemplate]) -> object:
        try:
            made = make()
        except PathTemplateError as error:
            return str(error)
        return made.text, made.segments, list(made.variables.items()), made.specificity, made.shape

    text = (base.rstrip("/") + tail if tail else base) or "/"
    first, last = PathTemplate.parse(base), PathTemplate.parse(tail)
    assert said(lambda: first.join(last)) == said(lambda: PathTemplate.parse(text))
