"""What the AsyncAPI document says of handlers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum
from http import HTTPStatus
from typing import Annotated, Any, Generic, Literal, Never, TypeVar
from uuid import UUID

import pytest
from jsonschema import Draft7Validator
from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypeAliasType

from pyfly import websocket
from pyfly.apidocs import ApiInfo, ApiServer, BearerAuth, Contact, License, OAuth2Auth, OAuth2Flow, asyncapi_document
from pyfly.container import rest_controller
from pyfly.metadata import DeclarationErrors, MetadataRegistry
from pyfly.web import Cookie, Header, QueryParam, get_mapping, operation, request_mapping
from pyfly.websocket import CloseCode, CloseSession, WebSocketSession, websocket_mapping
from tests.apidocs.document_rules import asyncapi_faults
from tests.apidocs.documents import asyncapi_of, context_of, official_schema


class Join(BaseModel):
    """Comes in.

    And stays.
    """

    kind: Literal["join"] = "join"
    name: str = Field(min_length=1)


class Say(BaseModel):
    kind: Literal["say"] = "say"
    text: str


@dataclass
class Tick:
    number: int


class Priced(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"cents": 199}, {"cents": 0}], "deprecated": True})

    cents: int


class OldPage(BaseModel):
    number: int = Field(default=1, deprecated=True)


class Feeling(BaseModel):
    mood: Literal["good"] | None = Field(default=None, deprecated=True, description="Never told.")


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Text(BaseModel):
    text: str


class text(BaseModel):  # called as the kind of raw messages is
    text: str


Incoming = TypeAliasType("Incoming", Annotated[Join | Say, Field(discriminator="kind")])
Numbers = TypeAliasType("Numbers", list[int])
Short = TypeAliasType("Short", Annotated[str, Field(max_length=3)])
Blob = Annotated[bytes, Field(max_length=3)]
Sent = TypeVar("Sent")


def document_of(*controllers: type, info: ApiInfo | None = None) -> dict[str, Any]:
    """Return a document that is valid under every rule."""
    document = asyncapi_of(*controllers, info=info)
    schema = official_schema("asyncapi-3.0.0.json")
    assert [error.message for error in Draft7Validator(schema).iter_errors(document)] == []
    assert asyncapi_faults(document) == []
    return document


def only(controller: type) -> dict[str, Any]:
    """Return the one channel of a document."""
    [channel] = document_of(controller)["channels"].values()
    return channel  # type: ignore[no-any-return]


def messages_of(controller: type) -> tuple[list[str], list[str]]:
    """Return the names of the messages that clients send, and of those they receive."""
    operations = document_of(controller)["operations"].values()
    found = {
        each["action"]: [message["$ref"].rpartition("/")[2] for message in each["messages"]] for each in operations
    }
    return found.get("receive", []), found.get("send", [])


def talker(incoming: Any, outgoing: Any, *, frames: Any = "text") -> type:
    """Return a controller with one handler of a session type."""

    async def talk(self: Any, session: Any) -> None: ...

    talk.__annotations__["session"] = WebSocketSession[incoming, outgoing]
    cls = type("TalkController", (), {"talk": websocket_mapping("/talk", frames=frames)(talk)})
    return rest_controller(cls)


def test_handler_is_a_channel_with_two_operations_titled_from_the_clients_side() -> None:
    @rest_controller
    @request_mapping("/ws/{tenant}")
    class TalkController:
        """Talk to each other."""

        @websocket_mapping("/rooms/{room:int}")
        async def talk(self, session: WebSocketSession[Join, Say], room: int) -> None:
            """Talk in a room.

            To **all** of them.

            Args:
                room: Which one.
                tenant: Whose.
            """

    document = document_of(TalkController)
    assert document["info"]["tags"] == [{"name": "Talk", "description": "Talk to each other."}]
    assert "The titles here say it from the client's side" in document["info"]["description"]
    channel = document["channels"]["TalkController_talk"]
    assert (channel["address"], channel["title"]) == ("/ws/{tenant}/rooms/{room}", "Talk in a room")
    assert channel["summary"] == "To **all** of them."
    assert channel["description"].startswith("To **all** of them.\n\n**Close codes**\n\n| code | meaning |")
    assert channel["parameters"] == {
        "tenant": {"description": "Whose.", "x-pyfly-schema": {"type": "string"}},
        "room": {"description": "Which one.", "x-pyfly-schema": {"type": "integer", "minimum": 0}},
    }
    assert document["operations"] == {
        "TalkController_talk_receive": {
            "action": "receive",
            "channel": {"$ref": "#/channels/TalkController_talk"},
            "title": "Client sends: Talk in a room",
            "description": "What a client sends, and the server receives: AsyncAPI calls this `receive`.\n\n"
            + channel["description"],
            "tags": [{"name": "Talk"}],
            "messages": [{"$ref": "#/channels/TalkController_talk/messages/Join"}],
        },
        "TalkController_talk_send": {
            "action": "send",
            "channel": {"$ref": "#/channels/TalkController_talk"},
            "title": "Client receives: Talk in a room",
            "description": "What a client receives, and the server sends: AsyncAPI calls this `send`.\n\n"
            "To **all** of them.\n\n"
            "What the handshake takes, and how the session can end, stands at **Client sends: Talk in a room**.",
            "tags": [{"name": "Talk"}],
            "messages": [{"$ref": "#/channels/TalkController_talk/messages/Say"}],
        },
    }
    assert document["components"]["messages"]["Join"] == {
        "name": "Join",
        "title": "Join",
        "contentType": "application/json",
        "summary": "Comes in.",
        "payload": {"$ref": "#/components/schemas/Join"},
        "x-pyfly-frame": "text",
        "examples": [{"name": "example", "payload": {"kind": "join", "name": "text"}}],
    }


@pytest.mark.parametrize(
    ("incoming", "outgoing", "expected"),
    [
        (Incoming, Incoming, (["Join", "Say"], ["Join", "Say"])),
        (Join | Say, Say | Tick, (["Join", "Say"], ["Say", "Tick"])),
        (str, bytes, (["text"], ["binary"])),
        (str | bytes, bytes | Say, (["text", "binary"], ["binary", "Say"])),
        (Never, Tick, ([], ["Tick"])),
        (Tick, Never, (["Tick"], [])),
        (Never, Never, ([], [])),
        (Numbers, list[Tick], (["Numbers"], ["list_Tick"])),
        (int | None, Colour, (["int", "None"], ["Colour"])),
        (Short, Blob, (["Short"], ["bytes"])),
        (Any, Any, (["text", "binary"], ["text", "binary"])),
    ],
)
def test_every_member_of_the_session_s_types_is_a_message(incoming: Any, outgoing: Any, expected: Any) -> None:
    assert messages_of(talker(incoming, outgoing)) == expected


def test_json_in_binary_frames_is_told_and_kept_apart_from_json_in_text_frames() -> None:
    messages = document_of(talker(Say, Say, frames="binary"))["components"]["messages"]
    assert {name: body["x-pyfly-frame"] for name, body in messages.items()} == {"Say": "binary"}
    both = type("OtherController", (talker(Say, Never),), {})
    both = rest_controller(request_mapping("/other")(both))
    messages = document_of(talker(Say, Say, frames="binary"), both)["components"]["messages"]
    assert {name: body["x-pyfly-frame"] for name, body in messages.items()} == {
        "Say.binary": "binary",
        "Say.text": "text",
    }


def test_a_model_called_as_raw_messages_are_is_told_apart() -> None:
    assert messages_of(talker(str, Text)) == (["text"], ["Text"])
    assert messages_of(talker(str, text)) == (["text.frame"], ["text.text"])


class Untyped:
    async def text(self, session: WebSocketSession) -> None:
        await session.send_text(await session.receive_text())

    async def binary(self, session: WebSocketSession) -> None:
        await session.send_bytes(await session.receive_bytes())

    async def json(self, session: WebSocketSession) -> None:
        await session.send_json(await session.receive_json())

    async def inner(self, session: WebSocketSession) -> None:
        async def answer() -> None:
            await session.send_json({})

        await session.receive_bytes()
        await answer()

    async def anything(self, session: WebSocketSession) -> None:
        await session.receive_text()
        await session.send(await session.receive())

    async def nothing(self, session: WebSocketSession) -> None:
        await session.accept()

    async def unmarked(self, session) -> None:  # type: ignore[no-untyped-def]
        await session.receive_text()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("text", (["text"], ["text"])),
        ("binary", (["binary"], ["binary"])),
        ("json", (["json"], ["json"])),
        ("inner", (["binary"], ["json"])),
        ("anything", (["text", "binary"], ["text", "binary"])),
        ("nothing", (["text", "binary"], ["text", "binary"])),
        ("unmarked", (["text"], ["text", "binary"])),
    ],
)
def test_untyped_handlers_have_the_messages_their_code_names(name: str, expected: Any) -> None:
    cls = type("TalkController", (), {name: websocket_mapping("/x")(vars(Untyped)[name])})
    assert messages_of(rest_controller(cls)) == expected


def test_handshake_is_told_in_the_bindings() -> None:
    @rest_controller
    class TalkController:
        @operation(subprotocols=["chat.v1", "chat.v2"])
        @websocket_mapping("/talk")
        async def talk(
            self,
            session: WebSocketSession,
            name: QueryParam[Annotated[str, Field(max_length=9, description="Yours.")]],
            page: QueryParam[int] = 1,
            x_trace: Header[str | None] = None,
            token: Header[str] = "",
            theme: Cookie[Literal["dark", "light"]] = "dark",
        ) -> None:
            """Talk.

            Args:
                x_trace: For logs.
            """

    channel = only(TalkController)
    assert channel["bindings"] == {
        "ws": {
            "method": "GET",
            "query": {
                "type": "object",
                "properties": {
                    "name": {"type": "string", "maxLength": 9, "description": "Yours."},
                    "page": {"type": "integer", "default": 1},
                },
                "required": ["name"],
            },
            "headers": {
                "type": "object",
                "properties": {
                    "x-trace": {"type": "string", "description": "For logs."},
                    "token": {"type": "string", "default": ""},
                    "cookie": {
                        "type": "string",
                        "description": "Cookies: `theme`.",
                        "x-pyfly-cookies": {
                            "type": "object",
                            "properties": {"theme": {"type": "string", "enum": ["dark", "light"], "default": "dark"}},
                        },
                    },
                    "sec-websocket-protocol": {
                        "type": "string",
                        "enum": ["chat.v1", "chat.v2"],
                        "description": "The subprotocols that the client offers.",
                    },
                },
            },
            "bindingVersion": "0.1.0",
        }
    }
    assert channel["x-pyfly-subprotocols"] == ["chat.v1", "chat.v2"]
    assert "**Subprotocols:** `chat.v1`, `chat.v2`" in channel["description"]


def test_required_headers_and_cookies_are_told_as_such() -> None:
    @rest_controller
    class TalkController:
        @websocket_mapping("/talk")
        async def talk(self, session: WebSocketSession, token: Header[str], sid: Cookie[str]) -> None: ...

    assert only(TalkController)["bindings"]["ws"]["headers"]["required"] == ["token", "cookie"]


def test_deprecated_query_parameters_are_marked() -> None:
    @rest_controller
    class TalkController:
        @websocket_mapping("/talk")
        async def talk(self, session: WebSocketSession, page: QueryParam[OldPage]) -> None: ...

    query = only(TalkController)["bindings"]["ws"]["query"]
    assert query["properties"] == {"number": {"type": "integer", "default": 1, "deprecated": True}}


def test_parameter_with_choices_lists_them_as_text() -> None:
    @rest_controller
    class TalkController:
        @websocket_mapping("/{colour}/{level:int}/{rest:path}")
        async def talk(
            self,
            session: WebSocketSession,
            colour: Colour,
            level: Annotated[Literal[1, 2], Field(description="How high.", examples=[1])],
        ) -> None: ...

    assert only(TalkController)["parameters"] == {
        "colour": {"enum": ["red", "blue"], "x-pyfly-schema": {"$ref": "#/components/schemas/Colour"}},
        "level": {
            "description": "How high.",
            "enum": ["1", "2"],
            "examples": ["1"],
            "x-pyfly-schema": {"enum": [1, 2], "examples": [1], "type": "integer"},
        },
        "rest": {
            "description": "The rest of the path; it may hold slashes.",
            "x-pyfly-schema": {"type": "string"},
        },
    }


@pytest.mark.parametrize(
    ("incoming", "codes"),
    [
        (str, [1000, 1003, 1011]),
        (Say, [1000, 1003, 1007, 1011]),
        (Short, [1000, 1003, 1007, 1011]),
        (bytes | Say, [1000, 1007, 1011]),
        (str | bytes, [1000, 1011]),
        (Never, [1000, 1011]),
        (Any, [1000, 1011]),
    ],
)
def test_close_codes_follow_from_the_type_of_received_messages(incoming: Any, codes: list[int]) -> None:
    assert list(only(talker(incoming, Any))["x-pyfly-close-codes"]) == [str(code) for code in codes]


def test_close_codes_and_refusals_are_those_told_raised_and_named_in_the_code() -> None:
    @operation(close_codes={4000: "By the controller.", 4001: "Never told."})
    @rest_controller
    class TalkController:
        @operation(close_codes={4001: "Full | busy."}, responses={401: "Log in.", 429: Say})
        @websocket_mapping("/talk")
        async def talk(self, session: WebSocketSession, page: QueryParam[int] = 1) -> None:
            """Talk.

            Raises:
                CloseSession: 4002 when nobody is there.
                CloseSession: CloseCode.POLICY_VIOLATION, somebody is rude.
                CloseSession: SOMETHING else.
                ProblemError: 404 when there is no such room.
                ValueError: never.
            """
            await session.close(CloseCode.TRY_AGAIN_LATER)

    channel = only(TalkController)
    assert channel["x-pyfly-close-codes"] == {
        "1000": "The handler has ended.",
        "1008": "Somebody is rude.",
        "1011": "The handler has failed.",
        "1013": "The server has too much to do; come back later.",
        "4000": "By the controller.",
        "4001": "Full | busy.",
        "4002": "When nobody is there.",
    }
    assert channel["x-pyfly-refusals"] == {
        "401": "Log in.",
        "403": "Pages of this origin may not open sessions, or the handler has not accepted the session.",
        "404": "When there is no such room.",
        "422": "Values of the handshake do not fit.",
        "429": "Too Many Requests",
        "500": "The server failed.",
    }
    assert "| 4001 | Full \\| busy. |" in channel["description"]
    assert "| 404 | When there is no such room. |" in channel["description"]


@rest_controller
class TwoController:
    @websocket_mapping("/one")
    async def one(self, session: WebSocketSession[str, str]) -> None: ...

    @websocket_mapping("/other")
    async def other(self, session: WebSocketSession[Never, str]) -> None: ...


class Ending(IntEnum):
    FULL = 4005


FULL = 4003


def test_endings_that_the_source_writes_plainly_are_told() -> None:
    late = 4009

    @rest_controller
    class TalkController:
        @websocket_mapping("/talk")
        async def talk(self, session: WebSocketSession, other: QueryParam[str] = "") -> None:
            if other:
                await session.deny(status=410, body="gone")
            if other == "x":
                await session.deny(HTTPStatus.UNAUTHORIZED)
            if other == "y":
                await session.deny(200)
            await session.accept()
            try:
                await session.receive_text()
            except ValueError:
                raise CloseSession(4002) from None
            except TypeError as error:
                raise error
            await session.close(4001, "the room is full")
            await session.close(code=FULL, reason="Go!")
            await session.close(Ending.FULL, reason=other)
            await session.close(CloseCode.FORBIDDEN)
            await session.close(websocket.CloseCode.TIMEOUT, "quiet")
            await session.close(1006)
            await session.close(late)
            await session.close(4010 + len(other))
            await session.close(True)
            await session.close()
            await self.other().close(4011)
            raise ValueError(4012)

        def other(self) -> WebSocketSession:
            raise NotImplementedError

    channel = only(TalkController)
    assert channel["x-pyfly-close-codes"] == {
        "1000": "The handler has ended.",
        "1003": "A message came in the other kind of frame.",
        "1011": "The handler has failed.",
        "3003": "The client may not do this.",
        "3008": "Nothing was said for longer than the server waits.",
        "4001": "The room is full.",
        "4002": "An ending of the application's own.",
        "4003": "Go!",
        "4005": "An ending of the application's own.",
    }
    assert list(channel["x-pyfly-refusals"]) == ["401", "403", "410", "500"]
    assert channel["x-pyfly-refusals"]["410"] == "Gone"


def test_what_the_author_tells_of_an_ending_comes_before_the_source() -> None:
    @rest_controller
    class TalkController:
        @operation(close_codes={4001: "Told."}, responses={401: "Log in."})
        @websocket_mapping("/talk")
        async def talk(self, session: WebSocketSession) -> None:
            """Talk.

            Raises:
                CloseSession: 4002 when nobody is there.
            """
            await session.deny(401)
            await session.close(4001, "written")
            await session.close(4002, "written")

    channel = only(TalkController)
    codes = channel["x-pyfly-close-codes"]
    assert (codes["4001"], codes["4002"]) == ("Told.", "When nobody is there.")
    assert channel["x-pyfly-refusals"]["401"] == "Log in."


def test_a_handler_without_a_source_has_the_usual_endings() -> None:
    space: dict[str, Any] = {"WebSocketSession": WebSocketSession}
    exec("async def talk(self, session: WebSocketSession): await session.close(4001)", space)  # no source
    controller: type = rest_controller(type("TalkController", (), {"talk": websocket_mapping("/talk")(space["talk"])}))
    assert list(only(controller)["x-pyfly-close-codes"]) == ["1000", "1011"]


def test_the_endings_of_every_session_are_told_once() -> None:
    document = document_of(TwoController)
    common = document["components"]["x-pyfly-endings"]["session"]
    assert list(common["closeCodes"]) == ["1001", "1008", "1009", "1012", "1013", "3000", "3008"]
    assert list(common["refusals"]) == ["400", "403", "429", "503"]
    for code, text in [*common["closeCodes"].items(), *common["refusals"].items()]:
        assert f"| {code} | {text} |" in document["info"]["description"]
    for channel in document["channels"].values():
        assert channel["x-pyfly-endings"] == {"$ref": "#/components/x-pyfly-endings/session"}
        assert "Any session can also end in the ways that" in channel["description"]


def test_a_document_without_channels_tells_of_no_endings() -> None:
    document = document_of()
    assert "components" not in document
    assert "Any session" not in document["info"]["description"]


def test_an_example_that_is_no_message_of_the_handler_is_an_error_at_its_line() -> None:
    told = operation(examples={"ada": Join(name="ada"), "blob": b"abc", "raw": "text", "wrong": {"kind": "say"}})

    @rest_controller
    class TalkController:
        @told
        @websocket_mapping("/talk")
        async def talk(self, session: WebSocketSession[Incoming | bytes, Tick]) -> None: ...

    with pytest.raises(DeclarationErrors) as caught:
        asyncapi_of(TalkController)
    assert [fault.message for fault in caught.value.faults] == [
        'TalkController.talk has the example "raw", which is none of its messages; as Join it is wrong: input should '
        'be an object, got "text"; write the JSON that is sent',
        'TalkController.talk has the example "wrong", which is none of its messages; as Say it is wrong: at "text" '
        "field required; write the JSON that is sent",
    ]
    assert caught.value.faults[0].source is not None
    assert caught.value.faults[0].source.file == __file__


def test_examples_of_all_handlers_are_gathered_at_their_message() -> None:
    @rest_controller
    class TalkController:
        @operation(examples={"ada": Join(name="ada"), "tick": {"number": 5}, "blob": b"a\xff"})
        @websocket_mapping("/talk")
        async def talk(self, session: WebSocketSession[Join | bytes, Tick]) -> None: ...

        @operation(examples={"hi": "hi"})
        @websocket_mapping("/text")
        async def text(self, session: WebSocketSession[Never, str]) -> None: ...

        @operation(examples={"ada": Join(name="Ada"), "bob": Join(name="bob")})
        @websocket_mapping("/join")
        async def join(self, session: WebSocketSession[Join, Join]) -> None: ...

        @operation(examples={"any": {"of": ["any", "form"]}})
        @websocket_mapping("/untyped")
        async def untyped(self, session: WebSocketSession) -> None:
            await session.receive_json()

    messages = document_of(TalkController)["components"]["messages"]
    assert {name: body.get("examples") for name, body in messages.items()} == {
        "Join": [
            {"name": "ada", "payload": {"kind": "join", "name": "Ada"}},
            {"name": "bob", "payload": {"kind": "join", "name": "bob"}},
            {"name": "ada_2", "payload": {"kind": "join", "name": "ada"}},
        ],
        "Tick": [{"name": "tick", "payload": {"number": 5}}],
        "binary": [{"name": "blob", "payload": "aÿ"}],
        "json": [{"name": "any", "payload": {"of": ["any", "form"]}}],
        "text": [{"name": "hi", "payload": "hi"}],
    }


def test_examples_of_a_model_are_those_of_its_message_and_deprecated_ones_marked() -> None:
    body = asyncapi_of(talker(Priced, Never))["components"]["messages"]["Priced"]
    assert body["examples"] == [
        {"name": "example1", "payload": {"cents": 199}},
        {"name": "example2", "payload": {"cents": 0}},
    ]
    assert body["x-deprecated"] is True


def test_deprecated_and_hidden_handlers() -> None:
    @rest_controller
    class TalkController:
        @operation(deprecated=True)
        @websocket_mapping("/old")
        async def old(self, session: WebSocketSession[str, str]) -> None: ...

        @operation(hidden=True)
        @websocket_mapping("/secret")
        async def secret(self, session: WebSocketSession) -> None: ...

    document = document_of(TalkController)
    assert list(document["channels"]) == ["TalkController_old"]
    assert document["channels"]["TalkController_old"]["x-deprecated"] is True
    assert all(each["x-deprecated"] is True for each in document["operations"].values())


INFO = ApiInfo(
    security_schemes={
        "bearer": BearerAuth(),
        "oauth": OAuth2Auth(flows={"implicit": OAuth2Flow(authorization_url="https://a.test", scopes={"read": "R."})}),
    },
    security=("bearer",),
)


def test_security_is_told_at_each_operation() -> None:
    @rest_controller
    class TalkController:
        @websocket_mapping("/a")
        async def a(self, session: WebSocketSession[str, Never]) -> None: ...

        @operation(security=[])
        @websocket_mapping("/b")
        async def b(self, session: WebSocketSession[str, Never]) -> None: ...

        @operation(security=[{"oauth": ["read"], "bearer": []}, {}])
        @websocket_mapping("/c")
        async def c(self, session: WebSocketSession[str, Never]) -> None: ...

    document = document_of(TalkController, info=INFO)
    operations = document["operations"]
    assert operations["TalkController_a_receive"]["security"] == [{"$ref": "#/components/securitySchemes/bearer"}]
    assert "security" not in operations["TalkController_b_receive"]
    flows = {"implicit": {"authorizationUrl": "https://a.test", "availableScopes": {"read": "R."}}}
    combined = operations["TalkController_c_receive"]
    assert combined["security"] == [
        {"type": "oauth2", "flows": flows, "scopes": ["read"]},
        {"$ref": "#/components/securitySchemes/bearer"},
    ]
    assert combined["x-pyfly-security"] == [{"oauth": ["read"], "bearer": []}, {}]
    assert document["components"]["securitySchemes"]["oauth"] == {"type": "oauth2", "flows": flows}


def test_unknown_security_schemes_are_told_of_handlers_and_of_the_api() -> None:
    @rest_controller
    class TalkController:
        @operation(security=["baerer"])
        @websocket_mapping("/a")
        async def a(self, session: WebSocketSession) -> None: ...

    info = ApiInfo(security=("none",), security_schemes={"bearer": BearerAuth()})
    with pytest.raises(DeclarationErrors) as caught:
        asyncapi_of(TalkController, info=info)
    assert [fault.message for fault in caught.value.faults] == [
        'ApiInfo requires the security scheme "none", which ApiInfo does not have; known are: bearer',
        'TalkController.a requires the security scheme "baerer", which ApiInfo does not have; did you mean "bearer"?',
    ]
    assert caught.value.faults[0].source is None
    with pytest.raises(DeclarationErrors, match="known are: none"):
        asyncapi_of(info=ApiInfo(security=("bearer",)))


def test_info_and_servers_are_written() -> None:
    info = ApiInfo(
        title="Talk",
        version="1.2.3",
        description="To each other.",
        terms_of_service="https://a.test/terms",
        contact=Contact(name="We", email="we@a.test"),
        license=License(name="MIT"),
        external_docs="https://a.test/docs",
        servers=(
            ApiServer(url="https://a.test/v1/", description="Live."),
            ApiServer(url="ws://b.test:8000"),
            ApiServer(url="/here"),
            ApiServer(url="ftp://c.test"),
        ),
    )
    document = document_of(info=info)
    written = document["info"]
    assert written.pop("description").startswith("To each other.\n\nAsyncAPI describes operations as the server sees")
    assert written == {
        "title": "Talk",
        "version": "1.2.3",
        "termsOfService": "https://a.test/terms",
        "contact": {"name": "We", "email": "we@a.test"},
        "license": {"name": "MIT"},
        "externalDocs": {"url": "https://a.test/docs"},
    }
    assert document["servers"] == {
        "server1": {"host": "a.test", "pathname": "/v1", "protocol": "wss", "description": "Live."},
        "server2": {"host": "b.test:8000", "protocol": "ws"},
    }


def test_handlers_that_can_never_work_are_told_together() -> None:
    @rest_controller
    class TalkController:
        @websocket_mapping("/a")
        async def a(self, session: WebSocketSession, key: int) -> None: ...

        @websocket_mapping("/b")
        async def b(self, session: WebSocketSession, name: str) -> None: ...

    with pytest.raises(DeclarationErrors) as caught:
        asyncapi_of(TalkController)
    assert len(caught.value.faults) == 2


def test_a_generic_controller_s_messages_are_those_of_the_derived_one() -> None:
    class Feed(Generic[Sent]):
        @websocket_mapping("/feed")
        async def feed(self, session: WebSocketSession[Never, Sent]) -> None: ...

    @rest_controller
    class TickController(Feed[Tick]): ...

    assert messages_of(TickController) == ([], ["Tick"])


def test_handlers_of_controllers_of_one_name_are_told_apart() -> None:
    first, second = talker(str, str), talker(str, str)
    first.__module__, second.__module__ = "shop.old", "shop.new"
    request_mapping("/old")(first)
    request_mapping("/new")(second)
    assert list(document_of(first, second)["channels"]) == [
        "shop_new_TalkController_talk",
        "shop_old_TalkController_talk",
    ]


def test_http_endpoints_have_no_place_here() -> None:
    registry = MetadataRegistry()

    @rest_controller(registry=registry)
    class ShopController:
        @get_mapping("/x", registry=registry)
        async def x(self) -> None: ...

    document = asyncapi_document(context_of(), registry=registry, controllers=[ShopController])
    assert (document["channels"], document["operations"], "components" in document) == ({}, {}, False)


def test_text_with_constraints_is_text_with_a_schema() -> None:
    messages = document_of(talker(Short, Blob))["components"]["messages"]
    assert messages == {
        "Short": {
            "name": "Short",
            "title": "Short",
            "contentType": "text/plain",
            "payload": {"$ref": "#/components/schemas/Short"},
            "x-pyfly-frame": "text",
            "examples": [{"name": "example", "payload": "tex"}],
        },
        "bytes": {
            "name": "bytes",
            "title": "bytes",
            "contentType": "application/octet-stream",
            "payload": {"type": "string", "format": "binary", "maxLength": 3},
            "x-pyfly-frame": "binary",
        },
    }


def test_description_tells_what_the_handshake_takes() -> None:
    @rest_controller
    class TalkController:
        @websocket_mapping("/talk/{room}")
        async def talk(
            self,
            session: WebSocketSession[Never, Tick],
            room: str,
            name: QueryParam[Annotated[str, Field(description="Yours | theirs.")]],
            feeling: QueryParam[Feeling],
            colour: QueryParam[Colour] = Colour.RED,
            levels: QueryParam[list[UUID | int]] = [],  # noqa: B006  # only read
            x_trace: Header[str] = "",
            theme: Cookie[Any] = None,
        ) -> None: ...

    document = document_of(TalkController)
    (operation_object,) = document["operations"].values()
    expected = """**Handshake**

| value | place | type | meaning |
| --- | --- | --- | --- |
| `name` | query | string, required | Yours \\| theirs. |
| `mood` | query | `good` | **Deprecated.** Never told. |
| `colour` | query | `red` or `blue`, `red` by default |  |
| `levels` | query | several: string (uuid) or integer, `[]` by default |  |
| `x-trace` | header | string, `""` by default |  |
| `theme` | cookie | any value |  |
"""
    assert expected in only(TalkController)["description"] + "\n"
    assert expected in operation_object["description"]
    assert "| 1000 | The handler has ended. |" in operation_object["description"]


class Hello(BaseModel):
    action: Literal["hello"] = "hello"
    name: str


class Bye(BaseModel):
    action: Literal["bye"]


class Envelope(BaseModel):
    content: Annotated[Hello | Bye, Field(discriminator="action")]


def test_tag_of_a_tagged_union_is_required_of_clients() -> None:
    tagged = Annotated[Hello | Bye, Field(discriminator="action")]
    document = document_of(talker(tagged, Hello | Bye))
    accepted = document["operations"]["TalkController_talk_receive"]["messages"]
    names = [each["$ref"].rpartition("/")[2] for each in accepted]
    hello, bye = (document["components"]["messages"][name]["payload"] for name in names)
    assert hello["required"] == ["action"]
    assert bye == {"$ref": "#/components/schemas/Bye"}
    schemas = document["components"]["schemas"]
    assert not Draft7Validator({**hello, "components": {"schemas": schemas}}).is_valid({"name": "x"})
    assert Draft7Validator({**hello, "components": {"schemas": schemas}}).is_valid({"name": "x", "action": "hello"})


def test_members_of_a_union_without_a_tag_are_accepted_as_they_are() -> None:
    messages = document_of(talker(Hello | Bye, Never))["components"]["messages"]
    assert messages["Hello"]["payload"] == {"$ref": "#/components/schemas/Hello"}


def test_tag_is_required_inside_of_models_too() -> None:
    schemas = document_of(talker(Envelope, Never))["components"]["schemas"]
    content = schemas["Envelope"]["properties"]["content"]
    assert content["required"] == ["action"]
    assert "discriminator" not in content


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        (
            {"close_codes": {1006: "Gone."}},
            "is told the close code 1006, which nobody can send; codes of an application's own are 4000 to 4999",
        ),
        (
            {"responses": {200: "Fine."}},
            "is told the response 200, which refuses no handshake; tell statuses from 300",
        ),
        (
            {"subprotocols": ["v1, v2"]},
            'is told the subprotocol "v1, v2", which is no token; write each alone, without blanks and commas',
        ),
    ],
)
def test_what_can_never_be_told_of_a_handler_is_an_error_at_its_line(told: Any, problem: str) -> None:
    @rest_controller
    class TalkController:
        @operation(**told)
        @websocket_mapping("/talk")
        async def talk(self, session: WebSocketSession) -> None: ...

    with pytest.raises(DeclarationErrors) as caught:
        asyncapi_of(TalkController)
    (fault,) = caught.value.faults
    assert fault.message == f"TalkController.talk {problem}"
    assert fault.source is not None
    assert fault.source.file == __file__
