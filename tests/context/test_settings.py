from typing import Any

import pytest
from pydantic import ValidationError

from pyfly.context import Settings


def test_defaults() -> None:
    assert Settings().model_dump() == {"debug": False, "sse_keep_alive": 15.0}


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
