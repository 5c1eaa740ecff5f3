"""Where an application's health is told."""

from __future__ import annotations

import logging

import pytest
from starlette.testclient import TestClient

from pyfly import create_app
from pyfly.container import rest_controller
from pyfly.context import Settings
from pyfly.web import get_mapping


@rest_controller
class Shop:
    @get_mapping("/health")
    async def own(self) -> str:
        return "fine"


@rest_controller
class Plain:
    @get_mapping("/")
    async def index(self) -> str:
        return "here"


def test_health_is_told_where_the_settings_say_so() -> None:
    app = create_app(Plain, settings=Settings(health_path="/up", docs=True))
    with TestClient(app) as client:
        up = {"status": "UP", "components": {"sessions": {"status": "UP"}, "backplane": {"status": "UP"}}}
        for path in ("/up", "/up/readiness"):
            response = client.get(path)
            assert (response.status_code, response.json()) == (200, up)
            assert response.headers["cache-control"] == "no-store"
        assert client.get("/up/liveness").json() == {"status": "UP"}
        assert client.head("/up").status_code == 200
        assert "/up" not in client.get("/docs/openapi.json").json()["paths"]


def test_what_is_not_started_lives_and_is_not_ready() -> None:
    client = TestClient(create_app(Plain, settings=Settings(health_path="/health")))
    response = client.get("/health")
    assert (response.status_code, response.json()["status"]) == (503, "OUT_OF_SERVICE")
    assert client.get("/health/liveness").status_code == 200


def test_health_is_not_told_by_default() -> None:
    assert TestClient(create_app(Plain, settings=Settings())).get("/health").status_code == 404


def test_a_path_that_an_endpoint_has_is_left_to_it(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "pyfly.application")
    app = create_app(Shop, settings=Settings(health_path="/health"))
    with TestClient(app) as client:
        assert client.get("/health").json() == "fine"
        assert client.get("/health/readiness").json()["status"] == "UP"
    assert caplog.messages == [
        "Shop.own serves /health, so the application's health is not there; move it with health_path"
    ]
