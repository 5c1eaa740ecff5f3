"""Messages that are inflated within bounds, between two connections of wsproto."""

from __future__ import annotations

import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Event, Ping
from wsproto.extensions import PerMessageDeflate
from wsproto.frame_protocol import CloseReason, Opcode, RsvBits

from pyfly.server.adapters.hypercorn_deflate import BoundedDeflate

MOST = 1000
FINAL_BLOCK = zlib.compressobj(9, zlib.DEFLATED, -15)
STREAM_THAT_ENDS = FINAL_BLOCK.compress(b"the end") + FINAL_BLOCK.flush(zlib.Z_FINISH)


class Pair:
    """A client, and a server that inflates so much."""

    def __init__(self, offer: str = "permessage-deflate") -> None:
        agreed, deflate = PerMessageDeflate(), PerMessageDeflate()
        answer = agreed.accept(offer)
        assert isinstance(answer, str)
        deflate.finalize(f"permessage-deflate; {answer}")
        self.bounded = BoundedDeflate.instead_of(agreed, most=MOST)
        self.client = Connection(ConnectionType.CLIENT, [deflate])
        self.server = Connection(ConnectionType.SERVER, [self.bounded])

    def tell(self, data: bytes, *, size: int = 1 << 16) -> list[Event]:
        """Give the server bytes of the client, so many at a time; what it makes of them."""
        events: list[Event] = []
        for start in range(0, len(data), size):
            self.server.receive_data(data[start : start + size])
            events += self.server.events()
        return events

    def send(self, message: bytes, **options: Any) -> bytes:
        """Let the client send a message; what the server has of it."""
        return joined(self.tell(self.client.send(BytesMessage(message)), **options))


def joined(events: list[Event]) -> bytes:
    assert all(isinstance(event, BytesMessage) for event in events)
    return b"".join(event.data for event in events if isinstance(event, BytesMessage))


def compressed_frame(payload: bytes) -> bytes:
    """A binary frame of a client that says that its payload is compressed."""
    assert len(payload) < 126
    return bytes([0xC2, 0x80 | len(payload)]) + bytes(4) + payload


@given(
    messages=st.lists(st.binary(max_size=MOST - 1), max_size=5),
    size=st.integers(1, 200),
    offer=st.sampled_from(
        ["permessage-deflate", "permessage-deflate; client_no_context_takeover; client_max_window_bits=9"]
    ),
)
def test_messages_within_the_bound_arrive_as_they_are(messages: list[bytes], size: int, offer: str) -> None:
    pair = Pair(offer)
    assert [pair.send(message, size=size) for message in messages] == messages


@pytest.mark.parametrize("size", [1, 7, 1 << 16])
def test_no_more_than_the_bound_is_inflated(size: int) -> None:
    pair = Pair()
    assert pair.send(bytes(1_000_000), size=size) == bytes(MOST)


def test_fragments_are_counted_together() -> None:
    pair = Pair()
    fragments = [pair.client.send(BytesMessage(bytes(400), message_finished=False)) for _ in range(4)]
    assert [len(joined(pair.tell(fragment))) for fragment in fragments] == [0, 0, 0, 0]  # zlib waits for more
    assert joined(pair.tell(pair.client.send(BytesMessage(bytes(400))))) == bytes(MOST)


def test_each_message_may_be_as_large() -> None:
    pair = Pair("permessage-deflate; client_no_context_takeover")
    assert [pair.send(bytes(MOST - 1)) for _ in range(3)] == [bytes(MOST - 1)] * 3
    assert pair.send(bytes(MOST + 1)) == bytes(MOST)
    assert pair.send(b"again") == b"again"


def test_a_frame_that_is_not_compressed_passes() -> None:
    pair = Pair()
    plain = bytes([0x82, 0x80 | 5]) + bytes(4) + b"plain"
    assert joined(pair.tell(plain)) == b"plain"
    assert pair.tell(pair.client.send(Ping(b"ping"))) == [Ping(b"ping")]
    assert pair.send(b"compressed") == b"compressed"


def test_what_follows_the_end_of_a_stream_is_not_kept() -> None:
    pair = Pair()
    header = RsvBits(rsv1=True, rsv2=False, rsv3=False)
    proto: Any = pair.server._proto
    pair.bounded.frame_inbound_header(proto, Opcode.BINARY, header, 0)
    assert pair.bounded.frame_inbound_payload_data(proto, STREAM_THAT_ENDS) == b"the end"
    for _ in range(3):
        assert pair.bounded.frame_inbound_payload_data(proto, b"more" * 100) == b""
    assert pair.bounded._decompressor is not None
    assert pair.bounded._decompressor.unused_data == b""


def test_a_message_may_follow_one_that_ends_its_stream() -> None:
    pair = Pair()
    for _ in range(2):
        assert joined(pair.tell(compressed_frame(STREAM_THAT_ENDS))) == b"the end"


def test_what_cannot_be_inflated_is_no_message() -> None:
    (event,) = Pair().tell(compressed_frame(b"\xff\xff\xff"))
    assert isinstance(event, CloseConnection)
    assert event.code is CloseReason.INVALID_FRAME_PAYLOAD_DATA
