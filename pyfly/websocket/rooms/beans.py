"""The beans that make rooms: `Rooms`, and the backplane that the settings ask for."""

from __future__ import annotations

from collections.abc import AsyncIterator  # noqa: TC003  # the container reads it
from typing import TYPE_CHECKING

from pyfly.context import Settings, SettingsError
from pyfly.errors import MissingExtraError
from pyfly.websocket.rooms.memory import MemoryBackplane
from pyfly.websocket.rooms.ports import Backplane
from pyfly.websocket.rooms.rooms import Rooms

if TYPE_CHECKING:
    from pyfly.context import ApplicationContext

__all__ = ["memory_backplane", "redis_backplane", "register_rooms"]


def register_rooms(context: ApplicationContext) -> None:
    """Make `Rooms` a bean, and a backplane unless the application brings its own."""
    context.register(Rooms, name="pyfly_rooms")  # applications have rooms of their own
    if context.scope_of(Backplane) is None:
        factory = memory_backplane if context.settings.backplane_url is None else redis_backplane
        context.register_factory(factory, name="pyfly_backplane")


def memory_backplane() -> Backplane:
    """Return the backplane of an application that is one process."""
    return MemoryBackplane()


async def redis_backplane(settings: Settings) -> AsyncIterator[Backplane]:
    """Connect to Redis for as long as the context runs.

    Raises:
        MissingExtraError: The extra ``redis`` is not installed.
        SettingsError: The URL's options are wrong.
    """
    try:
        from pyfly.websocket.rooms.adapters.redis import RedisBackplane
    except ModuleNotFoundError as error:
        if error.name is None or not error.name.startswith("redis"):
            raise
        raise MissingExtraError("redis", extra="redis", purpose="the setting PYFLY_BACKPLANE_URL") from None
    url = "" if settings.backplane_url is None else settings.backplane_url.get_secret_value()
    try:
        backplane = RedisBackplane(url, prefix=settings.backplane_prefix)
    except ValueError as error:
        raise SettingsError([f"PYFLY_BACKPLANE_URL: {error}"]) from None
    await backplane.start()
    try:
        yield backplane
    finally:
        await backplane.stop()
