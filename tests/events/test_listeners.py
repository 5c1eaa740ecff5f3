from __future__ import annotations

from typing import Annotated, Any, Generic, TypeVar, Union

import pytest
import typing_extensions as te
from pydantic import BaseModel

from pyfly.events import collect_listeners, event_listener
from pyfly.metadata import DeclarationErrors, MetadataRegistry

T = TypeVar("T")


class Ordered:
    pass


class Shipped:
    pass


class Changed(BaseModel, Generic[T]):
    value: T


class Envelope(Generic[T]):
    pass


Either = te.TypeAliasType("Either", Ordered | Shipped)


def test_event_classes_are_read_from_annotations() -> None:
    class Bean:
        @event_listener
        def one(self, event: Ordered) -> None: ...

        @event_listener
        def two(self, event: Ordered | Shipped) -> None: ...

        @event_listener
        def old_union(self, event: Union[Ordered, Shipped]) -> None: ...  # noqa: UP007  # the case under test

        @event_listener
        def annotated(self, event: Annotated[Ordered, "a note"]) -> None: ...

        @event_listener
        def alias(self, event: Either) -> None: ...

        @event_listener
        def model(self, event: Changed[int]) -> None: ...

        @event_listener
        def later(self, event: Late) -> None: ...

        @event_listener(Shipped)
        def named(self, event: Any) -> None: ...

        @event_listener
        def everything(self, event: object) -> None: ...

        @event_listener
        def any_number(self, *events: Ordered) -> None: ...

    assert {listener.name: listener.event_types for listener in collect_listeners(Bean)} == {
        "one": (Ordered,),
        "two": (Ordered, Shipped),
        "old_union": (Ordered, Shipped),
        "annotated": (Ordered,),
        "alias": (Ordered, Shipped),
        "model": (Changed[int],),
        "later": (Late,),
        "named": (Shipped,),
        "everything": (object,),
        "any_number": (Ordered,),
    }


class Late:
    pass


def test_type_variables_of_a_base_are_filled_in() -> None:
    class Base(Generic[T]):
        @event_listener
        def on_event(self, event: T) -> None: ...

    class Bean(Base[Shipped]): ...

    assert [listener.event_types for listener in collect_listeners(Bean)] == [(Shipped,)]


def test_listeners_come_in_declaration_order_bases_first() -> None:
    class Base:
        @event_listener(order=5)
        def zulu(self, event: Ordered) -> None: ...

        @event_listener
        def mike(self, event: Ordered) -> None: ...

    class Bean(Base):
        @event_listener
        def alpha(self, event: Ordered) -> None: ...

        @event_listener
        def mike(self, event: Shipped | Ordered) -> None: ...

    listeners = collect_listeners(Bean)
    assert [(listener.label, listener.order) for listener in listeners] == [
        ("Bean.zulu", 5),
        ("Bean.mike", 0),
        ("Bean.alpha", 0),
    ]
    assert listeners[1].event_types == (Shipped, Ordered)


def test_override_without_a_declaration_is_still_a_listener() -> None:
    class Base:
        @event_listener
        def hear(self, event: Ordered) -> None: ...

    class Bean(Base):
        def hear(self, event: object) -> None: ...

    (listener,) = collect_listeners(Bean)
    assert listener.event_types == (object,)


def test_class_without_listeners_has_none() -> None:
    assert collect_listeners(Ordered) == ()


def test_only_the_given_registry_is_asked() -> None:
    registry = MetadataRegistry()

    class Bean:
        @event_listener(registry=registry)
        def hear(self, event: Ordered) -> None: ...

    assert collect_listeners(Bean) == ()
    assert [listener.name for listener in collect_listeners(Bean, registry=registry)] == ["hear"]


def test_every_fault_of_a_class_is_reported() -> None:
    class Bean:
        @event_listener
        def missing(self, event: Nowhere) -> None: ...  # type: ignore[name-defined]  # noqa: F821  # the fault under test

        @event_listener
        def generic(self, event: Envelope[int]) -> None: ...

        @event_listener
        def nothing(self, event: None) -> None: ...

    with pytest.raises(DeclarationErrors) as caught:
        collect_listeners(Bean)
    unresolved, *others = [fault.message.replace(f"{__name__}.", "") for fault in caught.value.faults]
    assert 'cannot resolve "Nowhere"' in unresolved
    assert others == [
        "Bean.generic(event): Envelope[int] cannot be told from other Envelope events at run time; write Envelope",
        "Bean.nothing(event): None is not an event class",
    ]
    assert all(fault.source is not None and fault.source.file == __file__ for fault in caught.value.faults)


def test_override_that_cannot_hear_is_reported() -> None:
    class Base:
        @event_listener
        def hear(self, event: Ordered) -> None: ...

    bean = type("Bean", (Base,), {"hear": staticmethod(print)})
    with pytest.raises(DeclarationErrors, match="event_listener is on a staticmethod, expected a method"):
        collect_listeners(bean)
