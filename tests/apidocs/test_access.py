"""How both documents show who may use an endpoint."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from pyfly.apidocs import ApiInfo, ApiKeyAuth, BearerAuth, OAuth2Auth, asyncapi_document, openapi_document
from pyfly.container import rest_controller
from pyfly.metadata import MetadataRegistry
from pyfly.web import authenticated, get_mapping, operation, permit_all, request_mapping, requires
from pyfly.web.sse import sse_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping

registry = MetadataRegistry()


@authenticated(registry=registry)
@rest_controller(registry=registry)
@request_mapping("/orders", registry=registry)
class Orders:
    @get_mapping("/any", registry=registry)
    def any(self) -> str:
        return ""

    @requires("read", "list", registry=registry)
    @sse_mapping("/events", registry=registry)
    async def events(self) -> AsyncIterator[str]:
        yield ""

    @permit_all(registry=registry)
    @get_mapping("/open", registry=registry)
    def open(self) -> str:
        return ""

    @operation(security=["key"], registry=registry)
    @get_mapping("/told", registry=registry)
    def told(self) -> str:
        return ""

    @websocket_mapping("/live", registry=registry)
    async def live(self, session: WebSocketSession) -> None:
        await session.accept()
        await session.send_text("")

    @requires("write", registry=registry)
    @websocket_mapping("/writers", registry=registry)
    async def writers(self, session: WebSocketSession) -> None:
        await session.accept()
        await session.send_text("")


class Beans:
    def get_bean(self, cls: Any) -> Any:
        raise AssertionError


KEY = ApiKeyAuth(name="key")


def documents(**info: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    schemes = {"key": KEY} | info.pop("security_schemes", {})
    told = ApiInfo(security_schemes=schemes, **info)
    options: dict[str, Any] = {"info": told, "registry": registry, "controllers": [Orders]}
    return openapi_document(Beans(), **options), asyncapi_document(Beans(), **options)


def security(openapi: dict[str, Any]) -> dict[str, Any]:
    return {path: item["get"].get("security") for path, item in openapi["paths"].items()}


def test_each_scheme_there_is_lets_in() -> None:
    openapi, asyncapi = documents(security_schemes={"oauth": OAuth2Auth(flows={})})
    assert security(openapi) == {
        "/orders/any": [{"key": []}, {"oauth": []}],
        "/orders/events": [{"key": ["read", "list"]}, {"oauth": ["read", "list"]}],
        "/orders/open": None,
        "/orders/told": [{"key": []}],
    }
    key = {"$ref": "#/components/securitySchemes/key"}
    live, writers = (asyncapi["operations"][f"Orders_{name}_send"] for name in ("live", "writers"))
    assert live["security"] == [key, {"$ref": "#/components/securitySchemes/oauth"}]
    assert "x-pyfly-security" not in live
    assert writers["security"] == [key, {"type": "oauth2", "flows": {}, "scopes": ["write"]}]
    assert writers["x-pyfly-security"] == [{"key": ["write"]}, {"oauth": ["write"]}]


def test_the_ways_of_the_whole_api_come_before_the_schemes() -> None:
    openapi, _ = documents(security=[{"key": ["base"]}], security_schemes={"other": BearerAuth()})
    assert openapi["security"] == [{"key": ["base"]}]
    assert security(openapi) == {
        "/orders/any": [{"key": ["base"]}],
        "/orders/events": [{"key": ["base", "read", "list"]}],
        "/orders/open": [],
        "/orders/told": [{"key": []}],
    }


def test_answers_that_keep_out_are_told() -> None:
    openapi, asyncapi = documents()
    statuses = {path: [*item["get"]["responses"]] for path, item in openapi["paths"].items()}
    assert statuses["/orders/any"] == ["200", "401", "500"]
    assert statuses["/orders/events"] == ["200", "401", "403", "500"]
    assert statuses["/orders/open"] == ["200", "500"]
    assert openapi["paths"]["/orders/any"]["get"]["responses"]["401"] == {"$ref": "#/components/responses/Unauthorized"}
    assert openapi["components"]["responses"]["Forbidden"]["description"] == (
        "The user lacks a scope; `missing_scopes` lists them."
    )
    refusals = {name: asyncapi["channels"][f"Orders_{name}"]["x-pyfly-refusals"] for name in ("live", "writers")}
    assert refusals["live"]["401"] == "The handshake has no user."
    assert (
        refusals["writers"]["403"] == "Pages of this origin may not open sessions, the user lacks a scope (`write`), "
        "or the handler has not accepted the session."
    )


def test_without_a_scheme_a_bearer_token_is_assumed() -> None:
    mine = MetadataRegistry()

    @rest_controller(registry=mine)
    class Mine:
        @requires("read", registry=mine)
        @get_mapping("/mine", registry=mine)
        def get(self) -> str:
            return ""

        @websocket_mapping("/open", registry=mine)
        async def live(self, session: WebSocketSession) -> None:
            await session.accept()
            await session.send_text("")

    openapi = openapi_document(Beans(), registry=mine, controllers=[Mine])
    assert openapi["paths"]["/mine"]["get"]["security"] == [{"bearer": ["read"]}]
    assert openapi["components"]["securitySchemes"] == {"bearer": {"type": "http", "scheme": "bearer"}}
    asyncapi = asyncapi_document(Beans(), registry=mine, controllers=[Mine])
    assert "securitySchemes" not in asyncapi.get("components", {})
