"""From draft 2020-12 to draft 7."""

from __future__ import annotations

from typing import Any

import pytest

from pyfly.apidocs.draft7 import as_draft7


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (True, True),
        ({"type": "integer"}, {"type": "integer"}),
        (
            {"prefixItems": [{"type": "integer"}, {"type": "string"}], "minItems": 2},
            {"minItems": 2, "items": [{"type": "integer"}, {"type": "string"}]},
        ),
        (
            {"prefixItems": [{"type": "integer"}], "items": {"type": "string"}},
            {"items": [{"type": "integer"}], "additionalItems": {"type": "string"}},
        ),
        ({"$ref": "#/x"}, {"$ref": "#/x"}),
        ({"$ref": "#/x", "default": 1}, {"allOf": [{"$ref": "#/x"}], "default": 1}),
        (
            {"oneOf": [{"$ref": "#/x"}], "required": ["kind"], "discriminator": {"propertyName": "kind"}},
            {"oneOf": [{"$ref": "#/x"}], "required": ["kind"]},
        ),
        (
            {"properties": {"discriminator": {"$ref": "#/x", "title": "T"}, "prefixItems": {"type": "string"}}},
            {
                "properties": {
                    "discriminator": {"allOf": [{"$ref": "#/x"}], "title": "T"},
                    "prefixItems": {"type": "string"},
                }
            },
        ),
        (
            {"additionalProperties": {"prefixItems": []}, "default": {"prefixItems": 1}},
            {"additionalProperties": {"items": []}, "default": {"prefixItems": 1}},
        ),
    ],
)
def test_schema_says_the_same_in_draft_7(schema: Any, expected: Any) -> None:
    assert as_draft7(schema) == expected
