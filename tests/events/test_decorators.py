import functools
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar, cast

import pytest

from pyfly.events import EventListener, event_listener
from pyfly.metadata import DeclarationError, MetadataRegistry, default_registry

P = ParamSpec("P")
T = TypeVar("T")


@dataclass
class Ordered:
    number: int


@dataclass
class Shipped:
    number: int


def line_of(marker: str) -> str:
    """Return ``file:line`` of the only line of this file that ends in the comment."""
    with open(__file__, encoding="utf-8") as file:
        (line,) = [number for number, text in enumerate(file, 1) if text.rstrip().endswith(f"# <{marker}>")]
    return f"{__file__}:{line}"


def test_bare_decorator_records_and_returns_the_method_itself() -> None:
    async def hear(self: object, event: Ordered) -> None: ...

    assert event_listener(hear) is hear
    descriptor = default_registry.find(hear, EventListener)
    assert descriptor is not None
    assert descriptor.event_types == ()
    assert descriptor.order == 0


def test_called_decorator_records_its_arguments() -> None:
    registry = MetadataRegistry()

    class Bean:
        @event_listener(Ordered, Shipped, order=10, registry=registry)  # <called>
        def hear(self, event: Any) -> None: ...

    descriptor = registry.find(Bean.hear, EventListener)
    assert descriptor is not None
    assert (descriptor.event_types, descriptor.order) == ((Ordered, Shipped), 10)
    assert str(descriptor.source) == line_of("called")
    assert default_registry.find(Bean.hear, EventListener) is None


def test_event_class_nested_beside_the_listener_is_an_event_class() -> None:
    class Bean:
        @dataclass
        class Done:
            number: int

        @event_listener(Done)
        def hear(self, event: object) -> None: ...

    descriptor = default_registry.find(Bean.hear, EventListener)
    assert descriptor is not None
    assert descriptor.event_types == (Bean.Done,)


def test_union_may_be_named_in_the_decorator() -> None:
    either = cast("type[Any]", Ordered | Shipped)

    class Bean:
        @event_listener(either)
        def hear(self, event: object) -> None: ...

    descriptor = default_registry.find(Bean.hear, EventListener)
    assert descriptor is not None
    assert descriptor.event_types == (Ordered, Shipped)


def test_wrapped_method_is_judged_by_what_it_wraps() -> None:
    def traced(function: Callable[P, T]) -> Callable[P, T]:
        @functools.wraps(function)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
            return function(*args, **kwargs)

        return wrapper

    class Bean:
        @event_listener
        @traced
        def hear(self, event: Ordered) -> None: ...

    assert default_registry.find(Bean.hear, EventListener) is not None


def test_on_a_class_it_fails_at_that_line() -> None:
    with pytest.raises(DeclarationError) as caught:

        @event_listener  # <class>
        class Bean:
            pass

    assert str(caught.value) == (
        f"{line_of('class')}: event_listener is on the class Bean; put it on a method of a bean"
    )


def test_called_on_a_class_it_fails_too() -> None:
    decorator: Any = event_listener(order=1)
    with pytest.raises(DeclarationError, match=r"event_listener is on the class .*Bean; put it on a method of a bean"):

        @decorator
        class Bean:
            pass


def test_on_a_nested_class_it_fails_too() -> None:
    with pytest.raises(DeclarationError, match=r"event_listener is on the class .*Outer\.Inner"):

        class Outer:
            @event_listener
            class Inner:
                pass


def test_on_a_class_of_a_module_it_fails_too() -> None:
    source = "from pyfly.events import event_listener\n\n@event_listener\nclass Bean: ...\n"
    with pytest.raises(DeclarationError) as caught:
        exec(compile(source, "beans.py", "exec"), {"__name__": "beans"})
    assert str(caught.value) == "beans.py:3: event_listener is on the class Bean; put it on a method of a bean"


def no_event(self: object) -> None: ...


def keyword_event(self: object, *, event: Ordered) -> None: ...


def two_arguments(self: object, event: Ordered, other: int) -> None: ...


def unannotated(self, event): ...  # type: ignore[no-untyped-def]  # the fault under test


def generator(self: object, event: Ordered) -> Iterator[None]:
    yield


async def async_generator(self: object, event: Ordered) -> AsyncIterator[None]:
    yield


@pytest.mark.parametrize(
    ("method", "message"),
    [
        (
            no_event,
            "no_event(self: object) -> None cannot be called with one event: too many positional arguments; "
            "a listener takes self and the event",
        ),
        (
            keyword_event,
            "keyword_event(self: object, *, event: test_decorators.Ordered) -> None cannot be called with one event: "
            "too many positional arguments; a listener takes self and the event",
        ),
        (
            two_arguments,
            "two_arguments(self: object, event: test_decorators.Ordered, other: int) -> None cannot be called with one "
            "event: missing a required argument: 'other'; a listener takes self and the event",
        ),
        (
            unannotated,
            "unannotated(event) has no annotation that tells the event's class; "
            "annotate it, or name the class: @event_listener(SomeEvent)",
        ),
        (generator, "generator is a generator, which nobody would run; remove its yield"),
        (async_generator, "async_generator is a generator, which nobody would run; remove its yield"),
        (
            staticmethod(no_event),
            "event_listener is on a staticmethod, expected a method; put it on a method that takes self and the event",
        ),
        (
            classmethod(two_arguments),
            "event_listener is on a classmethod, expected a method; put it on a method that takes self and the event",
        ),
    ],
)
def test_wrong_methods_are_refused(method: Any, message: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        event_listener(method)
    assert caught.value.message.replace(f"{__name__}.", "test_decorators.") == message
    assert caught.value.source is not None
    assert caught.value.source.file == __file__


def test_explicit_class_makes_the_annotation_unnecessary() -> None:
    def hear(self, event): ...  # type: ignore[no-untyped-def]  # the case under test

    assert event_listener(Ordered)(hear) is hear


def test_extra_arguments_with_defaults_are_allowed() -> None:
    def hear(self: object, event: Ordered, retries: int = 3) -> None: ...

    assert event_listener(hear) is hear


def test_second_declaration_is_refused() -> None:
    with pytest.raises(DeclarationError) as caught:

        class Bean:
            @event_listener(Ordered)
            @event_listener(Shipped)
            def hear(self, event: Any) -> None: ...

    assert caught.value.message == (
        "Bean.hear is declared a listener twice; name every event in one @event_listener(FirstEvent, SecondEvent)"
    )


@pytest.mark.parametrize(
    ("event_type", "message"),
    [
        ("ordered", "event_listener: 'ordered' is not an event class"),
        (3, "event_listener: 3 is not an event class"),
        (Any, "event_listener: typing.Any is not an event class; write object to hear every event"),
    ],
)
def test_what_is_no_class_is_refused(event_type: Any, message: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        event_listener(event_type)
    assert caught.value.message == message


def test_order_must_be_a_number() -> None:
    order: Any = "first"
    with pytest.raises(DeclarationError) as caught:
        event_listener(order=order)
    assert caught.value.message == ("event_listener: expected an int for order, got 'first'; lower numbers hear first")
