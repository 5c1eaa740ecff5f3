"""Applications of pyfly with many endpoints."""

# Annotations are evaluated where they stand: the models are made in a loop.

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import Field

from benchmarks.suites.generated import EACH, model_pair
from pyfly import create_app
from pyfly.container import rest_controller
from pyfly.web import Body, Header, QueryParam, get_mapping, post_mapping, request_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping

__all__ = ["build", "build_sessions", "build_small"]


def build(endpoints: int) -> Any:
    """Build an application whose endpoints take and answer with models, half of them GET and half POST."""
    return _build(endpoints, _http_method)


def build_sessions(endpoints: int) -> Any:
    """Build an application whose endpoints are sessions of models."""
    return _build(endpoints, _session_method)


def build_small(endpoints: int) -> Any:
    """Build an application of the plainest endpoints there are."""
    return _build(endpoints, _small_method)


def _build(endpoints: int, make: Callable[[int], tuple[str, Any]]) -> Any:
    controllers: list[type] = []
    for group in range(-(-endpoints // EACH)):
        methods = dict(make(number) for number in range(group * EACH, min(endpoints, group * EACH + EACH)))
        cls = type(f"Group{group}Controller", (), methods)
        controllers.append(rest_controller(request_mapping(f"/group{group}")(cls)))
    return create_app(*controllers)


def _http_method(number: int) -> tuple[str, Any]:
    part, item = model_pair(number)

    async def find(
        self: Any,
        item_id: int,
        limit: QueryParam[Annotated[int, Field(ge=1, le=100)]] = 20,
        order: QueryParam[str] = "name",
        x_trace: Header[str | None] = None,
    ) -> list[item]:  # type: ignore[valid-type]
        """Find items.

        The *newest* ones come first.
        """
        return []

    async def store(
        self: Any,
        item_id: int,
        body: Body[part],  # type: ignore[valid-type]
        limit: QueryParam[Annotated[int, Field(ge=1, le=100)]] = 20,
        x_trace: Header[str | None] = None,
    ) -> item:  # type: ignore[valid-type]
        """Store an item.

        The *newest* ones come first.
        """

    path = f"/items{number}/{{item_id:int}}"
    if number % 2:
        return f"store{number}", post_mapping(path)(store)
    return f"find{number}", get_mapping(path)(find)


def _session_method(number: int) -> tuple[str, Any]:
    part, item = model_pair(number)

    async def talk(
        self: Any,
        session: WebSocketSession[part, item],  # type: ignore[valid-type]
        item_id: int,
        limit: QueryParam[Annotated[int, Field(ge=1, le=100)]] = 20,
    ) -> None:
        """Talk of items.

        The *newest* ones come first.
        """

    return f"talk{number}", websocket_mapping(f"/items{number}/{{item_id:int}}")(talk)


def _small_method(number: int) -> tuple[str, Any]:
    async def find(self: Any, item_id: str) -> None:
        return None

    return f"find{number}", get_mapping(f"/items{number}/{{item_id}}")(find)
