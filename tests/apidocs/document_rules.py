"""Rules for API documents that the official schemas do not hold: each fault as one line of text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft7Validator, Draft202012Validator

from pyfly.apidocs.paths import OPENAPI_METHODS

VARIABLE = re.compile(r"\{([^{}]*)\}")
SCHEMA_MAPS = ("properties", "patternProperties")
SCHEMA_LISTS = ("anyOf", "allOf", "oneOf", "prefixItems")
SCHEMAS = ("items", "additionalProperties", "additionalItems", "not", "contains", "propertyNames", "contentSchema")


def openapi_faults(document: dict[str, Any]) -> list[str]:
    """Return what is wrong with an OpenAPI document."""
    faults = [*missing_references(document), *unused_components(document)]
    operations = [
        (f"{method} {path}", path, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in OPENAPI_METHODS
    ]
    faults += repeated("operationId", [operation["operationId"] for _, _, operation in operations])
    declared = {tag["name"] for tag in document.get("tags", [])}
    for label, path, operation in operations:
        faults += [f"{label}: {fault}" for fault in operation_faults(document, path, operation, declared)]
    for name, schema in document.get("components", {}).get("schemas", {}).items():
        faults += [f"schema {name}: {fault}" for fault in schema_faults(document, schema, Draft202012Validator)]
    for name, response in document.get("components", {}).get("responses", {}).items():
        faults += [f"response {name}: {fault}" for fault in content_faults(document, response.get("content", {}))]
    return faults


def operation_faults(document: dict[str, Any], path: str, operation: dict[str, Any], tags: set[str]) -> Iterator[str]:
    variables = VARIABLE.findall(path)
    yield from converters_left(variables)
    parameters = [(each["in"], each["name"]) for each in operation.get("parameters", [])]
    yield from repeated("parameter", [f"{where} {name}" for where, name in parameters])
    yield from unlike("parameter", variables, [name for where, name in parameters if where == "path"])
    yield from (f"tag {tag} is not declared" for tag in operation["tags"] if tag not in tags)
    for parameter in operation.get("parameters", []):
        for fault in schema_faults(document, parameter["schema"], Draft202012Validator):
            yield f"parameter {parameter['name']}: {fault}"
    contents = [operation.get("requestBody", {}), *operation["responses"].values()]
    for content in contents:
        yield from content_faults(document, content.get("content", {}))


def content_faults(document: dict[str, Any], content: dict[str, Any]) -> Iterator[str]:
    for media_type, media in content.items():
        examples = {name: example["value"] for name, example in media.get("examples", {}).items()}
        if "example" in media:
            examples["example"] = media["example"]
        schema = media.get("schema", {})
        yield from (f"{media_type}: {fault}" for fault in schema_faults(document, schema, Draft202012Validator))
        for name, value in examples.items():
            if not is_valid(document, schema, value, Draft202012Validator):
                yield f"{media_type}: example {name} does not validate"
        if media_type == "text/event-stream":
            if not all(isinstance(value, str) and value.endswith("\n\n") for value in examples.values()):
                yield f"{media_type}: an example is no event"
            if not examples:
                yield f"{media_type}: there is no example"
            if "contentSchema" not in schema:
                yield f"{media_type}: the event has no schema"


def asyncapi_faults(document: dict[str, Any]) -> list[str]:
    """Return what is wrong with an AsyncAPI document."""
    faults = [*missing_references(document), *unused_components(document)]
    channels = document["channels"]
    faults += repeated("address", [channel["address"] for channel in channels.values()])
    for name, channel in channels.items():
        variables = VARIABLE.findall(channel["address"])
        found = [*converters_left(variables), *unlike("parameter", variables, list(channel.get("parameters", {})))]
        ws = channel.get("bindings", {}).get("ws", {})
        for part in ("query", "headers"):
            found += [f"{part}: {fault}" for fault in schema_faults(document, ws.get(part, {}), Draft7Validator)]
        for code in channel.get("x-pyfly-close-codes", {}):
            if f"| {code} |" not in channel["description"]:
                found.append(f"close code {code} is not described")
        faults += [f"channel {name}: {fault}" for fault in found]
    for name, operation in document["operations"].items():
        place = operation["channel"]["$ref"]
        for message in operation["messages"]:
            if not message["$ref"].startswith(f"{place}/messages/"):
                faults.append(f"operation {name}: {message['$ref']} is no message of its channel")
        if not operation["messages"]:
            faults.append(f"operation {name}: it has no messages")
    for name, message in document.get("components", {}).get("messages", {}).items():
        faults += [f"message {name}: {fault}" for fault in schema_faults(document, message["payload"], Draft7Validator)]
        for example in message.get("examples", []):
            if not is_valid(document, message["payload"], example["payload"], Draft7Validator):
                faults.append(f"message {name}: example {example['name']} does not validate")
    for name, schema in document.get("components", {}).get("schemas", {}).items():
        faults += [f"schema {name}: {fault}" for fault in draft7_faults(schema)]
        faults += [f"schema {name}: {fault}" for fault in schema_faults(document, schema, Draft7Validator)]
    return faults


def converters_left(variables: list[str]) -> Iterator[str]:
    yield from (f"{{{variable}}} has a converter" for variable in variables if ":" in variable)


def unlike(what: str, variables: list[str], described: list[str]) -> Iterator[str]:
    yield from (f"{what} {name} is missing" for name in variables if name.partition(":")[0] not in described)
    names = [variable.partition(":")[0] for variable in variables]
    yield from (f"{what} {name} is not in the address" for name in described if name not in names)


def repeated(what: str, names: list[str]) -> list[str]:
    return [f"{what} {name} occurs {count} times" for name, count in Counter(names).items() if count > 1]


def references(value: Any) -> Iterator[str]:
    """Yield every reference in a document, whatever it is nested in."""
    if isinstance(value, dict):
        for name, member in value.items():
            if name == "$ref" and isinstance(member, str):
                yield member
            elif name == "security" and isinstance(member, list):
                for requirement in member:
                    # AsyncAPI has references here, or whole schemes; OpenAPI the names of schemes.
                    if not requirement.keys() & {"$ref", "type"}:
                        yield from (f"#/components/securitySchemes/{scheme}" for scheme in requirement)
                    yield from references(requirement)
            else:
                yield from references(member)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def missing_references(document: dict[str, Any]) -> Iterator[str]:
    for reference in sorted(set(references(document))):
        place: Any = document
        for step in reference.removeprefix("#/").split("/"):
            place = place.get(step) if isinstance(place, dict) else None
        if place is None:
            yield f"{reference} leads nowhere"


def unused_components(document: dict[str, Any]) -> Iterator[str]:
    used = set(references(document))
    for kind, components in document.get("components", {}).items():
        if kind != "securitySchemes":
            yield from (
                f"{kind} {name} is not used" for name in components if f"#/components/{kind}/{name}" not in used
            )


def schemas_in(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield a schema and every schema in it."""
    if not isinstance(schema, dict):
        return
    yield schema
    for keyword, value in schema.items():
        if keyword in SCHEMA_MAPS:
            for member in value.values():
                yield from schemas_in(member)
        elif keyword in SCHEMA_LISTS or (keyword == "items" and isinstance(value, list)):
            for member in value:
                yield from schemas_in(member)
        elif keyword in SCHEMAS:
            yield from schemas_in(value)


def schema_faults(document: dict[str, Any], schema: dict[str, Any], validator: Any) -> Iterator[str]:
    """Yield the examples and defaults in a schema that are no values of it."""
    for part in schemas_in(schema):
        without = {name: value for name, value in part.items() if name not in ("examples", "default")}
        for value in part.get("examples", []):
            if not is_valid(document, without, value, validator):
                yield f"example {value!r} does not validate"
        if "default" in part and not is_valid(document, without, part["default"], validator):
            yield f"default {part['default']!r} does not validate"


def draft7_faults(schema: dict[str, Any]) -> Iterator[str]:
    for part in schemas_in(schema):
        yield from (f"{keyword} is no keyword of draft 7" for keyword in ("prefixItems", "$defs") if keyword in part)
        if "discriminator" in part:
            yield "a discriminator names schemas by their tags"
        if "$ref" in part and len(part) > 1:
            yield f"what stands beside {part['$ref']} is passed over"


def is_valid(document: dict[str, Any], schema: dict[str, Any], value: Any, validator: Any) -> bool:
    whole = {"components": document.get("components", {}), "allOf": [schema]}
    return bool(validator(whole).is_valid(value))
