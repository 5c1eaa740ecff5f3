"""The page's own modules, one by one, in the browser they run in."""

from __future__ import annotations

import enum
import json
from collections.abc import AsyncIterator
from typing import Annotated, Any, Never

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page
from pydantic import BaseModel, Field, SecretStr

from pyfly.apidocs import ApiInfo, ApiKeyAuth, BearerAuth
from pyfly.container import rest_controller
from pyfly.web import Cookie, Header, QueryParam, get_mapping, operation
from pyfly.web.sse import sse_mapping
from pyfly.websocket import CloseCode, WebSocketSession, websocket_mapping
from tests.apidocs.documents import asyncapi_of, openapi_of
from tests.conftest import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, served: LiveServer) -> AsyncIterator[Page]:
    """A bare page, whose policy and place are those of the documentation."""
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(f"{served.base_url}/docs/openapi.json")
    yield page
    await context.close()


async def call(page: Page, module: str, code: str, *arguments: Any) -> Any:
    """Evaluate code that sees a module's exports as `m` and the arguments as `a`."""
    script = f"async (a) => {{ const m = await import('/docs/assets/{module}'); return {code}; }}"
    return await page.evaluate(script, list(arguments))


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"examples": [7], "default": 8}, 7),
        ({"default": None, "type": "string"}, None),
        ({"const": "say"}, "say"),
        ({"enum": ["a", "b"]}, "a"),
        ({"$ref": "#/components/schemas/Say"}, {"type": "say", "text": "text"}),
        ({"anyOf": [{"type": "null"}, {"type": "integer", "minimum": 3}]}, 3),
        ({"oneOf": [{"$ref": "#/components/schemas/Say"}]}, {"type": "say", "text": "text"}),
        (
            {"allOf": [{"$ref": "#/components/schemas/Say"}, {"type": "object", "properties": {"at": {"const": 1}}}]},
            {"type": "say", "text": "text", "at": 1},
        ),
        ({"type": "object", "properties": {"a": {"type": "boolean"}}}, {"a": False}),
        ({"type": "object", "required": ["b"], "properties": {"a": {}, "b": {"type": "number"}}}, {"b": 0}),
        ({"type": "array", "items": {"type": "integer"}, "minItems": 2}, [0, 0]),
        ({"type": "array", "items": {"type": "integer"}}, []),
        ({"type": "array", "prefixItems": [{"const": 1}, {"const": "x"}]}, [1, "x"]),
        ({"type": "array", "items": [{"const": 1}, {"const": "x"}]}, [1, "x"]),
        ({"type": ["null", "string"], "minLength": 6}, "textxx"),
        ({"type": "string", "maxLength": 2}, "te"),
        ({"type": "string", "pattern": "^[0-9]+$"}, ""),
        ({"type": "string", "pattern": "(?P<x>a)"}, ""),
        ({"type": "string", "format": "uuid"}, "00000000-0000-4000-8000-000000000000"),
        ({"type": "integer", "exclusiveMinimum": 4}, 5),
        ({"type": "integer", "maximum": -2}, -2),
        ({"type": "integer", "minimum": 7, "multipleOf": 5}, 10),
        ({"$ref": "#/components/schemas/Node"}, {"next": None}),
        (True, None),
        ({}, None),
    ],
)
async def test_sample_fits_the_schema(page: Page, schema: Any, expected: Any) -> None:
    root = {
        "components": {
            "schemas": {
                "Say": {"type": "object", "properties": {"type": {"const": "say"}, "text": {"type": "string"}}},
                "Node": {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Node"}}},
            }
        }
    }
    assert await call(page, "samples.js", "m.sample(a[0], a[1])", root, schema) == expected


@pytest.mark.parametrize("chunk", [1, 3, 1000])
async def test_event_stream_is_parsed_however_it_is_cut(page: Page, chunk: int) -> None:
    stream = (
        ": a comment\r\n\r\nevent: tick\r\nid: 1\r\ndata: a\r\ndata:  b\r\n\r\n"
        "data\n\nid\ndata:c:d\n\nevent: nothing\n\nretry: 5\rdata: e\r\rdata: unfinished"
    )
    events = await call(
        page,
        "event-stream.js",
        """(() => {
            const events = [], parse = m.eventParser((event) => events.push(event));
            for (let at = 0; at < a[0].length; at += a[1]) parse(a[0].slice(at, at + a[1]));
            return events.map(({ name, data, id }) => [name, data, id]);
        })()""",
        stream,
        chunk,
    )
    assert events == [["tick", "a\n b", "1"], ["message", "", "1"], ["message", "c:d", ""], ["message", "e", ""]]


async def test_size_of_an_event_is_what_came_over_the_line(page: Page) -> None:
    code = "(() => { let size; m.eventParser((event) => (size = event.size))(a[0]); return size; })()"
    assert await call(page, "event-stream.js", code, "data: ä\n\n") == len("data: ä\n\n".encode())


@pytest.mark.parametrize(
    ("code", "options", "title", "tone"),
    [
        (1000, {}, "Normal closure", "good"),
        (1001, {}, "Going away", "fair"),
        (1006, {"opened": True}, "Connection lost", "bad"),
        (1006, {"opened": False}, "Handshake refused", "bad"),
        (1006, {"opened": False, "reachable": False}, "Not reached", "bad"),
        (1011, {}, "Internal error", "bad"),
        (2999, {}, "Reserved code", "bad"),
        (3001, {}, "Registered code", "bad"),
        (4001, {}, "Application code", "bad"),
    ],
)
async def test_close_codes_have_words(page: Page, code: int, options: dict[str, Any], title: str, tone: str) -> None:
    words = await call(page, "close-codes.js", "m.explainClose(a[0], a[1])", code, options)
    assert (words["title"], words["tone"]) == (title, tone)
    assert words["text"]


@pytest.mark.parametrize("code", CloseCode, ids=lambda code: code.name)
async def test_every_close_code_that_has_a_name_has_words_of_its_own(page: Page, code: CloseCode) -> None:
    words = await call(page, "close-codes.js", "m.explainClose(a[0], {})", int(code))
    assert words["title"] not in ("Registered code", "Application code", "Reserved code")
    assert words["text"]


async def test_words_of_the_document_come_first(page: Page) -> None:
    options: dict[str, Any] = {"declared": {"4001": "The game is over"}}
    words = await call(page, "close-codes.js", "m.explainClose(4001, a[0])", options)
    assert words["text"] == "The game is over. A code of the application's own."
    options = {"opened": False, "refusals": {"403": "Not a member."}}
    words = await call(page, "close-codes.js", "m.explainClose(1006, a[0])", options)
    assert words["text"].endswith("This endpoint may have answered: 403 (Not a member).")


async def test_words_of_others_do_not_turn_the_writing_around(page: Page) -> None:
    options: dict[str, Any] = {"declared": {"4001": "because \u202e reversed \u2067 x"}}
    words = await call(page, "close-codes.js", "m.explainClose(4001, a[0])", options)
    assert words["text"] == "\u2068because  reversed  x\u2069. A code of the application's own."
    assert await call(page, "elements.js", "m.isolated(a[0])", "Größe, 100 %") == "Größe, 100 %"


async def test_fragment_gives_back_what_was_put_in(page: Page) -> None:
    form = {
        "endpoint": "WS /a/{b}",
        "protocols": "v1, v2",
        "carrier": "query",
        "carrierName": "token",
        "format": "json",
        "message": '{"a": "ä&=#?"}\n',
        "path": {"b": "c/d", "__proto__x": "1"},
        "query": {"q": "", "a.b": "=&"},
        "header": {},
    }
    assert await call(page, "links.js", "m.formsOf(m.fragmentOf([a[0], a[0], a[0]]))", form) == [form, form]


@pytest.mark.parametrize("fragment", ["", "#console", "#/Chat/get", "#console?other=1"])
async def test_other_fragments_restore_nothing(page: Page, fragment: str) -> None:
    assert await call(page, "links.js", "m.formsOf(a[0])", fragment) == []


@pytest.mark.parametrize(
    ("text", "form", "frame", "expected"),
    [
        ("{}", "json", "text", {"data": "{}"}),
        ("{}", "text", "binary", {"data": "{}"}),
        ("", "text", "text", {"data": ""}),
    ],
)
async def test_text_is_sent_as_it_is_written(page: Page, text: str, form: str, frame: str, expected: Any) -> None:
    assert await call(page, "frames.js", "m.encode(...a)", text, form, frame) == expected


async def test_json_goes_in_bytes_where_the_handler_takes_those(page: Page) -> None:
    code = "(({ data }) => [data instanceof Uint8Array, [...data]])(m.encode('[1]', 'json', 'binary'))"
    assert await call(page, "frames.js", code) == [True, list(b"[1]")]


@pytest.mark.parametrize(("size", "words"), [(0, "0 B"), (999, "999 B"), (1500, "1.5 kB"), (2_000_000, "2.0 MB")])
async def test_sizes_have_units(page: Page, size: int, words: str) -> None:
    assert await call(page, "frames.js", "m.sizeOf(a[0])", size) == words


async def test_long_frames_are_cut_for_showing(page: Page) -> None:
    shown = await call(page, "frames.js", "m.shown('x'.repeat(20005))")
    assert shown.endswith("x\n… 5 more characters")
    shown = await call(page, "frames.js", "m.shown(new Uint8Array(2050))")
    assert shown.endswith("\n… 2 more bytes")


@pytest.mark.parametrize(
    ("text", "is_laid_out"),
    [
        ('{"a": [1, "b, [c"]}', True),
        ("[" * 20 + "]" * 20, True),
        ("[" * 2500 + "]" * 2500, False),
        ('{"a":' * 500 + "1" + "}" * 500, False),
        ("[" + "1," * 9000 + "1]", False),
        (json.dumps(["[" * 9000, '"' * 200, "\\"]), True),
        ('["' + '\\"' * 9000 + "\\", False),
    ],
)
async def test_json_is_laid_out_where_that_is_not_much_longer(page: Page, text: str, is_laid_out: bool) -> None:
    shown = await call(page, "frames.js", "m.shown(a[0])", text)
    assert json.loads(shown) == json.loads(text) if len(text) < 1000 else True
    assert (shown == text) is not is_laid_out
    assert len(shown) <= 40_000


class Kind(enum.Enum):
    A = "a"
    B = "b"


class Say(BaseModel):
    text: str


INFO = ApiInfo(
    security_schemes={"key": ApiKeyAuth(name="key", location="query"), "bearer": BearerAuth()}, security=("key",)
)


@rest_controller
class TalkController:
    @operation(
        subprotocols=["v1", "v2"],
        close_codes={4000: "Full", 1008: "No rudeness."},
        responses={401: "Log in.", 503: "The hall is closed."},
        examples={"hello": Say(text="hello"), "bye": Say(text="bye")},
    )
    @websocket_mapping("/ws/{room:int}/{kind}", frames="binary")
    async def talk(
        self,
        session: WebSocketSession[Say, Never],
        room: int,
        kind: Kind,
        name: QueryParam[Annotated[str, Field(examples=["ada"])]],
        tags: QueryParam[list[str]] = ["x", "y"],  # noqa: B006  # only read
        quiet: QueryParam[bool | None] = None,
        limit: QueryParam[int | None] = None,
        other: QueryParam[Kind] = Kind.B,
        maybe: QueryParam[Kind | None] = None,
        password: QueryParam[SecretStr | None] = None,
        x_trace: Header[str] = "",
        sid: Cookie[str] = "",
    ) -> None:
        """Talk.

        Talk to
        each other.

        No more than that.

        Args:
            room: Which room.
        """

    @websocket_mapping("/ws/bytes")
    async def raw(self, session: WebSocketSession[bytes, bytes]) -> None: ...

    @operation(security=["bearer"])
    @sse_mapping("/events/{number:int}")
    async def events(
        self, number: int, since: QueryParam[Annotated[int, Field(examples=[4])]], sid: Cookie[str] = ""
    ) -> AsyncIterator[Say]:
        """Follow.

        From somewhere on.
        """
        yield Say(text="")

    @get_mapping("/plain")
    async def plain(self) -> int:
        return 1


async def endpoints(page: Page, controller: type = TalkController) -> dict[str, Any]:
    """The console's endpoints of what pyfly writes, by their ids."""
    documents = [write(controller, info=INFO) for write in (asyncapi_of, openapi_of)]
    found = await call(page, "endpoints.js", "m.endpointsOf(...a)", *documents)
    return {endpoint["id"]: endpoint for endpoint in found}


async def test_handler_becomes_an_endpoint(page: Page) -> None:
    endpoint = (await endpoints(page))["WS /ws/{room}/{kind}"]
    assert (endpoint["title"], endpoint["summary"]) == ("Talk", "Talk to each other.")
    fields = {field["name"]: field for field in endpoint["fields"]}
    assert [(field["place"], name, field["initial"], field["required"]) for name, field in fields.items()] == [
        ("path", "room", "0", True),
        ("path", "kind", "a", True),
        ("query", "name", "ada", True),
        ("query", "tags", "x, y", False),
        ("query", "quiet", "", False),
        ("query", "limit", "", False),
        ("query", "other", "b", False),
        ("query", "maybe", "", False),
        ("query", "password", "", False),
    ]
    assert {name: field["options"] for name, field in fields.items() if field["options"]} == {
        "kind": ["a", "b"],
        "quiet": ["true", "false"],
        "other": ["a", "b"],
        "maybe": ["a", "b"],
    }
    assert [name for name, field in fields.items() if field["secret"]] == ["password"]
    assert fields["tags"]["many"]
    assert (fields["limit"]["hint"], fields["room"]["description"]) == ("integer", "Which room.")
    assert endpoint["jsonFrame"] == "binary"
    assert [(draft["title"], draft["format"], json.loads(draft["text"])) for draft in endpoint["messages"]] == [
        ("Say: hello", "json", {"text": "hello"}),
        ("Say: bye", "json", {"text": "bye"}),
    ]


async def test_endpoints_are_found_by_going_through_the_operations_once(page: Page) -> None:
    document = asyncapi_of(TalkController)
    code = """(() => {
        let asked = 0;
        const counting = (operation) => new Proxy(operation, {
            get: (target, name) => { if (name === "channel") asked += 1; return target[name]; },
        });
        const operations = { ...a[0].operations };
        for (const name in operations) operations[name] = counting(operations[name]);
        const found = m.endpointsOf({ ...a[0], operations }, null);
        return [asked, found.map((each) => each.messages.length)];
    })()"""
    asked, messages = await call(page, "endpoints.js", code, document)
    assert asked == len(document["operations"])
    assert len(messages) == len(document["channels"])


async def test_code_in_short_descriptions_is_shown_as_code(page: Page) -> None:
    code = "m.withCode(a[0]).map((each) => each.outerHTML ?? each)"
    assert await call(page, "elements.js", code, "By `<0>` or `1`; a ` stays.") == [
        "By ",
        "<code>&lt;0&gt;</code>",
        " or ",
        "<code>1</code>",
        "; a ` stays.",
    ]


async def test_handshake_of_a_handler_is_known(page: Page) -> None:
    endpoint = (await endpoints(page))["WS /ws/{room}/{kind}"]
    assert endpoint["protocols"] == ["v1", "v2"]
    assert endpoint["handshakeHeaders"] == ["x-trace"]
    assert endpoint["tokens"] == [{"carrier": "query", "name": "key"}]
    assert endpoint["closeCodes"]["4000"] == "Full"
    assert endpoint["refusals"]["401"] == "Log in."


async def test_endings_of_every_session_are_known_beside_those_of_the_handler(page: Page) -> None:
    endpoint = (await endpoints(page))["WS /ws/{room}/{kind}"]
    assert endpoint["closeCodes"]["3008"] == "Nothing was said for longer than the server waits."
    assert endpoint["closeCodes"]["1008"] == "No rudeness."
    refusals = endpoint["refusals"]
    assert refusals["403"].startswith("Pages of this origin may not open sessions, or the handler ")
    assert refusals["429"].startswith("There are too many sessions")
    assert refusals["503"].endswith("come back later; or: The hall is closed.")


async def test_bytes_are_drafted_in_hexadecimal(page: Page) -> None:
    @rest_controller
    class BlobController:
        @operation(examples={"hi": b"hi\xff"})
        @websocket_mapping("/told")
        async def told(self, session: WebSocketSession[bytes, Never]) -> None: ...

    (told,) = (await endpoints(page, BlobController))["WS /told"]["messages"]
    assert told == {"title": "Binary data: hi", "format": "binary", "text": "68 69 ff"}
    (untold,) = (await endpoints(page))["WS /ws/bytes"]["messages"]
    assert untold == {"title": "Binary data", "format": "binary", "text": ""}


@pytest.mark.parametrize("name", ["token", "access_token", "X-Api-Key", "password", "client_secret", "Authorization"])
async def test_secrets_are_known_by_their_names(page: Page, name: str) -> None:
    assert await secret(page, name)


@pytest.mark.parametrize("name", ["max_tokens", "page_token", "tokenizer", "key", "author"])
async def test_other_names_are_no_secrets(page: Page, name: str) -> None:
    assert not await secret(page, name)


async def secret(page: Page, name: str) -> bool:
    parameters = [{"name": name, "in": "query", "schema": {"type": "string"}}]
    get = {"parameters": parameters, "responses": {"200": {"content": {"text/event-stream": {}}}}}
    found = await call(page, "endpoints.js", "m.endpointsOf(null, a[0])", {"paths": {"/": {"get": get}}})
    secret: bool = found[0]["fields"][0]["secret"]
    return secret


async def test_event_stream_becomes_an_endpoint(page: Page) -> None:
    found = await endpoints(page)
    assert [name for name in found if name.startswith("SSE")] == ["SSE /events/{number}"]
    endpoint = found["SSE /events/{number}"]
    assert (endpoint["title"], endpoint["summary"]) == ("Follow", "From somewhere on.")
    assert [(field["place"], field["name"], field["initial"]) for field in endpoint["fields"]] == [
        ("path", "number", "0"),
        ("query", "since", "4"),
        ("header", "Last-Event-ID", ""),
    ]
    assert endpoint["tokens"] == [{"carrier": "header", "name": "Authorization"}]
