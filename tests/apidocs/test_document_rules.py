"""The rules themselves: each one tells its fault, in documents that the official schemas let pass."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from pyfly.apidocs import asyncapi_document, openapi_document
from tests.apidocs import showcase
from tests.apidocs.document_rules import asyncapi_faults, openapi_faults
from tests.apidocs.documents import context_of

Change = Callable[[dict[str, Any]], object]


@pytest.fixture(scope="module")
def openapi_showcase() -> dict[str, Any]:
    return openapi_document(context_of(showcase), info=showcase.INFO)


@pytest.fixture(scope="module")
def asyncapi_showcase() -> dict[str, Any]:
    return asyncapi_document(context_of(showcase), info=showcase.INFO)


def order(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["paths"]["/orders"]["post"]
    return found


def item(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["paths"]["/items/{key}"]["get"]
    return found


def events(document: dict[str, Any]) -> dict[str, Any]:
    content: dict[str, Any] = document["paths"]["/streams/plain"]["get"]["responses"]["200"]["content"]
    return content["text/event-stream"]  # type: ignore[no-any-return]


def talk(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["channels"]["TalkController_talk"]
    return found


OPENAPI: dict[str, tuple[Change, str]] = {
    "parameter missing": (
        lambda document: item(document).pop("parameters"),
        "get /items/{key}: parameter key is missing",
    ),
    "parameter not in the path": (
        lambda document: item(document)["parameters"].append(
            {"name": "other", "in": "path", "required": True, "schema": {}}
        ),
        "get /items/{key}: parameter other is not in the address",
    ),
    "converter left": (
        lambda document: document["paths"].update({"/x/{key:int}": {"get": item(document)}}),
        "get /x/{key:int}: {key:int} has a converter",
    ),
    "operationId twice": (
        lambda document: item(document).update(operationId="placeOrder"),
        "operationId placeOrder occurs 2 times",
    ),
    "example does not validate": (
        lambda document: order(document)["requestBody"]["content"]["application/json"]["examples"].update(
            {"wrong": {"value": {"item": 5}}}
        ),
        "post /orders: application/json: example wrong does not validate",
    ),
    "default does not validate": (
        lambda document: document["components"]["schemas"]["Invoice"]["properties"]["address"].update(default=5),
        "schema Invoice: default 5 does not validate",
    ),
    "example of a schema does not validate": (
        lambda document: document["components"]["schemas"]["Card"]["properties"]["number"].update(examples=["1"]),
        "schema Card: example '1' does not validate",
    ),
    "tag not declared": (
        lambda document: item(document).update(tags=["Nowhere"]),
        "get /items/{key}: tag Nowhere is not declared",
    ),
    "reference leads nowhere": (
        lambda document: document["components"]["schemas"].pop("Parcel"),
        "#/components/schemas/Parcel leads nowhere",
    ),
    "security scheme missing": (
        lambda document: document["components"]["securitySchemes"].pop("oauth"),
        "#/components/securitySchemes/oauth leads nowhere",
    ),
    "component not used": (
        lambda document: document["components"]["schemas"].update(Spare={}),
        "schemas Spare is not used",
    ),
    "event stream without example": (
        lambda document: events(document).pop("examples"),
        "get /streams/plain: text/event-stream: there is no example",
    ),
    "event stream without schema": (
        lambda document: events(document)["schema"].pop("contentSchema"),
        "get /streams/plain: text/event-stream: the event has no schema",
    ),
    "example that is no event": (
        lambda document: events(document)["examples"]["event"].update(value="text"),
        "get /streams/plain: text/event-stream: an example is no event",
    ),
}
ASYNCAPI: dict[str, tuple[Change, str]] = {
    "parameter missing": (
        lambda document: talk(document).pop("parameters"),
        "channel TalkController_talk: parameter room_id_int is missing",
    ),
    "parameter not in the address": (
        lambda document: talk(document)["parameters"].update(other={}),
        "channel TalkController_talk: parameter other is not in the address",
    ),
    "address twice": (
        lambda document: talk(document).update(address="/ws/echo", parameters={}),
        "address /ws/echo occurs 2 times",
    ),
    "converter left": (
        lambda document: talk(document).update(address="/ws/rooms/{room_id_int:int}"),
        "channel TalkController_talk: {room_id_int:int} has a converter",
    ),
    "message of another channel": (
        lambda document: document["operations"]["TalkController_talk_receive"]["messages"].append(
            {"$ref": "#/channels/TalkController_echo/messages/text"}
        ),
        "operation TalkController_talk_receive: "
        "#/channels/TalkController_echo/messages/text is no message of its channel",
    ),
    "message of the components": (
        lambda document: document["operations"]["TalkController_talk_receive"].update(
            messages=[{"$ref": "#/components/messages/Join"}]
        ),
        "operation TalkController_talk_receive: #/components/messages/Join is no message of its channel",
    ),
    "operation without messages": (
        lambda document: document["operations"]["TalkController_talk_receive"].update(messages=[]),
        "operation TalkController_talk_receive: it has no messages",
    ),
    "example does not validate": (
        lambda document: document["components"]["messages"]["Join"]["examples"].append(
            {"name": "wrong", "payload": {"nickname": ""}}
        ),
        "message Join: example wrong does not validate",
    ),
    "default of a query parameter does not validate": (
        lambda document: talk(document)["bindings"]["ws"]["query"]["properties"]["history"].update(default="x"),
        "channel TalkController_talk: query: default 'x' does not validate",
    ),
    "close code not described": (
        lambda document: talk(document)["x-pyfly-close-codes"].update({"4999": "?"}),
        "channel TalkController_talk: close code 4999 is not described",
    ),
    "tuple of a later draft": (
        lambda document: document["components"]["schemas"]["Tick"].update(prefixItems=[]),
        "schema Tick: prefixItems is no keyword of draft 7",
    ),
    "discriminator": (
        lambda document: document["components"]["schemas"]["Tick"].update(discriminator="kind"),
        "schema Tick: a discriminator names schemas by their tags",
    ),
    "something beside a reference": (
        lambda document: document["components"]["schemas"]["Tick"]["properties"].update(
            {"other": {"$ref": "#/components/schemas/Say", "description": "Lost."}}
        ),
        "schema Tick: what stands beside #/components/schemas/Say is passed over",
    ),
    "reference leads nowhere": (
        lambda document: document["components"]["messages"].pop("Join"),
        "#/components/messages/Join leads nowhere",
    ),
    "component not used": (
        lambda document: document["components"]["schemas"].update(Spare={}),
        "schemas Spare is not used",
    ),
}


@pytest.mark.parametrize(("change", "fault"), OPENAPI.values(), ids=OPENAPI)
def test_rule_for_openapi_tells(openapi_showcase: dict[str, Any], change: Change, fault: str) -> None:
    document = copy.deepcopy(openapi_showcase)
    assert fault not in openapi_faults(document)
    change(document)
    assert fault in openapi_faults(document)


@pytest.mark.parametrize(("change", "fault"), ASYNCAPI.values(), ids=ASYNCAPI)
def test_rule_for_asyncapi_tells(asyncapi_showcase: dict[str, Any], change: Change, fault: str) -> None:
    document = copy.deepcopy(asyncapi_showcase)
    assert fault not in asyncapi_faults(document)
    change(document)
    assert fault in asyncapi_faults(document)
