from typing import Any

import pytest
from pydantic import ValidationError

from pyfly.context import Settings


def test_defaults() -> None:
    assert Settings().model_dump() == {"debug": False, "docs": None, "docs_path": "/docs", "sse_keep_alive": 15.0}


def test_settings_are_frozen() -> None:
    settings: Any = Settings()
    with pytest.raises(ValidationError):
        settings.debug = True


@pytest.mark.parametrize("seconds", [0, -1, float("inf"), float("nan")])
def test_keep_alive_is_a_positive_finite_number_of_seconds(seconds: float) -> None:
    with pytest.raises(ValidationError):
        Settings(sse_keep_alive=seconds)


def test_unknown_settings_are_refused() -> None:
    values: Any = {"debg": True}
    with pytest.raises(ValidationError):
        Settings(**values)


@pytest.mark.parametrize(
    ("settings", "served"),
    [
        (Settings(), False),
        (Settings(debug=True), True),
        (Settings(docs=True), True),
        (Settings(debug=True, docs=False), False),
    ],
)
def test_documentation_follows_debug_until_it_is_set(settings: Settings, served: bool) -> None:
    assert settings.serves_docs is served


@pytest.mark.parametrize("path", ["/docs", "/a/b.c/d-e", "/~me/docs"])
def test_path_of_the_documentation_has_no_variables(path: str) -> None:
    assert Settings(docs_path=path).docs_path == path


@pytest.mark.parametrize("path", ["", "/", "docs", "/docs/", "/{name}", "/a//b", "/..", "/a b"])
def test_other_paths_of_the_documentation_are_refused(path: str) -> None:
    with pytest.raises(ValidationError, match="a path without variables, such as '/docs'"):
        Settings(docs_path=path)
