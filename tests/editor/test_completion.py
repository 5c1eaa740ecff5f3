"""What editors show, as pyright's language server tells it: from the sources, and from the stubs alone."""

from __future__ import annotations

import json
import re
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.editor.language_server import LanguageServer

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 200.0
CURSOR = "‸"
METHOD = 2
"""The kind of a completion that is a method."""

pytestmark = [
    pytest.mark.timeout(240),
    pytest.mark.skipif(sys.platform == "win32", reason="the server is ended with its process group"),
]


@dataclass
class Editor:
    """One folder, open in an editor."""

    server: LanguageServer
    folder: Path
    _open: bool = False

    def complete(self, code: str) -> dict[str, dict[str, Any]]:
        """Return the completions at the cursor, by their labels, without names that start with an underscore."""
        found = self._ask("completion", code)
        items = found["items"] if isinstance(found, dict) else found
        return {item["label"]: item for item in items if not item["label"].startswith("_")}

    def complete_text(self, code: str) -> list[str]:
        """Return the texts that are offered at the cursor, which stands between quotes."""
        return [label.strip('"') for label in self.complete(code) if label.startswith('"')]

    def documentation(self, item: dict[str, Any]) -> str:
        """Return what the editor shows beside a completion."""
        resolved = self.server.request("completionItem/resolve", item)
        text: str = resolved["documentation"]["value"]
        return _words(text)

    def hover(self, code: str) -> str:
        """Return what the editor shows at the cursor, with single spaces."""
        found = self._ask("hover", code)
        assert found is not None, "nothing is shown"
        return _words(found["contents"]["value"])

    def definitions(self, code: str) -> list[str]:
        """Return the files that declare what is at the cursor, as the editor goes to them."""
        return [found["uri"] for found in self._ask("definition", code)]

    def _ask(self, question: str, code: str) -> Any:
        code = textwrap.dedent(code)
        before, found, after = code.partition(CURSOR)
        assert found, "the code has no cursor"
        uri = (self.folder / "edited.py").as_uri()
        if self._open:
            self.server.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        self._open = True
        document = {"uri": uri, "languageId": "python", "version": 1, "text": before + after}
        self.server.notify("textDocument/didOpen", {"textDocument": document})
        position = {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}
        return self.server.request(f"textDocument/{question}", {"textDocument": {"uri": uri}, "position": position})


def _words(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("&nbsp;", " "))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LanguageServer, Path]]:
    workspace = tmp_path_factory.mktemp("workspace")
    configurations = {
        "sources": {"extraPaths": [str(ROOT)], "stubPath": "nowhere"},
        "stubs": {"stubPath": str(ROOT / "typings")},
    }
    for name, configuration in configurations.items():
        (workspace / name).mkdir()
        (workspace / name / "pyrightconfig.json").write_text(json.dumps(configuration), encoding="utf-8")
    server = LanguageServer(
        [sys.executable, "-m", "pyright.langserver", "--stdio"],
        [workspace / name for name in configurations],
        settings={"python": {"pythonPath": sys.executable}},
        log=workspace / "log.txt",
        patience=PATIENCE,
    )
    yield server, workspace
    assert server.close() == 0


@pytest.fixture(params=["sources", "stubs"])
def editor(server: tuple[LanguageServer, Path], request: pytest.FixtureRequest) -> Editor:
    running, workspace = server
    return Editor(running, workspace / request.param)


CHAT = """
    from collections.abc import AsyncIterator
    from typing import Literal

    from pydantic import BaseModel

    from pyfly.container import bean, configuration, rest_controller
    from pyfly.events import event_listener
    from pyfly.web import QueryParam, get_mapping
    from pyfly.web.sse import sse_mapping
    from pyfly.websocket import SessionOpened, WebSocketSession, websocket_mapping


    class Join(BaseModel):
        kind: Literal["join"] = "join"
        nickname: str


    class Say(BaseModel):
        kind: Literal["say"] = "say"
        text: str


    @rest_controller
    class Chat:
        @websocket_mapping("/rooms/{room_id}")
        async def chat(self, session: WebSocketSession[Join | Say, Say], room_id: str) -> None:
            {body}

        @get_mapping("/rooms")
        async def rooms(self, limit: QueryParam[int] = 20) -> list[str]: ...

        @sse_mapping("/rooms/{room_id}/events")
        async def events(self, room_id: str) -> AsyncIterator[Say]:
            yield Say(text="hello")

        @event_listener
        async def opened(self, event: SessionOpened) -> None: ...


    @configuration
    class Beans:
        @bean(scope="session")
        def joins(self) -> list[Join]: ...
"""
MEMBERS = """
    accept accepted attributes authenticated client close close_code close_reason cookies denied_for denied_with deny
    dropped expires_at has_expired headers id opened_at path_params path_template query_params receive receive_bytes
    receive_json receive_text received scopes send send_bytes send_json send_text sent state subprotocol subprotocols
    user waiting
"""


def chat(*lines: str) -> str:
    """Return the chat's code with these lines in its handler."""
    return CHAT.replace("{body}", ("\n" + 12 * " ").join(lines))


def test_declarations_are_those_of_the_stubs_where_these_come_first(editor: Editor) -> None:
    found = editor.definitions(chat("session.rec‸eive()"))
    expected = "typings/pyfly/websocket/session.pyi" if editor.folder.name == "stubs" else "pyfly/websocket/session.py"
    assert found[0] == (ROOT / expected).as_uri()


def test_session_offers_its_members(editor: Editor) -> None:
    offered = editor.complete(chat("session.‸")).keys()
    assert set(MEMBERS.split()) <= offered
    if editor.folder.name == "stubs":  # which leave out what only pyfly calls
        assert sorted(offered) == MEMBERS.split()


def test_every_method_of_a_session_is_documented(editor: Editor) -> None:
    offered = editor.complete(chat("session.‸"))
    methods = [item for item in offered.values() if item["kind"] == METHOD]
    assert len(methods) >= 10
    assert [item["label"] for item in methods if " --- " not in editor.documentation(item)] == []


def test_receive_is_offered_with_the_type_of_the_messages(editor: Editor) -> None:
    shown = editor.documentation(editor.complete(chat("session.‸"))["receive"])
    assert "def receive() -> CoroutineType[Any, Any, Join | Say]" in shown
    assert "Wait for the next message and return it as the session's `In` type." in shown


@pytest.mark.parametrize(
    ("method", "signature"),
    [
        (
            "chat",
            "def chat( session: WebSocketSession[Join | Say, Say], room_id: str ) -> CoroutineType[Any, Any, None]",
        ),
        ("rooms", "def rooms(limit: QueryParam[int] = 20) -> CoroutineType[Any, Any, list[str]]"),
        ("events", "def events(room_id: str) -> AsyncIterator[Say]"),
        ("opened", "def opened(event: SessionOpened) -> CoroutineType[Any, Any, None]"),
    ],
)
def test_decorated_method_keeps_its_type(editor: Editor, method: str, signature: str) -> None:
    assert f"(method) {signature} " in editor.hover(chat(f"self.{method[:-1]}‸{method[-1]}"))


def test_bean_method_keeps_its_type(editor: Editor) -> None:
    assert "(method) def joins() -> list[Join] " in editor.hover(chat("Beans().join‸s"))


@pytest.mark.parametrize(
    ("case", "fields"), [("Join() as received", {"kind", "nickname"}), ("Say() as received", {"kind", "text"})]
)
def test_received_message_offers_its_fields_after_match(editor: Editor, case: str, fields: set[str]) -> None:
    offered = editor.complete(chat("match await session.receive():", f"    case {case}:", "        received.‸"))
    assert {"kind", "nickname", "text"} & offered.keys() == fields


def test_what_match_leaves_over_is_the_other_message(editor: Editor) -> None:
    code = chat("match await session.receive():", "    case Join():", "        ...", "    case oth‸er:", "        ...")
    assert "(variable) other: Say " in editor.hover(code)


def test_message_of_a_loop_is_known(editor: Editor) -> None:
    assert "(variable) message: Join | Say " in editor.hover(chat("async for mess‸age in session:", "    ..."))


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ('pyfly.container.service(scope="‸")', ["singleton", "session", "request", "transient"]),
        ('pyfly.container.bean(scope="‸")', ["singleton", "session", "request", "transient"]),
        ('pyfly.websocket.websocket_mapping("/chat", frames="‸")', ["text", "binary"]),
        ('pyfly.server.ServerSettings(backend="‸")', ["uvicorn", "granian", "hypercorn"]),
    ],
)
def test_literal_options_are_offered(editor: Editor, code: str, texts: list[str]) -> None:
    module = code.rpartition("(")[0].rpartition(".")[0]
    assert editor.complete_text(f"import {module}\n{code}\n") == texts


def test_kinds_of_frames_are_offered_where_json_is_sent(editor: Editor) -> None:
    assert editor.complete_text(chat('await session.send_json({}, mode="‸")')) == ["text", "binary"]


def test_options_of_a_decorator_are_offered(editor: Editor) -> None:
    offered = editor.complete("from pyfly.container import service\n@service(‸)\nclass Rooms: ...\n")
    assert {"name=", "scope=", "primary=", "registry="} <= offered.keys()


@pytest.mark.parametrize(
    ("name", "decorated", "sentence"),
    [
        ("pyfly.container.rest_controller", "class X: ...", "Marks a class whose handlers answer with data"),
        ("pyfly.container.service", "class X: ...", "Marks a class that holds what the application does."),
        ("pyfly.container.post_construct", "def x(self) -> None: ...", "Marks a method that is called, and awaited"),
        ("pyfly.container.bean", "def x(self) -> int: ...", "Mark a method of a `@configuration` class"),
        ("pyfly.events.event_listener", "def x(self, y: int) -> None: ...", "Mark a method of a bean as a listener"),
        ("pyfly.web.request_mapping", "class X: ...", "Give a controller the base path of all its mappings."),
        ("pyfly.web.get_mapping", "def x(self) -> int: ...", "Map `GET` (and `HEAD`) requests"),
        ("pyfly.web.sse.sse_mapping", "async def x(self): yield 1", "Map `GET` requests to an async generator method"),
        ("pyfly.websocket.websocket_mapping", "def x(self): ...", "Map WebSocket connections to a controller method."),
    ],
)
@pytest.mark.parametrize("arguments", ["", "()"], ids=["bare", "called"])
def test_decorators_show_what_they_are_for(
    editor: Editor, name: str, decorated: str, sentence: str, arguments: str
) -> None:
    module, _, decorator = name.rpartition(".")
    code = f"from {module} import {decorator}\nclass C:\n    @{decorator}‸{arguments}\n    {decorated}\n"
    assert sentence in editor.hover(code)
