"""Where Prometheus reads metrics."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, Counter
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.testclient import TestClient

from pyfly.application import collect_routes, create_app
from pyfly.cli.adapters.starlette import routes_of
from pyfly.container import rest_controller
from pyfly.context import ApplicationContext, Settings
from pyfly.errors import MissingExtraError
from pyfly.metadata import MetadataRegistry
from pyfly.metrics import MetricsRegistrar, SessionMetrics
from pyfly.web import get_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping

registry = MetadataRegistry()


@rest_controller(registry=registry)
class Echo:
    @websocket_mapping("/echo/{name}", registry=registry)
    async def echo(self, session: WebSocketSession) -> None:
        await session.accept()
        await session.send_text(await session.receive_text())


@rest_controller(registry=registry)
class Taken:
    @get_mapping("/metrics", registry=registry)
    async def metrics(self) -> str:
        return "the application's own"


def context_of(*beans: type, **settings: Any) -> ApplicationContext:
    context = ApplicationContext(settings=Settings(**settings), registry=registry)
    for bean in beans:
        context.register(bean)
    return context


@pytest.fixture
def own_registry() -> CollectorRegistry:
    return CollectorRegistry()


def test_the_setting_serves_metrics_of_open_sessions(own_registry: CollectorRegistry) -> None:
    context = context_of(Echo, metrics_path="/internal/metrics")
    context.register_instance(own_registry)
    Counter("orders", "Orders placed", registry=own_registry).inc()
    with TestClient(create_app(context=context)) as client, client.websocket_connect("/echo/ada") as session:
        session.send_text("hello")
        assert session.receive_text() == "hello"
        answer = client.get("/internal/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    lines = answer.text.splitlines()
    assert 'pyfly_websocket_messages_received_total{path="/echo/{name}"} 1.0' in lines
    assert 'pyfly_websocket_received_bytes_total{path="/echo/{name}"} 5.0' in lines
    assert "orders_total 1.0" in lines
    assert "ada" not in answer.text


def test_the_format_is_the_one_that_is_asked_for(own_registry: CollectorRegistry) -> None:
    context = context_of(Echo, metrics_path="/metrics")
    context.register_instance(own_registry)
    with TestClient(create_app(context=context)) as client:
        answer = client.get("/metrics", headers={"accept": "application/openmetrics-text; version=1.0.0"})
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")


def test_nothing_is_served_or_measured_by_default() -> None:
    context = context_of(Echo)
    with TestClient(create_app(context=context)) as client:
        assert client.get("/metrics").status_code == 404
    assert context.scope_of(SessionMetrics) is None


def test_an_endpoint_keeps_its_path(caplog: pytest.LogCaptureFixture) -> None:
    context = context_of(Taken, metrics_path="/metrics")
    with TestClient(create_app(context=context)) as client, caplog.at_level(logging.WARNING):
        assert client.get("/metrics").json() == "the application's own"
    assert "Taken.metrics serves /metrics, so the metrics are not there; move it with metrics_path" in caplog.text


def test_an_application_of_one_s_own_adds_the_route(own_registry: CollectorRegistry) -> None:
    context = context_of(Echo)
    context.register_instance(SessionMetrics(own_registry))
    routes = [*collect_routes(context), *MetricsRegistrar(path="/m").collect_routes(context)]
    with TestClient(Starlette(routes=routes)) as client:
        with client.websocket_connect("/echo/a") as session:
            session.send_text("hello")
        assert "pyfly_websocket_sessions_opened_total" in client.get("/m").text


def test_the_command_line_lists_the_route_as_no_page(own_registry: CollectorRegistry) -> None:
    context = context_of(Echo, metrics_path="/metrics")
    context.register_instance(own_registry)
    listed = routes_of(create_app(context=context))
    assert [(route.kind, route.path) for route in listed] == [("Metrics", "/metrics"), ("WebSocket", "/echo/{name}")]


def test_a_path_with_variables_is_refused() -> None:
    with pytest.raises(ValidationError, match="Input should be a path without variables, such as '/metrics'"):
        Settings(metrics_path="/{name}")


def test_a_missing_extra_is_told() -> None:
    code = "import sys; sys.modules['prometheus_client'] = None; import pyfly.metrics"
    failed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    error = MissingExtraError("prometheus-client", extra="metrics", purpose="pyfly.metrics")
    assert failed.stderr.splitlines()[-1] == f"pyfly.errors.MissingExtraError: {error}"


PROCESS = """
import asyncio, os, sys
from tests.metrics.test_endpoint import Echo, context_of
from tests.websocket.connections import Script, serve, text
from pyfly.metrics import SessionMetrics

async def main():
    context = context_of(Echo)
    context.register(SessionMetrics)
    async with context:
        client = Script(text("hello"), None)
        if sys.argv[1] == "killed":
            asyncio.create_task(serve(context, Echo, client))
            while not client.frames:
                await client.wait_for_change()
            context.get_bean(SessionMetrics).settle()
            os.kill(os.getpid(), 9)
        client.gate.set()
        await serve(context, Echo, client)

asyncio.run(main())
"""

SCRAPE = """
from starlette.testclient import TestClient
from pyfly.application import create_app
from tests.metrics.test_endpoint import Echo, context_of
with TestClient(create_app(context=context_of(Echo, metrics_path="/metrics"))) as client:
    print(client.get("/metrics").text)
"""


@pytest.mark.skipif(os.name != "posix", reason="kills a process")
def test_several_processes_are_counted_together_and_a_killed_one_leaves_no_session_open(tmp_path: Path) -> None:
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    environment = {name: value for name, value in environment.items() if not name.startswith("COVERAGE_")}

    def run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", code, *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)

    assert run(PROCESS, "ends").returncode == 0
    assert run(PROCESS, "killed").returncode == -9
    scraped = run(SCRAPE)
    assert scraped.returncode == 0, scraped.stderr
    lines = scraped.stdout.splitlines()
    assert 'pyfly_websocket_sessions_opened_total{path="/echo/{name}"} 2.0' in lines
    assert 'pyfly_websocket_messages_received_total{path="/echo/{name}"} 2.0' in lines
    assert 'pyfly_websocket_sessions_closed_total{code="1000",path="/echo/{name}"} 1.0' in lines
    assert not any(line.startswith("pyfly_websocket_sessions{") for line in lines if not line.endswith(" 0.0"))
