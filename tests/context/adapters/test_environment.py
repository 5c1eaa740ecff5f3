import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import AliasChoices, AliasPath, BaseModel, Field, SecretStr, model_validator

from pyfly.context import Settings, SettingsError, load_settings
from pyfly.errors import MissingExtraError


class Shop(BaseModel):
    url: str
    key: SecretStr = Field(default=SecretStr("default"), min_length=3)
    limits: list[int] = []
    currency: str = Field(default="EUR", validation_alias="CURRENCY")
    region: int = Field(default=1, validation_alias=AliasChoices("REGION", AliasPath("AREA", 0)))


@pytest.fixture(autouse=True)
def _working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("PYFLY_DEBUG", "PYFLY_SSE_KEEP_ALIVE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def _without_pydantic_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pydantic_settings", None)


def refused(model: type[BaseModel] = Settings, *, prefix: str = "PYFLY_", **overrides: Any) -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings(model, prefix=prefix, **overrides)
    return str(caught.value)


def test_defaults_hold_where_nothing_is_set() -> None:
    settings = load_settings(Settings, prefix="PYFLY_")
    assert type(settings) is Settings
    assert settings == Settings()


def test_environment_wins_over_the_file_and_arguments_over_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Three(BaseModel):
        first: int = 0
        second: int = 0
        third: int = 0

    (tmp_path / ".env").write_text("N_FIRST=1\nn_second=1\nexport N_THIRD='1'\n")
    monkeypatch.setenv("n_second", "2")
    monkeypatch.setenv("N_THIRD", "2")
    assert load_settings(Three, prefix="N_", third=3) == Three(first=1, second=2, third=3)


def test_another_file_or_none_may_be_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PYFLY_DEBUG=1\n")
    (tmp_path / "other.env").write_text("PYFLY_SSE_KEEP_ALIVE=3\n")
    assert load_settings(Settings, prefix="PYFLY_", env_file=tmp_path / "other.env") == Settings(sse_keep_alive=3)
    assert load_settings(Settings, prefix="PYFLY_", env_file=None) == Settings()


def test_other_variables_of_the_prefix_are_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("PYFLY_PORT=80\nOTHER=1\n")
    monkeypatch.setenv("PYFLY_HOST", "localhost")
    assert load_settings(Settings, prefix="PYFLY_") == Settings()


def test_lists_are_json_and_aliases_are_names_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_URL", "http://shop")
    monkeypatch.setenv("SHOP_LIMITS", "[1, 2]")
    monkeypatch.setenv("CURRENCY", "USD")
    monkeypatch.setenv("AREA", "[7]")
    shop = load_settings(Shop, prefix="SHOP_")
    assert (shop.url, shop.limits, shop.currency, shop.region) == ("http://shop", [1, 2], "USD", 7)


@pytest.mark.parametrize(
    ("written", "limits"), [("1,2", [1, 2]), (" 3 ", [3]), ("1, 2,", [1, 2]), ("", []), ("[]", []), (" [1]", [1])]
)
def test_lists_may_be_written_with_commas(written: str, limits: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_LIMITS", written)
    assert load_settings(Shop, prefix="SHOP_", url="http://shop").limits == limits


def test_bad_item_between_commas_is_placed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_LIMITS", "1,x")
    assert refused(Shop, prefix="SHOP_", url="u") == (
        "SHOP_LIMITS (environment): got '1,x', expected a whole number at 1"
    )


def test_bad_value_names_variable_place_got_and_expected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYFLY_DEBUG", "maybe")
    assert refused() == "PYFLY_DEBUG (environment): got 'maybe', expected true or false"


def test_bad_value_of_the_file_names_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PYFLY_DEBUG=maybe\n")
    assert refused() == "PYFLY_DEBUG (.env): got 'maybe', expected true or false"


def test_every_bad_value_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYFLY_DEBUG", "")
    monkeypatch.setenv("PYFLY_SSE_KEEP_ALIVE", "-1")
    assert refused() == (
        "2 settings are wrong:\n"
        "  PYFLY_DEBUG (environment): got '', expected true or false\n"
        "  PYFLY_SSE_KEEP_ALIVE (environment): got '-1', expected greater than 0"
    )


def test_bad_argument_is_told_from_a_variable() -> None:
    assert refused(debug="maybe") == "debug (argument): got 'maybe', expected true or false"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("debg", 'debg: Settings has no such setting; did you mean "debug"?'),
        ("colour", "colour: Settings has no such setting"),
    ],
)
def test_unknown_argument_is_refused_with_the_nearest_name(name: str, message: str) -> None:
    overrides: dict[str, Any] = {name: True}
    assert refused(**overrides) == message


def test_required_setting_that_is_missing_is_named() -> None:
    assert refused(Shop, prefix="SHOP_") == (
        "SHOP_URL: not set, and Shop has no default for it; set it in the environment"
    )


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_KEY", "ab")
    message = refused(Shop, prefix="SHOP_", url="http://shop")
    assert message.startswith("SHOP_KEY (environment): got a secret: Value should have at least 3 items")


def test_bad_json_and_bad_parts_of_json_are_placed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_LIMITS", "[1,")
    assert refused(Shop, prefix="SHOP_", url="u").startswith(
        "SHOP_LIMITS (environment): got '[1,', expected JSON: Expecting value"
    )
    monkeypatch.setenv("SHOP_LIMITS", '[1, "x"]')
    assert refused(Shop, prefix="SHOP_", url="u") == (
        "SHOP_LIMITS (environment): got '[1, \"x\"]', expected a whole number at 1"
    )


def test_fault_of_the_whole_model_names_the_model() -> None:
    class Range(BaseModel):
        low: int = 2
        high: int = 1

        @model_validator(mode="after")
        def _ordered(self) -> "Range":
            raise ValueError("low is above high")

    assert refused(Range, prefix="RANGE_") == "Range: low is above high"


def test_fault_of_a_default_names_the_variable_that_replaces_it() -> None:
    class Port(BaseModel):
        number: int = Field(default="eighty", validate_default=True)  # the fault under test

    assert refused(Port, prefix="PORT_").startswith("PORT_NUMBER: Input should be a valid integer")


def test_file_that_is_no_text_is_reported(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"PYFLY_DEBUG=\xff\n")
    assert refused() == (
        ".env: cannot be read: 'utf-8' codec can't decode byte 0xff in position 12: invalid start byte; "
        "it is a UTF-8 text of NAME=value lines"
    )


@pytest.mark.usefixtures("_without_pydantic_settings")
class TestWithoutPydanticSettings:
    def test_defaults_and_arguments_hold(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / ".env").write_text("# PYFLY_DEBUG=1\nPYFLY_PORT=80\nOTHER\n")
        monkeypatch.setenv("PYFLY_HOST", "localhost")
        assert load_settings(Settings, prefix="PYFLY_", debug=True) == Settings(debug=True)
        assert load_settings(Settings, prefix="PYFLY_", env_file=None) == Settings()

    def test_variable_that_would_be_ignored_asks_for_the_extra(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("pyfly_debug", "1")
        with pytest.raises(MissingExtraError) as caught:
            load_settings(Settings, prefix="PYFLY_")
        assert str(caught.value) == (
            "reading the setting PYFLY_DEBUG needs pydantic-settings, which is not installed; "
            "run: pip install 'pyfly[standard]'"
        )

    def test_line_of_the_file_that_would_be_ignored_asks_for_the_extra(self, tmp_path: Path) -> None:
        (tmp_path / ".env").write_text("export PYFLY_DEBUG = 1\n")
        with pytest.raises(MissingExtraError, match="PYFLY_DEBUG"):
            load_settings(Settings, prefix="PYFLY_")

    def test_file_that_is_no_text_is_reported(self, tmp_path: Path) -> None:
        (tmp_path / ".env").write_bytes(b"\xff")
        assert refused().startswith(".env: cannot be read: 'utf-8' codec")


def test_importing_the_context_does_not_import_pydantic_settings() -> None:
    code = "import sys, pyfly.context; print('pydantic_settings' in sys.modules)"
    root = Path(__file__).parents[3]
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, timeout=60, check=True
    )
    assert found.stdout == "False\n"


def test_where_nothing_is_set_pydantic_settings_is_not_even_imported() -> None:
    code = (
        "import sys; from pyfly.context import Settings, load_settings; "
        "load_settings(Settings, prefix='NOBODY_SETS_'); print('pydantic_settings' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"
