"""Whatever a test does in whatever order, no message is lost and none comes twice."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from pyfly.testing import ClientTimeout, connect
from tests.testing.conftest import Running, TalkController

STEPS = st.lists(st.sampled_from(["send", "receive", "give up", "cancel", "yield"]), max_size=40)


@given(STEPS)
@settings(max_examples=60)
def test_each_message_is_answered_once_and_in_order(steps: list[str]) -> None:
    asyncio.run(talk(steps))


async def talk(steps: list[str]) -> None:
    sent: list[str] = []
    received: list[str] = []
    async with connect(Running().app, TalkController.raw) as client:
        for step in steps:
            match step:
                case "send":
                    sent.append(str(len(sent)))
                    await client.send_text(sent[-1])
                case "receive" if len(received) < len(sent):
                    received.append(await client.receive_text())
                case "give up":
                    with suppress(ClientTimeout):
                        received.append(await client.receive_text(timeout=0))
                case "cancel":
                    waiting = asyncio.create_task(client.receive_text())
                    await asyncio.sleep(0)
                    waiting.cancel()
                    received += [
                        text for text in await asyncio.gather(waiting, return_exceptions=True) if type(text) is str
                    ]
                case _:
                    await asyncio.sleep(0)
        while len(received) < len(sent):
            received.append(await client.receive_text())
    assert received == sent
