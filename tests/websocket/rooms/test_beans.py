"""Which backplane an application gets."""

from __future__ import annotations

import sys

import pytest
from pydantic import SecretStr

from pyfly.context import ApplicationContext, Settings, SettingsError
from pyfly.errors import MissingExtraError
from pyfly.metadata import MetadataRegistry
from pyfly.websocket.adapters.starlette import WebSocketRegistrar
from pyfly.websocket.rooms import Backplane, MemoryBackplane, Rooms
from pyfly.websocket.rooms.beans import register_rooms


class Asks:
    def __init__(self, backplane: Backplane) -> None:
        self.backplane = backplane


def context_with(url: str | None = None) -> ApplicationContext:
    settings = Settings(backplane_url=None if url is None else SecretStr(url))
    context = ApplicationContext(settings=settings, registry=MetadataRegistry())
    context.register(Asks)
    return context


async def test_without_a_url_rooms_stay_in_the_process() -> None:
    context = context_with()
    WebSocketRegistrar(registry=context.registry).collect_routes(context)
    register_rooms(context)
    assert isinstance(context.get_bean(Asks).backplane, MemoryBackplane)
    assert context.get_bean(Rooms) is context.get_bean(Rooms)


async def test_an_application_may_bring_its_own() -> None:
    own = MemoryBackplane()
    context = context_with("redis://127.0.0.1:1")
    context.register_instance(own, types=[Backplane])
    register_rooms(context)
    async with context:
        assert context.get_bean(Asks).backplane is own


async def test_a_missing_extra_is_told_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    context = context_with("redis://127.0.0.1:1")
    register_rooms(context)
    for module in [name for name in sys.modules if name.startswith("pyfly.websocket.rooms.adapters.redis")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "redis", None)
    monkeypatch.setitem(sys.modules, "redis.exceptions", None)
    with pytest.raises(MissingExtraError) as raised:
        await context.start()
    assert str(raised.value) == (
        "the setting PYFLY_BACKPLANE_URL needs redis, which is not installed; run: pip install 'pyfly[redis]'"
    )


async def test_a_wrong_option_is_told_at_the_start() -> None:
    context = context_with("redis://127.0.0.1:1?nonsense=1")
    register_rooms(context)
    with pytest.raises(SettingsError, match=r"^PYFLY_BACKPLANE_URL: .*nonsense"):
        await context.start()


async def test_an_application_may_have_a_class_called_rooms() -> None:
    context = context_with()
    context.register(type("Rooms", (), {}))
    register_rooms(context)
    async with context:
        assert isinstance(context.get_bean(Rooms), Rooms)
