"""Paths as documents show them."""

from __future__ import annotations

import pytest

from pyfly.apidocs.paths import documented_paths
from pyfly.metadata import PathTemplate


def shown(*texts: str) -> list[tuple[str, dict[str, str]]]:
    templates = [PathTemplate.parse(text) for text in texts]
    documented = documented_paths(templates)
    return [(documented[text].text, dict(documented[text].names)) for text in texts]


@pytest.mark.parametrize(
    ("template", "path"),
    [
        ("/", "/"),
        ("/orders", "/orders"),
        ("/orders/{key}", "/orders/{key}"),
        ("/orders/{key:int}/{name}.json", "/orders/{key}/{name}.json"),
        ("/files/{rest:path}", "/files/{rest}"),
    ],
)
def test_converters_are_left_out(template: str, path: str) -> None:
    assert shown(template)[0][0] == path


def test_templates_of_the_same_paths_share_one() -> None:
    assert shown("/orders/{id}", "/orders/{key}") == [("/orders/{id}", {"id": "id"}), ("/orders/{id}", {"key": "id"})]


def test_templates_that_converters_tell_apart_are_told_apart() -> None:
    assert shown("/orders/{id:int}", "/orders/{id:uuid}", "/orders/{id}") == [
        ("/orders/{id_int}", {"id": "id_int"}),
        ("/orders/{id_uuid}", {"id": "id_uuid"}),
        ("/orders/{id}", {"id": "id"}),
    ]


def test_a_variable_that_is_called_as_another_would_be_is_told_apart_too() -> None:
    paths = [path for path, _ in shown("/x/{id:int}", "/x/{id}", "/x/{id_int:uuid}")]
    assert len(set(paths)) == 3
    assert not any(path.endswith("_2") for path in paths)
