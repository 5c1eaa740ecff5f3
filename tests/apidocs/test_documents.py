"""Both documents of the chat example and of an application of sixty endpoints, by every validator there is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from pyfly.apidocs import asyncapi_document, openapi_document
from pyfly.application import collect_routes
from tests.apidocs.document_rules import asyncapi_faults, openapi_faults
from tests.apidocs.documents import APPLICATIONS, context_of, official_schema

ROOT = Path(__file__).parents[2]
PRINT = """
import json
from pyfly.apidocs import asyncapi_document, openapi_document
from tests.apidocs.documents import APPLICATIONS, context_of
module, info = APPLICATIONS["showcase"]
context = context_of(module)
print(json.dumps([openapi_document(context, info=info), asyncapi_document(context, info=info)]))
"""


def told(validator: Any, document: dict[str, Any]) -> list[str]:
    return [f"{list(error.absolute_path)}: {error.message[:200]}" for error in validator.iter_errors(document)]


def test_openapi_document_fits_the_official_schema(openapi: dict[str, Any]) -> None:
    assert told(Draft202012Validator(official_schema("openapi-3.1-2022-10-07.json")), openapi) == []


def test_openapi_document_passes_openapi_spec_validator(openapi: dict[str, Any]) -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(openapi).iter_errors()] == []


def test_openapi_document_keeps_our_own_rules(openapi: dict[str, Any]) -> None:
    assert openapi_faults(openapi) == []


def test_asyncapi_document_fits_the_official_schema(asyncapi: dict[str, Any]) -> None:
    assert told(Draft7Validator(official_schema("asyncapi-3.0.0.json")), asyncapi) == []


def test_asyncapi_document_keeps_our_own_rules(asyncapi: dict[str, Any]) -> None:
    assert asyncapi_faults(asyncapi) == []


def test_documents_hold_every_endpoint_that_is_not_hidden(application: str) -> None:
    module, info = APPLICATIONS[application]
    context = context_of(module)
    hidden = {"showcase": 3, "chat": 3}[application]
    paths, channels = openapi_document(context, info=info)["paths"], asyncapi_document(context, info=info)["channels"]
    found = sum(len(item) for item in paths.values()) + len(channels)
    assert found == len(collect_routes(context)) - hidden
    assert application != "showcase" or found >= 60


@pytest.mark.parametrize("write", [openapi_document, asyncapi_document])
def test_documents_are_the_same_each_time_and_share_nothing(application: str, write: Any) -> None:
    module, info = APPLICATIONS[application]
    context = context_of(module)
    one, other = write(context, info=info), write(context_of(module), info=info)
    assert json.dumps(one) == json.dumps(other)
    assert objects_of(one).isdisjoint(objects_of(other))


def test_documents_are_the_same_in_another_process(tmp_path: Path) -> None:
    module, info = APPLICATIONS["showcase"]
    context = context_of(module)
    here = json.dumps([openapi_document(context, info=info), asyncapi_document(context, info=info)])
    printed = [
        subprocess.run(
            [sys.executable, "-c", PRINT],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    ]
    assert printed == [here, here]


def test_no_object_stands_at_two_places_of_a_document(openapi: dict[str, Any], asyncapi: dict[str, Any]) -> None:
    for document in (openapi, asyncapi):
        places = list(all_objects(document))
        assert len({id(place) for place in places}) == len(places)


def all_objects(value: Any) -> Any:
    if isinstance(value, dict | list):
        yield value
        for item in value.values() if isinstance(value, dict) else value:
            yield from all_objects(item)


def objects_of(value: Any) -> set[int]:
    return {id(each) for each in all_objects(value)}
