"""An application of some sixty endpoints that shows all the API documents have to say."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Generic, Literal, Never, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, computed_field
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from typing_extensions import TypedDict, deprecated

from pyfly.apidocs import ApiInfo, ApiKeyAuth, ApiServer, BearerAuth, Contact, License, OAuth2Auth, OAuth2Flow
from pyfly.container import controller, rest_controller
from pyfly.web import (
    ApiResponse,
    Body,
    Cookie,
    FromHeader,
    Header,
    ProblemError,
    QueryParam,
    delete_mapping,
    get_mapping,
    operation,
    patch_mapping,
    post_mapping,
    put_mapping,
    request_mapping,
)
from pyfly.web.sse import ServerSentEvent, sse_mapping
from pyfly.websocket import CloseCode, CloseSession, WebSocketSession, websocket_mapping

INFO = ApiInfo(
    title="Showcase",
    version="2.1.0",
    summary="All there is.",
    description="An API with *everything* in it.",
    terms_of_service="https://example.com/terms",
    contact=Contact(name="The team", url="https://example.com/team", email="team@example.com"),
    license=License(name="Apache-2.0", url="https://www.apache.org/licenses/LICENSE-2.0"),
    external_docs="https://example.com/docs",
    servers=(ApiServer(url="https://api.example.com/v1", description="For real."), ApiServer(url="/")),
    tags={"Orders": "What is bought."},
    security_schemes={
        "bearer": BearerAuth(bearer_format="JWT", description="Sent with each request."),
        "key": ApiKeyAuth(name="x-api-key"),
        "oauth": OAuth2Auth(
            flows={
                "clientCredentials": OAuth2Flow(
                    token_url="https://example.com/token", scopes={"orders:read": "Read orders."}
                )
            }
        ),
    },
    security=("bearer",),
)


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Page(BaseModel):
    """A part of a list.

    Attributes:
        offset: How many to leave out.
        limit: How many to show.
    """

    offset: int = Field(default=0, ge=0)
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    newest: bool = Field(default=False, deprecated=True)


class Item(BaseModel):
    """Something to be had."""

    name: str = Field(min_length=1, examples=["pen"])
    colour: Colour = Colour.RED
    price: Decimal = Field(default=Decimal("1.50"), ge=0)
    parts: list[Item] = []


class Customer(BaseModel):
    name: str
    born: date | None = None

    @computed_field  # type: ignore[prop-decorator]  # pydantic's way
    @property
    def initial(self) -> str:
        return self.name[:1]


class Parcel(TypedDict):
    """What is sent."""

    size: tuple[int, int, int]
    labels: dict[str, str]


@dataclass
class Shelf:
    """Where things are.

    Attributes:
        row: Counted from the door.
    """

    row: int
    items: list[Item]


class Card(BaseModel):
    method: Literal["card"] = "card"
    number: str = Field(pattern=r"^\d{12,19}$", examples=["4000000000000000"])


class Invoice(BaseModel):
    method: Literal["invoice"] = "invoice"
    address: str


Payment = Annotated[Card | Invoice, Field(discriminator="method")]


class Order(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"item": "pen", "payment": {"method": "invoice", "address": "Here"}}]}
    )

    item: str
    payment: Payment | None = None


Resource = TypeVar("Resource")


class Crud(Generic[Resource]):
    """What can be done with all kinds of things."""

    @get_mapping()
    async def find_all(self, page: QueryParam[Page], name: QueryParam[str | None] = None) -> list[dict[str, Any]]:
        """List them.

        Args:
            name: Shows those of a name.
        """
        return []

    @get_mapping("/{key:int}")
    async def find(self, key: int) -> dict[str, Any]:
        """Find one.

        Args:
            key: Its number.

        Returns:
            the one that was asked for.

        Raises:
            ProblemError: 404, there is none.
        """
        raise ProblemError(404)

    @delete_mapping("/{key:int}", status_code=204)
    async def remove(self, key: int) -> None:
        """Remove one."""


@rest_controller
@request_mapping("/items")
class ItemController(Crud[Item]):
    """Things to be had."""

    @post_mapping(status_code=201)
    async def create(self, item: Body[Item]) -> Item:
        """Make one.

        Args:
            item: What it is.
        """
        return item

    @put_mapping("/{key:int}")
    async def replace(self, key: int, item: Body[Item], if_match: Header[str | None] = None) -> Item:
        return item

    @patch_mapping("/{key:int}")
    async def change(self, key: int, changes: Body[dict[str, str]]) -> Item:
        return Item(name="pen")

    async def remove(self, key: int) -> None:
        """Throw one away."""

    @get_mapping("/colours/{colour}")
    async def by_colour(self, colour: Colour) -> list[Item]:
        return []

    @get_mapping("/{key:int}/image.{kind}")
    async def image(self, key: int, kind: Literal["png", "svg"]) -> Response:
        return Response()

    @put_mapping("/{key:int}/image", status_code=204)
    async def store_image(self, key: int, image: Body[bytes]) -> None: ...


@rest_controller
@request_mapping("/customers")
class CustomerController(Crud[Customer]):
    @post_mapping(status_code=201)
    async def create(self, customer: Body[Customer]) -> Customer:
        return customer

    @get_mapping("/{key:uuid}")
    async def by_uuid(self, key: UUID) -> Customer:
        raise ProblemError(404)

    @get_mapping("/{key}")
    async def by_name(self, key: str) -> Customer:
        raise ProblemError(404)

    @put_mapping("/{name}")
    async def rename(self, name: str, new: QueryParam[str], session_id: Cookie[str]) -> Customer:
        raise ProblemError(404)


@operation(tags=["Orders"], responses={401: "Log in first."}, security=[{"oauth": ["orders:read"]}, "key"])
@rest_controller
@request_mapping("/orders")
class OrderController(Crud[Order]):
    @operation(
        "Place an order",
        description="It is **binding**.",
        examples={"a pen": {"item": "pen"}, "paid": Order(item="ink", payment=Invoice(address="Here"))},
        responses={
            409: "Sold out.",
            202: ApiResponse(description="Later.", model=Shelf, headers={"location": "Where."}),
        },
        security=[{"bearer": [], "key": []}],
        operation_id="placeOrder",
    )
    @post_mapping(status_code=201)
    async def create(self, order: Body[Order], trace: Annotated[str | None, FromHeader("X-Request-ID")] = None) -> int:
        return 1

    @operation(security=[])
    @get_mapping("/latest")
    async def latest(self) -> Order | RedirectResponse:
        return RedirectResponse("/orders/1")

    @deprecated("use latest instead")
    @get_mapping("/newest")
    async def newest(self) -> Order:
        raise ProblemError(404)

    @operation(deprecated=True, examples={"one": [1, 2, 3]})
    @get_mapping("/numbers")
    async def numbers(self, after: QueryParam[datetime | None] = None) -> tuple[int, int, int]:
        return 1, 2, 3

    @sse_mapping("/events")
    async def events(self, last_event_id: Header[int] = 0) -> AsyncIterator[Order]:
        """Follow orders.

        Yields:
            every order that is placed.
        """
        yield Order(item="pen")


@rest_controller
@request_mapping("/shelves")
class ShelfController(Crud[Shelf]):
    @get_mapping("/{row}/{column}")
    def one(self, row: int, column: int, request: Request) -> Shelf:
        return Shelf(row, [])

    @get_mapping("/files/{path:path}")
    def file(self, path: str) -> FileResponse:
        return FileResponse(path)

    @get_mapping("/text")
    def text(self) -> PlainTextResponse | dict[str, int]:
        return {}

    @get_mapping("/untyped")
    def untyped(self):  # type: ignore[no-untyped-def]
        return []

    @get_mapping("/nothing")
    def nothing(self) -> None: ...

    @post_mapping("/parcels")
    def parcel(self, parcel: Body[Parcel], amount: QueryParam[list[int]] = [1]) -> Parcel:  # noqa: B006  # never changed
        return parcel

    @get_mapping("/raw/{code}")
    def raw(self) -> str:
        return ""

    @operation(hidden=True)
    @get_mapping("/hidden")
    def hidden(self) -> None: ...


@rest_controller
@request_mapping("/parcels")
class ParcelController(Crud[Parcel]):
    @post_mapping(status_code=202)
    async def send(self, parcel: Body[Parcel]) -> None: ...


@rest_controller
@request_mapping("/payments")
class PaymentController(Crud[Payment]):
    @post_mapping(status_code=201)
    async def pay(self, payment: Body[Payment]) -> Payment:
        """Pay."""
        return payment


@controller
class PageController:
    """Pages for people."""

    @get_mapping("/")
    async def home(self) -> str:
        """Show the home page."""
        return "<h1>Home</h1>"

    @get_mapping("/about")
    async def about(self, name: QueryParam[str] = "you") -> str:
        return ""


@operation(hidden=True)
@rest_controller
class InternalController:
    @get_mapping("/internal")
    async def health(self) -> str:
        return "ok"

    @websocket_mapping("/internal")
    async def debug(self, session: WebSocketSession) -> None: ...


@rest_controller
@request_mapping("/streams")
class StreamController:
    @sse_mapping("/plain")
    async def plain(self) -> AsyncIterator[str]:
        yield "text"

    @operation(examples={"tick": ServerSentEvent({"number": 1}, event="tick", id="1"), "bye": "bye"})
    @sse_mapping("/framed")
    async def framed(self) -> AsyncIterator[ServerSentEvent]:
        yield ServerSentEvent("x")

    @sse_mapping("/mixed")
    async def mixed(self) -> AsyncIterator[Item | str]:
        yield "x"

    @sse_mapping("/untyped/{name}")
    async def untyped(self, name: str):  # type: ignore[no-untyped-def]
        yield 1


class Join(BaseModel):
    """Comes into the room."""

    kind: Literal["join"] = "join"
    nickname: str = Field(min_length=1, max_length=24)


class Say(BaseModel):
    """Says something."""

    kind: Literal["say"] = "say"
    text: str
    to: list[str] = []


class Said(BaseModel):
    kind: Literal["said"] = "said"
    text: str
    at: datetime


class Tick(BaseModel):
    number: int
    position: tuple[float, float] = (0.0, 0.0)


Incoming = Annotated[Join | Say, Field(discriminator="kind")]


@rest_controller
@request_mapping("/ws")
class TalkController:
    """Talk to each other."""

    @operation(
        examples={"ada": Join(nickname="ada"), "hello": {"kind": "say", "text": "hello"}},
        close_codes={4001: "The room is full."},
        subprotocols=["talk.v1", "talk.v2"],
        responses={401: "No token."},
    )
    @websocket_mapping("/rooms/{room_id:int}")
    async def talk(
        self,
        session: WebSocketSession[Incoming, Said],
        room_id: int,
        nickname: QueryParam[Annotated[str, Field(max_length=24, description="Whom to show.")]],
        history: QueryParam[int] = 0,
        authorization: Header[str | None] = None,
        theme: Cookie[str | None] = None,
    ) -> None:
        """Talk in a room.

        Everybody hears **everything**.

        Args:
            room_id: The room.

        Raises:
            CloseSession: POLICY_VIOLATION when somebody is rude.
            CloseSession: 4002: nobody else is there.
            ProblemError: 404 when there is no such room.
        """
        raise CloseSession(CloseCode.POLICY_VIOLATION)

    @websocket_mapping("/rooms/{room_id}")
    async def by_name(self, session: WebSocketSession, room_id: str) -> None:
        await session.send_json(await session.receive_json())

    @websocket_mapping("/echo")
    async def echo(self, session: WebSocketSession) -> None:
        await session.send_text(await session.receive_text())

    @websocket_mapping("/anything")
    async def anything(self, session: WebSocketSession) -> None:
        async for message in session:
            await session.send(message)

    @websocket_mapping("/blobs")
    async def blobs(self, session: WebSocketSession[bytes, bytes]) -> None: ...

    @operation(security=[])
    @websocket_mapping("/ticks")
    async def ticks(self, session: WebSocketSession[Never, Tick]) -> None: ...

    @operation(deprecated=True)
    @websocket_mapping("/sink")
    async def sink(self, session: WebSocketSession[Say, Never]) -> None: ...

    @websocket_mapping("/commands", frames="binary")
    async def commands(self, session: WebSocketSession[str | Say, Said | list[Tick]]) -> None: ...

    @websocket_mapping("/items")
    async def items(self, session: WebSocketSession[Item, Customer | Item]) -> None: ...

    @websocket_mapping("/values")
    async def values(self, session: WebSocketSession[dict[str, Tick], int | Colour]) -> None: ...

    @operation(security=[{"oauth": ["orders:read"]}, {"bearer": [], "key": []}])
    @websocket_mapping("/files/{name:path}")
    async def files(self, session: WebSocketSession[Parcel, Shelf], name: str) -> None: ...

    @websocket_mapping("/payments/{colour}")
    async def payments(self, session: WebSocketSession[Order, Payment], colour: Colour) -> None: ...
