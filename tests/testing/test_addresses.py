"""Arguments go where handlers are given them from, and what makes no handshake is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Literal
from uuid import UUID

import pytest
from pydantic import BaseModel, Field
from starlette.applications import Starlette

from pyfly import create_app
from pyfly.container import rest_controller
from pyfly.context import ApplicationContext, Settings
from pyfly.metadata import MetadataRegistry
from pyfly.testing import ArgumentError, Connecting, connect
from pyfly.web import Cookie, Header, QueryParam, request_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping
from tests.testing.conftest import TalkController

REGISTRY = MetadataRegistry()


class Colour(Enum):
    RED = "red"


class Filter(BaseModel):
    limit: int = 20
    tags: list[str] = Field(default=[], validation_alias="tag")
    since: date | None = None
    nested: dict[str, int] = {}


@rest_controller(registry=REGISTRY)
@request_mapping("/at", registry=REGISTRY)
class PlaceController:
    @websocket_mapping("/text/{value}", registry=REGISTRY)
    async def text(self, session: WebSocketSession, value: Any) -> None:
        await self.tell(session)

    @websocket_mapping("/text/fixed", registry=REGISTRY)
    async def fixed(self, session: WebSocketSession) -> None:
        await self.tell(session)

    @websocket_mapping("/number/{value:float}", registry=REGISTRY)
    async def number(self, session: WebSocketSession, value: float) -> None:
        await self.tell(session)

    @websocket_mapping("/uuid/{value:uuid}", registry=REGISTRY)
    async def uuid(self, session: WebSocketSession, value: UUID) -> None:
        await self.tell(session)

    @websocket_mapping("/path/{value:path}", registry=REGISTRY)
    async def path(self, session: WebSocketSession, value: str) -> None:
        await self.tell(session)

    @websocket_mapping("/file/{name}.{kind}", registry=REGISTRY)
    async def file(self, session: WebSocketSession, name: str) -> None:
        await self.tell(session)

    @websocket_mapping("/query", registry=REGISTRY)
    async def query(
        self,
        session: WebSocketSession,
        limit: QueryParam[int | None] = None,
        unless: QueryParam[int | None] = 5,
        colours: QueryParam[list[Colour]] = [],  # noqa: B006
        since: QueryParam[date | None] = None,
        active: QueryParam[bool] = False,
        price: QueryParam[Decimal | float] = 0.0,
        anything: QueryParam[Any] = None,
    ) -> None:
        await self.tell(session)

    @websocket_mapping("/model", registry=REGISTRY)
    async def model(self, session: WebSocketSession, chosen: QueryParam[Filter | None] = None) -> None:
        await self.tell(session)

    @websocket_mapping("/needs", registry=REGISTRY)
    async def needs(
        self,
        session: WebSocketSession,
        token: Header[str],
        x_many: Header[list[int]],
        crumb: Cookie[str],
        mode: Literal["a"] = "a",
    ) -> None:
        await self.tell(session)

    async def tell(self, session: WebSocketSession) -> None:
        await session.accept()
        await session.send_json(
            {
                "path": session._connection.scope["path"],
                "query": session._connection.scope["query_string"].decode(),
                "token": session.headers.get("token"),
                "many": session.headers.getlist("x-many"),
                "crumb": session.cookies.get("crumb"),
            }
        )


@pytest.fixture
def places() -> Starlette:
    context = ApplicationContext(settings=Settings(), registry=REGISTRY)
    context.register(PlaceController)
    return create_app(context=context)


async def told(connecting: Connecting[Any, Any]) -> dict[str, Any]:
    async with connecting as client:
        found: dict[str, Any] = await client.receive_json()
        return found


async def problem_of(connecting: Connecting[Any, Any]) -> str:
    with pytest.raises(ArgumentError) as wrong:
        async with connecting:
            pass
    return str(wrong.value)


@pytest.mark.parametrize(
    ("handler", "value", "path"),
    [
        (PlaceController.text, "a b?#%ü", "/at/text/a b?#%ü"),
        (PlaceController.text, 3, "/at/text/3"),
        (PlaceController.text, True, "/at/text/true"),
        (PlaceController.text, Colour.RED, "/at/text/red"),
        (PlaceController.text, date(2026, 1, 2), "/at/text/2026-01-02"),
        (PlaceController.number, 0.5, "/at/number/0.5"),
        (PlaceController.number, 1e-7, "/at/number/0.0000001"),
        (PlaceController.number, 1e22, "/at/number/10000000000000000000000"),
        (PlaceController.uuid, UUID(int=1), "/at/uuid/00000000-0000-0000-0000-000000000001"),
        (PlaceController.path, "a/b//c", "/at/path/a/b//c"),
        (PlaceController.path, "", "/at/path/"),
    ],
)
async def test_path_variables_stand_in_the_path(
    places: Starlette, handler: Callable[..., Any], value: object, path: str
) -> None:
    assert (await told(connect(places, handler, value)))["path"] == path


async def test_variables_that_are_no_parameters_are_given_apart(places: Starlette) -> None:
    connecting = connect(places, PlaceController.file, name="cat").using(path_params={"kind": "png"})
    assert (await told(connecting))["path"] == "/at/file/cat.png"


async def test_query_holds_what_pydantic_reads_back(places: Starlette) -> None:
    connecting = connect(
        places,
        PlaceController.query,
        3,
        colours=[Colour.RED, Colour.RED],
        since=date(2026, 1, 2),
        active=True,
        price=Decimal("1.50"),
        anything="a&b",
    )
    assert (await told(connecting))["query"] == (
        "limit=3&colours=red&colours=red&since=2026-01-02&active=true&price=1.50&anything=a%26b"
    )


async def test_none_is_left_out_where_that_means_none(places: Starlette) -> None:
    assert (await told(connect(places, PlaceController.query, limit=None, since=None)))["query"] == ""
    assert await problem_of(connect(places, PlaceController.query, unless=None)) == (
        "PlaceController.query: unless=None has no form in a query parameter, and to leave it out means something "
        "else; send it by its path: connect_path(app, ...)"
    )


async def test_query_model_gives_what_was_set_in_it(places: Starlette) -> None:
    chosen = Filter.model_validate({"limit": 20, "tag": ["a", "b"], "since": None})
    assert (await told(connect(places, PlaceController.model, chosen)))["query"] == "limit=20&tag=a&tag=b"
    assert (await told(connect(places, PlaceController.model, None)))["query"] == ""
    assert "chosen.nested={'a': 1} has no form in a query" in await problem_of(
        connect(places, PlaceController.model, Filter(nested={"a": 1}))
    )
    wrong: Any = {"limit": 3}
    assert "chosen={'limit': 3} is no model of the query" in await problem_of(
        connect(places, PlaceController.model, wrong)
    )


async def test_headers_and_cookies_are_sent(places: Starlette) -> None:
    found = await told(connect(places, PlaceController.needs, token="t", x_many=[1, 2], crumb='a "b"; c'))
    assert (found["token"], found["many"], found["crumb"]) == ("t", ["1", "2"], 'a "b"; c')


async def test_needed_values_may_be_given_apart(places: Starlette) -> None:
    handler: Any = PlaceController.needs
    connecting = connect(places, handler).using(
        headers=[("Token", "t"), ("X-Many", "1")], cookies={"crumb": "c"}, query={"y": "1"}
    )
    found = await told(connecting)
    assert (found["token"], found["many"], found["crumb"], found["query"]) == ("t", ["1"], "c", "y=1")


@pytest.mark.parametrize(
    ("handler", "arguments", "problem"),
    [
        (
            PlaceController.text,
            {},
            'PlaceController.text needs "value" for its path "/at/text/{value}"; '
            "write connect(app, PlaceController.text, value=...)",
        ),
        (
            PlaceController.needs,
            {"token": "t", "crumb": "c"},
            'PlaceController.needs needs "x_many" for its header "x-many"; '
            "write connect(app, PlaceController.needs, x_many=...)",
        ),
        (
            PlaceController.needs,
            {"token": "t", "x_many": []},
            'PlaceController.needs needs "crumb" for its cookie "crumb"; '
            "write connect(app, PlaceController.needs, crumb=...)",
        ),
        (PlaceController.text, {"vlaue": 1}, 'PlaceController.text has no parameter "vlaue"; did you mean "value"?'),
        (PlaceController.text, {"x": 1}, 'PlaceController.text has no parameter "x"; it has "value"'),
        (PlaceController.fixed, {"x": 1}, 'PlaceController.fixed has no parameter "x"; it has none'),
        (
            PlaceController.file,
            {"name": "a", "kind": "b"},
            'PlaceController.file has no parameter "kind"; it is a variable of its path; give it apart from the '
            "parameters: connect(...).using(path_params={'kind': ...})",
        ),
        (
            PlaceController.file,
            {"name": "a"},
            'path "/at/file/{name}.{kind}" of PlaceController.file has the variable "kind", which is no parameter of '
            "it; give it with connect(...).using(path_params={'kind': ...})",
        ),
        (
            PlaceController.needs,
            {"mode": "a"},
            'parameter "mode" of PlaceController.needs is not bound from the handshake: it always has its default; '
            "leave it out, or mark it QueryParam[...], Header[...] or Cookie[...]",
        ),
        (
            PlaceController.text,
            {"value": "a/b"},
            'PlaceController.text: value=\'a/b\' does not fit "{value}" in "/at/text/{value}", which takes a text '
            "without slashes, and not empty; send it by its path: connect_path(app, ...)",
        ),
        (
            PlaceController.number,
            {"value": -1.0},
            'PlaceController.number: value=-1.0 does not fit "{value:float}" in "/at/number/{value:float}", which '
            "takes a number from 0; send it by its path: connect_path(app, ...)",
        ),
        (
            PlaceController.text,
            {"value": {"a": 1}},
            'PlaceController.text: value={\'a\': 1} does not fit "{value}" in "/at/text/{value}", which takes a text '
            "without slashes, and not empty; send it by its path: connect_path(app, ...)",
        ),
        (
            PlaceController.query,
            {"anything": {"a": 1}},
            "PlaceController.query: anything={'a': 1} has no form in a query parameter; "
            "send it by its path: connect_path(app, ...)",
        ),
        (
            PlaceController.text,
            {"value": "fixed"},
            "PlaceController.text is not reached at /at/text/fixed: PlaceController.fixed answers there; "
            "give it arguments that no other path matches",
        ),
    ],
)
async def test_arguments_that_make_no_handshake_are_told(
    places: Starlette, handler: Any, arguments: dict[str, Any], problem: str
) -> None:
    assert await problem_of(connect(places, handler, **arguments)) == problem


async def test_too_many_arguments_are_told(places: Starlette) -> None:
    handler: Any = PlaceController.text
    assert await problem_of(connect(places, handler, 1, 2)) == (
        'PlaceController.text: too many positional arguments; its parameters are "value"'
    )


async def test_values_without_any_text_are_told(places: Starlette) -> None:
    assert "has no form in a query parameter" in await problem_of(
        connect(places, PlaceController.query, anything=object())
    )


async def test_unknown_path_variables_are_told(app: Starlette) -> None:
    connecting = connect(app, TalkController.talk, 3).using(path_params={"rom": 3})
    assert await problem_of(connecting) == (
        'path "/talk/rooms/{room:int}" of TalkController.talk has no variable "rom"; did you mean "room"?'
    )


async def test_arguments_arrive(app: Starlette) -> None:
    connecting = connect(app, TalkController.told, tags=["a", "b"], user_agent="tester", token="t;u", active=True)
    async with connecting as client:
        found = await client.receive()
    assert (found["tags"], found["user_agent"], found["token"], found["active"]) == (["a", "b"], "tester", "t;u", True)
