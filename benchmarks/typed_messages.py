"""Measure an echo of typed messages, next to ``json`` and dictionaries by hand.

Both read the frames of a discriminated union of four models from one and the same connection in memory, and write them
back: one through a session, the other with ``json.loads``, validation, ``model_dump`` and ``json.dumps``. Their rounds
take turns, so that what else the machine does falls on both alike; what counts is the time of the thread's own CPU.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import time
from itertools import cycle, islice
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, Field, TypeAdapter

from pyfly.websocket import WebSocketSession
from pyfly.websocket.messages import codec_for

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

LIMIT = 0.45


class Join(BaseModel):
    kind: Literal["join"] = "join"
    room: str
    name: str
    roles: list[str]


class Say(BaseModel):
    kind: Literal["say"] = "say"
    room: str
    text: str
    mentions: list[int]
    urgent: bool = False


class Move(BaseModel):
    kind: Literal["move"] = "move"
    piece: int
    x: float
    y: float
    z: float


class Leave(BaseModel):
    kind: Literal["leave"] = "leave"
    room: str
    reason: str | None = None


Chat = Annotated[Join | Say | Move | Leave, Field(discriminator="kind")]
FRAMES = [
    '{"kind": "join", "room": "lobby", "name": "Ada Lovelace", "roles": ["guest", "editor"]}',
    '{"kind": "say", "room": "lobby", "text": "Shall we begin? I have brought notes.", "mentions": [3, 14, 159]}',
    '{"kind": "move", "piece": 7, "x": 12.5, "y": -3.25, "z": 0.125}',
    '{"kind": "leave", "room": "lobby", "reason": "the meeting is over"}',
]


class MemoryConnection:
    """A connection whose client sends the same frames over and over, and reads all that is sent."""

    query_params: Any = None
    headers: Any = None

    def __init__(self) -> None:
        self.path_params: dict[str, Any] = {}
        self.cookies: dict[str, str] = {}
        self.scope: MutableMapping[str, Any] = {"type": "websocket", "subprotocols": []}
        self.incoming = iter(
            [{"type": "websocket.connect"}] + [{"type": "websocket.receive", "text": text} for text in FRAMES]
        )
        self.last: MutableMapping[str, Any] = {}

    async def receive(self) -> MutableMapping[str, Any]:
        return next(self.incoming)

    async def send(self, message: MutableMapping[str, Any], /) -> None:
        self.last = message

    def repeat(self, messages: int) -> None:
        """Let the client send its frames again, this many messages in all."""
        frames = ({"type": "websocket.receive", "text": text} for text in FRAMES)
        self.incoming = islice(cycle(list(frames)), messages)


async def echo_typed(session: WebSocketSession[Chat, Chat], messages: int) -> None:
    for _ in range(messages):
        await session.send(await session.receive())


async def echo_by_hand(connection: MemoryConnection, adapter: TypeAdapter[Chat], messages: int) -> None:
    for _ in range(messages):
        frame = await connection.receive()
        message = adapter.validate_python(json.loads(frame["text"]))
        await connection.send({"type": "websocket.send", "text": json.dumps(message.model_dump())})


async def seconds(echo: Callable[[int], Awaitable[None]], connection: MemoryConnection, messages: int) -> float:
    connection.repeat(messages)
    start = time.thread_time()
    await echo(messages)
    return time.thread_time() - start


async def measure(rounds: int, messages: int) -> tuple[list[float], list[float]]:
    connection = MemoryConnection()
    codec = codec_for(Chat, Chat)
    session: WebSocketSession[Chat, Chat] = WebSocketSession(connection, codec=codec)
    await session.accept()
    adapter: TypeAdapter[Chat] = TypeAdapter(Chat)

    async def typed(count: int) -> None:
        await echo_typed(session, count)

    async def by_hand(count: int) -> None:
        await echo_by_hand(connection, adapter, count)

    await check(typed, by_hand, connection)
    measured: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds + 1):
        # Each goes first every other time; the first round only warms up.
        for place in (0, 1) if number % 2 else (1, 0):
            took = await seconds((typed, by_hand)[place], connection, messages)
            if number:
                measured[place].append(took)
    return measured


async def check(
    typed: Callable[[int], Awaitable[None]], by_hand: Callable[[int], Awaitable[None]], connection: MemoryConnection
) -> None:
    """Make sure that both answer every frame with the same JSON."""
    for count in range(1, len(FRAMES) + 1):
        answers = []
        for echo in (typed, by_hand):
            connection.repeat(count)
            await echo(count)
            answers.append(json.loads(connection.last["text"]))
        if answers[0] != answers[1]:
            raise AssertionError(f"the answers differ: {answers[0]} and {answers[1]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=30, help="rounds of each (default: 30)")
    parser.add_argument("--messages", type=int, default=4000, help="messages in a round (default: 4000)")
    options = parser.parse_args()
    typed, by_hand = asyncio.run(measure(options.rounds, options.messages))
    ratios = [ours / theirs for ours, theirs in zip(typed, by_hand, strict=True)]
    for name, times in (("typed session", typed), ("json by hand", by_hand)):
        print(f"{statistics.median(times) / options.messages * 1e6:8.2f} us a message  {name}")
    low, median, high = statistics.quantiles(ratios, n=4)
    print(
        f"typed session / json by hand: {median:.3f} (quartiles {low:.3f} to {high:.3f}, "
        f"extremes {min(ratios):.3f} to {max(ratios):.3f}, {len(ratios)} rounds); at most {LIMIT} is wanted"
    )


if __name__ == "__main__":
    main()
