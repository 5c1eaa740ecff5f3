"""Autobahn's cases, by kosoku: a session fails none that raw Starlette passes on the same server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from kosoku import FailureError, run_fuzzingclient

from tests.reliability.conftest import APPS

if TYPE_CHECKING:
    from kosoku._kosoku import CaseResult

    from tests.conftest import LiveServer, ServeApp
    from tests.reliability.conftest import Note, ServeStarlette

COMPRESSED = ["12.*", "13.*"]
"""Compression is off by default."""


async def results_of(server: LiveServer) -> list[CaseResult]:
    try:
        return await run_fuzzingclient(f"{server.ws_url}/echo", None, COMPRESSED, concurrency=4)
    except FailureError as failure:
        results: list[CaseResult] = failure.results
        return results


@pytest.mark.timeout(300)
async def test_a_session_fails_no_case_that_starlette_passes(
    serve_app: ServeApp, serve_starlette: ServeStarlette, backend: str, note: Note
) -> None:
    session = serve_app(
        "sessions:app",
        backend=backend,
        path=APPS,
        max_message_size=16 * 1024 * 1024,
        log_level="warning",
    )
    seen = await results_of(session)
    plain = {result.case_id for result in await results_of(serve_starlette("plain:app")) if not result.passed}
    failed = {result.case_id for result in seen if not result.passed}
    note(
        "conformance: Autobahn's cases",
        "none failed but by Starlette",
        f"{len(seen) - len(failed)} of {len(seen)} passed; Starlette {len(seen) - len(plain)}",
    )
    assert len(seen) > 290
    assert failed <= plain
    assert session.stop() == 0
    assert "Traceback" not in session.output()
