"""What each server passes over of the settings is said, the defaults included."""

from __future__ import annotations

from typing import Any

import pytest

from pyfly.server import ServerSettings
from pyfly.server.worker import load_adapter


@pytest.mark.parametrize(
    ("backend", "asked", "said"),
    [
        ("uvicorn", {"ping_interval": 1, "ping_timeout": 1, "compression": True, "max_message_size": 2**30}, []),
        (
            "granian",
            {},
            [
                "ping_interval=20 is ignored: Granian sends no WebSocket pings, "
                "and TCP alone tells of a client that vanishes",
                "close_timeout=10 is ignored: Granian waits for as long as a client takes to read what was sent to it",
                "max_message_size=65536 holds for whole messages only: "
                "Granian collects up to 67108864 bytes of an unfinished one",
            ],
        ),
        (
            "granian",
            {"ping_interval": 0, "ping_timeout": 0, "max_message_size": 67108864},
            [
                "close_timeout=10 is ignored: Granian waits for as long as a client takes to read what was sent to it",
                "max_message_size=67108864 holds for fragmented messages only: "
                "Granian refuses single frames above 16777216 bytes",
            ],
        ),
        (
            "granian",
            {
                "ping_interval": 1.5,
                "ping_timeout": 30,
                "close_timeout": 2.5,
                "compression": True,
                "max_message_size": 16777217,
            },
            [
                "ping_interval=1.5 is ignored: Granian sends no WebSocket pings, "
                "and TCP alone tells of a client that vanishes",
                "close_timeout=2.5 is ignored: Granian waits for as long as a client takes to read what was sent to it",
                "compression=True is ignored: Granian has no per-message deflate",
                "max_message_size=16777217 holds for whole messages only: "
                "Granian collects up to 67108864 bytes of an unfinished one",
                "max_message_size=16777217 holds for fragmented messages only: "
                "Granian refuses single frames above 16777216 bytes",
            ],
        ),
        ("hypercorn", {"ping_interval": 1, "ping_timeout": 5, "compression": True, "max_message_size": 2**30}, []),
    ],
)
def test_what_is_passed_over(backend: Any, asked: dict[str, Any], said: list[str]) -> None:
    lacks = load_adapter(backend).check(ServerSettings(backend=backend, **asked))
    assert [lack.text for lack in lacks] == said
    assert [lack.setting for lack in lacks] == [text.partition("=")[0] for text in said]
