from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfly.web.sse import ServerSentEvent
from pyfly.web.sse.events import KEEP_ALIVE, frame_event


@dataclass
class Client:
    """Reads an event stream as WHATWG HTML section 9.2.6 says, one character at a time."""

    dispatched: list[tuple[str, str, str]] = field(default_factory=list)
    retry: int | None = None
    last_id: str = ""
    _type: str = ""
    _data: str = ""

    def read(self, stream: bytes) -> Client:
        text = stream.decode("utf-8")
        line = ""
        previous = ""
        for character in text:
            if character == "\n" and previous == "\r":
                pass
            elif character in "\r\n":
                self._line(line)
                line = ""
            else:
                line += character
            previous = character
        assert line == "", "the stream ends inside a line"
        return self

    def _line(self, line: str) -> None:
        if line == "":
            if self._data:
                self.dispatched.append((self._type or "message", self._data[:-1], self.last_id))
            self._type = self._data = ""
            return
        name, colon, value = line.partition(":")
        if name == "" and colon:
            return
        value = value.removeprefix(" ")
        if name == "event":
            self._type = value
        elif name == "data":
            self._data += value + "\n"
        elif name == "id" and "\0" not in value:
            self.last_id = value
        elif name == "retry" and value.isascii() and value.isdigit():
            self.retry = int(value)


def frame(event: ServerSentEvent) -> bytes:
    assert event.data is None or isinstance(event.data, str)
    return frame_event(event, event.data)


TEXT = st.text(st.characters(exclude_categories=["Cs"]))
FIELD = st.none() | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0"))
EVENTS = st.builds(
    ServerSentEvent,
    data=st.none() | TEXT,
    event=FIELD,
    id=FIELD,
    retry=st.none() | st.integers(min_value=0),
    comment=st.none() | TEXT,
)


@pytest.mark.parametrize(
    ("event", "framed"),
    [
        (ServerSentEvent("hello"), b"data: hello\n\n"),
        (ServerSentEvent(""), b"data: \n\n"),
        (ServerSentEvent(" indented"), b"data:  indented\n\n"),
        (ServerSentEvent("a\nb\r\nc\rd"), b"data: a\ndata: b\ndata: c\ndata: d\n\n"),
        (ServerSentEvent("a\n"), b"data: a\ndata: \n\n"),
        (ServerSentEvent("a\u2028b\x0bc"), "data: a\u2028b\x0bc\n\n".encode()),
        (
            ServerSentEvent("hi", event="greeting", id="7", retry=3000, comment="for people"),
            b": for people\nevent: greeting\nid: 7\nretry: 3000\ndata: hi\n\n",
        ),
        (ServerSentEvent(id=""), b"id: \n\n"),
        (ServerSentEvent(comment="a\nb"), b": a\n: b\n\n"),
        (ServerSentEvent(), b""),
        (ServerSentEvent("lone \ud800 surrogate"), b"data: lone ? surrogate\n\n"),
    ],
)
def test_event_is_framed(event: ServerSentEvent, framed: bytes) -> None:
    assert frame(event) == framed


@given(EVENTS)
def test_client_sees_what_was_framed(event: ServerSentEvent) -> None:
    client = Client(last_id="before").read(frame(event))
    seen_id = "before" if event.id is None else event.id
    assert client.last_id == seen_id
    assert client.retry == event.retry
    if event.data is None:
        assert client.dispatched == []
    else:
        data = str(event.data).replace("\r\n", "\n").replace("\r", "\n")
        assert client.dispatched == [(event.event or "message", data, seen_id)]


@given(st.lists(EVENTS))
def test_events_do_not_run_into_each_other(events: list[ServerSentEvent]) -> None:
    stream = KEEP_ALIVE.join(frame(event) for event in events) + KEEP_ALIVE
    assert len(Client().read(stream).dispatched) == sum(event.data is not None for event in events)


@pytest.mark.parametrize("name", ["event", "id"])
@pytest.mark.parametrize("character", ["\r", "\n", "\0"])
def test_names_that_would_break_the_frame_are_refused(name: str, character: str) -> None:
    with pytest.raises(ValueError, match=f"^{name} of a server-sent event holds a line break or NUL; see position 1$"):
        ServerSentEvent("data", **{name: f"a{character}b"})  # type: ignore[arg-type]  # the field varies


@pytest.mark.parametrize("retry", [-1, True])
def test_retry_that_is_no_natural_number_is_refused(retry: int) -> None:
    with pytest.raises(ValueError, match="retry of a server-sent event is milliseconds from 0, got"):
        ServerSentEvent(retry=retry)


def test_event_is_made_with_the_type_of_its_data_as_without() -> None:
    assert ServerSentEvent[str]("x", event="e") == ServerSentEvent("x", event="e")
    with pytest.raises(FrozenInstanceError):
        ServerSentEvent("x").data = "y"  # type: ignore[misc]  # what is under test
