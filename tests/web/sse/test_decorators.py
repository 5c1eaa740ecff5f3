from __future__ import annotations

import functools
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from pyfly.metadata import DeclarationError, MetadataRegistry, SourceLocation
from pyfly.web.sse import SseMapping, sse_mapping


def line() -> int:
    return sys._getframe(1).f_lineno


def test_mapping_is_recorded_and_mirrored() -> None:
    registry = MetadataRegistry()

    class Clock:
        @sse_mapping("/ticks/{zone}", registry=registry)
        async def ticks(self, zone: str) -> AsyncIterator[int]:
            yield 1

    found = registry.find(Clock.ticks, SseMapping)
    assert found is not None
    assert (found.path, found.kind) == ("/ticks/{zone}", "SSE")
    assert found.source == SourceLocation(file=__file__, line=Clock.ticks.__code__.co_firstlineno)
    assert vars(Clock.ticks)["__pyfly_sse_mapping__"] == {"path": "/ticks/{zone}"}


def test_attribute_alone_is_adopted() -> None:
    async def ticks(self: Any) -> AsyncIterator[int]:
        yield 1

    vars(ticks)["__pyfly_sse_mapping__"] = {"path": "/ticks"}
    found = MetadataRegistry().find(ticks, SseMapping)
    assert found is not None
    assert found.path == "/ticks"


def test_decorated_generator_is_the_same_object() -> None:
    async def ticks(self: Any) -> AsyncIterator[int]:
        yield 1

    assert sse_mapping("/ticks")(ticks) is ticks


def test_wrapped_generator_is_accepted() -> None:
    def traced(function: Callable[..., AsyncIterator[int]]) -> Callable[..., AsyncIterator[int]]:
        @functools.wraps(function)
        def wrapper(self: Any) -> AsyncIterator[int]:
            return function(self)

        return wrapper

    @sse_mapping("/ticks")
    @traced
    async def ticks(self: Any) -> AsyncIterator[int]:
        yield 1

    assert vars(ticks)["__pyfly_sse_mapping__"] == {"path": "/ticks"}


async def no_yield(self: Any) -> str:
    return "once"


def plain_generator(self: Any) -> Iterator[int]:
    yield 1


def function(self: Any) -> str:
    return "once"


@pytest.mark.parametrize(
    ("handler", "found"),
    [
        (no_yield, "no_yield is a coroutine without yield"),
        (plain_generator, "plain_generator is a plain generator"),
        (function, "function is a function"),
    ],
)
def test_what_is_no_async_generator_is_refused_at_the_line(handler: Any, found: str) -> None:
    decorator = sse_mapping("/ticks")
    expected = line() - 1
    with pytest.raises(DeclarationError) as caught:
        decorator(handler)
    assert str(caught.value) == (
        f"{__file__}:{expected}: @sse_mapping decorates an async generator, and {found}; "
        "write it with async def and yield each event"
    )


def test_class_is_refused_at_the_line() -> None:
    with pytest.raises(DeclarationError, match='@sse_mapping decorates a method, not the class "int"'):
        sse_mapping("/ticks")(int)  # type: ignore[type-var]  # what the test is about


def test_path_that_breaks_the_grammar_is_refused_at_the_line() -> None:
    with pytest.raises(DeclarationError, match=r'path "ticks": must start with "/"; write "/ticks"'):
        sse_mapping("ticks")


def test_missing_parentheses_are_told() -> None:
    with pytest.raises(DeclarationError, match="@sse_mapping is used without parentheses"):
        sse_mapping(no_yield)  # type: ignore[arg-type]  # what the test is about
