import asyncio
import logging
from abc import ABC
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypedDict, TypeVar

import pytest
from pydantic import BaseModel

from pyfly.events import EventPublisher

Payload = TypeVar("Payload")


class Event:
    pass


class Ordered(Event):
    pass


class Shipped(Event):
    pass


class Envelope(Generic[Payload]):
    pass


def recorder(heard: list[str], name: str) -> Callable[[object], None]:
    def hear(event: object) -> None:
        heard.append(name)

    return hear


async def test_listener_hears_events_of_its_class_and_of_subclasses() -> None:
    publisher = EventPublisher()
    heard: list[Event] = []
    publisher.subscribe(Event, heard.append)
    events = [Event(), Ordered(), Shipped()]
    for event in events:
        await publisher.publish(event)
    await publisher.publish("another")
    assert heard == events


async def test_listener_of_a_subclass_does_not_hear_its_base() -> None:
    publisher = EventPublisher()
    heard: list[Ordered] = []
    publisher.subscribe(Ordered, heard.append)
    await publisher.publish(Event())
    assert heard == []


async def test_listener_of_several_classes_hears_an_event_once() -> None:
    publisher = EventPublisher()
    heard: list[Event] = []
    publisher.subscribe((Event, Ordered), heard.append)
    await publisher.publish(Ordered())
    assert len(heard) == 1


async def test_listener_of_object_hears_everything() -> None:
    class Model(BaseModel):
        number: int

    @dataclass
    class Data:
        number: int

    publisher = EventPublisher()
    heard: list[object] = []
    publisher.subscribe(object, heard.append)
    events = [Model(number=1), Data(2), "text", 3, None]
    for event in events:
        await publisher.publish(event)
    assert heard == events


async def test_virtual_subclass_counts_as_subclass() -> None:
    class Audited(ABC):  # noqa: B024  # nothing to implement
        pass

    Audited.register(Shipped)
    publisher = EventPublisher()
    heard: list[Audited] = []
    publisher.subscribe(Audited, heard.append)
    await publisher.publish(Shipped())
    assert len(heard) == 1


async def test_lower_order_hears_first_and_equals_in_order_of_subscription() -> None:
    publisher = EventPublisher()
    heard: list[str] = []
    publisher.subscribe(Event, recorder(heard, "late"), order=10)
    publisher.subscribe(Event, recorder(heard, "first default"))
    publisher.subscribe(Ordered, recorder(heard, "second default"))
    publisher.subscribe(object, recorder(heard, "early"), order=-1)
    await publisher.publish(Ordered())
    assert heard == ["early", "first default", "second default", "late"]


async def test_each_listener_is_awaited_before_the_next_is_called() -> None:
    publisher = EventPublisher()
    heard: list[str] = []

    async def slow(event: Event) -> None:
        await asyncio.sleep(0)
        heard.append("slow")

    publisher.subscribe(Event, slow)
    publisher.subscribe(Event, recorder(heard, "quick"))
    await publisher.publish(Event())
    assert heard == ["slow", "quick"]


async def test_any_awaitable_a_listener_returns_is_awaited() -> None:
    publisher = EventPublisher()
    future: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def hear(event: Event) -> Awaitable[None]:
        return future

    publisher.subscribe(Event, hear)
    publishing = asyncio.create_task(publisher.publish(Event()))
    await asyncio.sleep(0)
    assert not publishing.done()
    future.set_result(None)
    await asyncio.wait_for(publishing, 5)


async def test_unsubscribed_listener_hears_nothing_more() -> None:
    publisher = EventPublisher()
    heard: list[Event] = []
    subscription = publisher.subscribe(Event, heard.append)
    await publisher.publish(Event())
    subscription.unsubscribe()
    subscription.unsubscribe()
    await publisher.publish(Event())
    assert len(heard) == 1
    assert not subscription.active


async def test_listener_unsubscribed_by_an_earlier_one_does_not_hear_the_same_event() -> None:
    publisher = EventPublisher()
    heard: list[str] = []
    publisher.subscribe(Event, lambda event: later.unsubscribe())
    later = publisher.subscribe(Event, recorder(heard, "later"))
    await publisher.publish(Event())
    assert heard == []


async def test_listener_subscribed_by_another_hears_the_next_event() -> None:
    publisher = EventPublisher()
    heard: list[str] = []
    starter = publisher.subscribe(Event, lambda event: publisher.subscribe(Event, recorder(heard, "new")))
    await publisher.publish(Event())
    assert heard == []
    starter.unsubscribe()
    await publisher.publish(Event())
    assert heard == ["new"]


async def test_failing_listeners_are_logged_and_stop_nobody(caplog: pytest.LogCaptureFixture) -> None:
    publisher = EventPublisher()
    heard: list[str] = []

    def fail(event: Event) -> None:
        raise ValueError("sync")

    async def fail_later(event: Event) -> None:
        raise LookupError("async")

    publisher.subscribe(Event, fail, name="Mailer.send")
    publisher.subscribe(Event, fail_later)
    publisher.subscribe(Event, recorder(heard, "healthy"))
    with caplog.at_level(logging.ERROR, logger="pyfly.events"):
        await publisher.publish(Ordered())
    assert heard == ["healthy"]
    assert [record.getMessage() for record in caplog.records] == [
        "event listener Mailer.send failed on Ordered",
        f"event listener {fail_later.__qualname__} failed on Ordered",
    ]
    assert [record.exc_info and str(record.exc_info[1]) for record in caplog.records] == ["sync", "async"]


async def test_cancelling_publish_cancels_the_running_listener_and_the_rest() -> None:
    publisher = EventPublisher()
    running = asyncio.Event()
    heard: list[str] = []

    async def wait(event: Event) -> None:
        running.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            heard.append("cancelled")
            raise

    publisher.subscribe(Event, wait)
    publisher.subscribe(Event, recorder(heard, "next"))
    publishing = asyncio.create_task(publisher.publish(Event()))
    await asyncio.wait_for(running.wait(), 5)
    publishing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await publishing
    assert heard == ["cancelled"]


async def test_listener_that_waits_for_a_cancelled_task_is_a_failing_listener(
    caplog: pytest.LogCaptureFixture,
) -> None:
    publisher = EventPublisher()
    heard: list[str] = []

    async def wait(event: Event) -> None:
        task = asyncio.create_task(asyncio.sleep(3600))
        task.cancel()
        await task

    publisher.subscribe(Event, wait, name="Waiter.wait")
    publisher.subscribe(Event, recorder(heard, "next"))
    await publisher.publish(Event())
    assert heard == ["next"]
    assert caplog.messages == ["event listener Waiter.wait failed on Event"]


async def test_timeout_around_publish_takes_effect() -> None:
    publisher = EventPublisher()

    async def wait(event: Event) -> None:
        await asyncio.Event().wait()

    publisher.subscribe(Event, wait)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await publisher.publish(Event())


async def test_listener_may_publish_another_event() -> None:
    publisher = EventPublisher()
    heard: list[str] = []

    async def forward(event: Ordered) -> None:
        await publisher.publish(Shipped())
        heard.append("forwarded")

    publisher.subscribe(Ordered, forward)
    publisher.subscribe(Shipped, recorder(heard, "shipped"))
    await publisher.publish(Ordered())
    assert heard == ["shipped", "forwarded"]


def test_has_listeners_follows_subscriptions() -> None:
    publisher = EventPublisher()
    assert not publisher.has_listeners(Ordered)
    subscription = publisher.subscribe(Event, print)
    assert publisher.has_listeners(Ordered)
    assert publisher.has_listeners(Event)
    assert not publisher.has_listeners(object)
    subscription.unsubscribe()
    assert not publisher.has_listeners(Ordered)


def test_nobody_listening_is_found_out_once_per_class() -> None:
    checked: list[type] = []

    class Counting(type):
        def __subclasscheck__(cls, subclass: type) -> bool:
            checked.append(subclass)
            return super().__subclasscheck__(subclass)

    class Counted(metaclass=Counting):
        pass

    publisher = EventPublisher()
    publisher.subscribe(Counted, print)
    checked.clear()
    assert not any(publisher.has_listeners(Event) for _ in range(3))
    assert checked == [Event]


class Plain(Protocol):
    def total(self) -> int: ...


class Row(TypedDict):
    number: int


@pytest.mark.parametrize(
    ("event_type", "message"),
    [
        ("Event", "'Event' is not an event class"),
        (Envelope[int], "cannot be told from other Envelope events at run time; write Envelope"),
        (Plain, "Plain cannot be an event class: Instance and class checks can only be used with"),
        (Row, "Row cannot be an event class: TypedDict does not support instance and class checks"),
    ],
)
def test_what_is_no_class_cannot_be_subscribed_to(event_type: type[object], message: str) -> None:
    with pytest.raises(TypeError) as caught:
        EventPublisher().subscribe(event_type, print)
    assert message in str(caught.value)


def test_subscription_shows_who_hears_what() -> None:
    subscription = EventPublisher().subscribe((Ordered, Shipped), print)
    assert repr(subscription) == "<Subscription print to Ordered, Shipped>"


def test_callback_without_a_name_is_called_by_its_repr() -> None:
    class Callback:
        def __call__(self, event: object) -> None: ...

        def __repr__(self) -> str:
            return "<the callback>"

    assert EventPublisher().subscribe(Event, Callback()).name == "<the callback>"
