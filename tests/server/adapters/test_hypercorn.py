from __future__ import annotations

import asyncio
from typing import Any

import pytest

from pyfly.server.adapters import hypercorn


async def test_only_cancellations_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()
    reported: list[dict[str, Any]] = []
    monkeypatch.setattr(asyncio.BaseEventLoop, "default_exception_handler", lambda _, context: reported.append(context))
    hypercorn._pass_over_cancellation(loop, {"exception": asyncio.CancelledError()})
    hypercorn._pass_over_cancellation(loop, {"message": "odd"})
    assert reported == [{"message": "odd"}]
