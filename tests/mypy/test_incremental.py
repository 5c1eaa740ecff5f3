"""One program, edited step by step: a cold run, a warm run and the daemon say the same of each state of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.mypy.conftest import Project

TYPES = """\
    from typing import Annotated, Final, TypeVar

    from pyfly.web import FromHeader, FromQuery, Header

    T = TypeVar("T")
    Marked = Annotated[T, FromHeader()]
    Simple = Annotated[T, "nothing"]
    Agent = Header[str]
    Number = int
    Page = Annotated[int, FromQuery()]
    Token = Annotated[str, FromHeader("X-Token")]
    ROOM: Final = "/rooms/{room_id}"
    """
SHARED = """\
    from types_ import Agent as Agent, Marked as Marked, Simple as Simple

    Client = Marked[str]
    """
BASE = """\
    from typing import Generic, TypeVar
    from uuid import UUID

    from pyfly.web import get_mapping, request_mapping
    from pyfly.websocket import WebSocketSession, websocket_mapping

    T = TypeVar("T", int, UUID)


    class Base:
        @get_mapping("/base/{item}")
        def base(self, item: str, tenant: str) -> str:
            return item

        @websocket_mapping("/talk/{topic}")
        async def talk(self, session: WebSocketSession) -> None: ...

        async def on_disconnect(self, session: WebSocketSession) -> None: ...


    @request_mapping("/shop/{shop}")
    class Shop:
        @get_mapping("/prices")
        def prices(self, shop: str) -> str:
            return shop


    class Injected:
        def __init__(self, size: int) -> None: ...


    class Listed(Generic[T]):
        @get_mapping("/listed/{entry:int}")
        def listed(self, entry: T) -> str:
            return ""


    class Numbered(Listed[int]): ...
    """
CONTROLLERS = """\
    from base import Base, Injected, Numbered, Shop
    from pyfly.container import rest_controller, service
    from pyfly.web import get_mapping, request_mapping
    from pyfly.websocket import WebSocketSession, websocket_mapping
    from shared import Agent, Client, Marked
    from types_ import ROOM, Number, Page, Token


    @rest_controller
    @request_mapping("/t/{tenant}")
    class Rooms(Base):
        @websocket_mapping(ROOM)
        async def join(self, session: WebSocketSession, room_id: str, token: Token) -> None:
            print(session.path_params["room_id"])

        @get_mapping("/items/{number:int}")
        def item(self, number: Number) -> str:
            return ""


    @rest_controller
    class Others:
        @get_mapping("/others")
        def all(self, page: Page) -> list[str]:
            return []


    @rest_controller
    class Callers:
        @get_mapping("/agents")
        def agents(self, agent: Agent) -> str:
            return agent

        @get_mapping("/clients")
        def clients(self, client: Client) -> str:
            return client

        @get_mapping("/marked")
        def marked(self, mark: Marked[str]) -> str:
            return mark


    @rest_controller
    class Entries(Numbered): ...


    @rest_controller
    class Prices(Shop): ...


    @service
    class Stock(Injected): ...
    """


EDITS = {
    "path in its own module": ("controllers.py", CONTROLLERS, "/items/{number:int}", "/items/{nummer:int}"),
    "base path": ("controllers.py", CONTROLLERS, "/t/{tenant}", "/t/{tennant}"),
    "key in a body": ("controllers.py", CONTROLLERS, '["room_id"]', '["roomid"]'),
    "route of another class": ("controllers.py", CONTROLLERS, '"/others"', '"/t/{x}/items/{number:int}"'),
    "type alias of another module": ("types_.py", TYPES, "Number = int", "Number = str"),
    "marker of another module": ("types_.py", TYPES, "Page = Annotated[int, FromQuery()]", "Page = int"),
    "marker that another module hands on": ("types_.py", TYPES, "Agent = Header[str]", "Agent = str"),
    "generic marker that another module hands on": (
        "types_.py",
        TYPES,
        "FromHeader()]\n    Simple",
        '"nothing"]\n    Simple',
    ),
    "alias by a marker that a module hands on": ("shared.py", SHARED, "Client = Marked", "Client = Simple"),
    "base path of a base class": ("base.py", BASE, "/shop/{shop}", "/shop/{name}"),
    "base path of a base class that goes": ("base.py", BASE, '@request_mapping("/shop/{shop}")', ""),
    "constant of another module": ("types_.py", TYPES, "{room_id}", "{room}"),
    "mapping of a base class": ("base.py", BASE, "/base/{item}", "/items/{number:int}"),
    "parameter of a base class": ("base.py", BASE, "tenant: str", "tennant: str"),
    "type that a base class is given": ("base.py", BASE, "Listed[int]", "Listed[UUID]"),
    "hook of a base class": ("base.py", BASE, "on_disconnect(self, session: WebSocketSession)", "on_disconnect(self)"),
    "constructor of a base class": ("base.py", BASE, "size: int", "size"),
}


def write(project: Project, *, edited: bool) -> None:
    """Write the program once for each edit, as a package of its own."""
    for number, (file, _, old, new) in enumerate(EDITS.values()):
        for name, text in {
            "__init__.py": "",
            "types_.py": TYPES,
            "shared.py": SHARED,
            "base.py": BASE,
            "controllers.py": CONTROLLERS,
        }.items():
            own = re.sub(r"from (base|shared|types_) ", rf"from edit_{number}.\1 ", text)
            assert name != file or old in own
            project.write(f"edit_{number}/{name}", own.replace(old, new) if edited and name == file else own)


@pytest.mark.timeout(400)  # five runs of mypy, one of them without a cache
def test_edits_are_told_cold_warm_and_by_the_daemon_and_so_are_their_mends(
    project: Project, daemon: Callable[[], list[str]]
) -> None:
    write(project, edited=False)
    assert project.mypy() == []
    assert daemon() == []
    write(project, edited=True)
    cold = sorted(project.mypy("--cache-dir", "cold"))
    for number, edit in enumerate(EDITS):
        assert any(line.startswith(f"edit_{number}/") and "[pyfly-" in line for line in cold), edit
    assert sorted(project.mypy()) == cold
    assert sorted(project.mypy()) == cold
    assert sorted(daemon()) == cold
    write(project, edited=False)
    assert project.mypy() == []
    assert daemon() == []
