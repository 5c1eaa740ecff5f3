"""Handshakes and messages that mean nothing are answered or cut off, and are no server's error."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.conftest import UVICORN, serving
from tests.reliability.conftest import APPS
from tests.reliability.misbehaving import CLOSE, TEXT, RawClient, frame, handshake

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import LiveServer
    from tests.reliability.conftest import Note

EXAMPLES = 150
SECONDS = 10.0
PATIENCE = 0.2
"""Seconds until a server is told that nothing more comes; for some that would be a client that has gone."""
fuzzed = settings(
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
NOT_ASCII = {"hypercorn": "UnicodeDecodeError: 'ascii' codec can't decode byte"}
"""Hypercorn ends the connection, and logs the error, where a header of the handshake that it splits is not ASCII."""
seen: dict[str, set[str]] = {}

values = st.text(st.characters(codec="latin-1"), max_size=40)
header_lines = st.builds(
    "{}: {}".format,
    st.sampled_from(
        [
            "Host",
            "Upgrade",
            "Connection",
            "Sec-WebSocket-Key",
            "Sec-WebSocket-Version",
            "Sec-WebSocket-Protocol",
            "Sec-WebSocket-Extensions",
            "Origin",
            "Cookie",
            "Authorization",
            "Content-Length",
            "Transfer-Encoding",
            "X-Forwarded-For",
        ]
    )
    | values,
    values
    | st.sampled_from(
        ["permessage-deflate; client_max_window_bits=99", "13", "-1", "chunked", "a" * 5000, "a,,b", "null"]
    ),
)
paths = st.sampled_from(
    ["/echo", "/typed", "/rooms/x", "/%00", "/rooms/%ff%fe", "/../echo", "*", "//echo", "/" + "a" * 9000]
) | st.text(st.characters(codec="ascii", min_codepoint=33), min_size=1, max_size=30).map("/{}".format)


@pytest.fixture(scope="module", params=[*UVICORN, "granian", "hypercorn"])
def backend(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    pytest.importorskip(name)
    return name


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, backend: str) -> Iterator[LiveServer]:
    with serving(tmp_path_factory.mktemp("fuzz")) as serve:
        yield serve("sessions:app", backend=backend, path=APPS, access_log=False)


@pytest.fixture(autouse=True)
def told(server: LiveServer, backend: str, note: Note, request: pytest.FixtureRequest) -> Iterator[None]:
    """Write down what was seen of all examples, and look into the server's output."""
    seen[request.node.name] = set()
    yield
    answers = seen.pop(request.node.name)
    found = ", ".join(sorted(answers))
    output = server.output()
    refused = output.count(NOT_ASCII[backend]) if backend in NOT_ASCII else 0
    note(
        f"fuzzed {request.node.originalname.removeprefix('test_').partition('_')[0]}",
        "no 500, no 1011, no hang" + (", no error but for headers not in ASCII" if backend in NOT_ASCII else ""),
        found + (f"; {refused} such errors" if refused else ""),
    )
    assert answers & {"101", "answer"}  # what means something is answered
    assert output.count("Unhandled exception") == refused
    assert refused or "Traceback" not in output


def status_of(answer: bytes) -> str:
    return answer.split(b" ")[1].decode() if answer.startswith(b"HTTP/1.") else "no answer"


@fuzzed
@example(path="/echo", lines=[], cut=None, junk=b"")
@given(
    path=paths,
    lines=st.lists(header_lines, max_size=4),
    cut=st.none() | st.integers(0, 300),
    junk=st.binary(max_size=20),
)
async def test_handshakes_that_mean_nothing_are_answered_or_cut_off(
    server: LiveServer, request: pytest.FixtureRequest, path: str, lines: list[str], cut: int | None, junk: bytes
) -> None:
    head = handshake(path, host="localhost")[:-2] + "\r\n".join([*lines, "", ""]).encode("latin-1")
    async with await RawClient.reach(server) as client, asyncio.timeout(SECONDS):
        try:
            await client.send(head if cut is None else head[:cut] + junk + head[cut:])
        except OSError:
            return
        status = status_of(await (client.answer() if cut is None and not lines else answer_in_short(client)))
    seen[request.node.name].add(status)
    assert status not in {"500", "502", "503"}


async def answer_in_short(client: RawClient) -> bytes:
    """Read an answer, or what there is of it where the server waits for more."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            return await client.answer()
    with contextlib.suppress(OSError):
        client.half_close()
    return await client.answer()


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["x", "y", "z"]) | st.text(max_size=5), inner)
    ),
    max_leaves=8,
)
texts = (
    anything.map(json.dumps).map(str.encode)
    | st.binary(max_size=40)
    | st.sampled_from([b"[" * 10_000, b"1e999", b'{"x":1,"y":2}'])
)


@fuzzed
@given(payload=texts)
async def test_messages_that_mean_nothing_close_with_1007(
    server: LiveServer, request: pytest.FixtureRequest, payload: bytes
) -> None:
    async with await RawClient.open(server, "/typed") as client, asyncio.timeout(SECONDS):
        await client.send(frame(TEXT, payload))
        answer = await client.frame()
        while answer is not None and answer.opcode not in {TEXT, CLOSE}:
            answer = await client.frame()
    told = "end" if answer is None else "answer" if answer.opcode == TEXT else str(answer.close_code)
    seen[request.node.name].add(told)
    accepted = {"answer", "1007"} if _is_text(payload) else {"1007", "1005", "end"}
    assert told in accepted


def _is_text(payload: bytes) -> bool:
    try:
        payload.decode()
    except UnicodeDecodeError:
        return False
    return True
