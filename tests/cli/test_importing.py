from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from pyfly.cli.importing import import_file, import_name, shown_name
from pyfly.container.errors import ScanError

Write: TypeAlias = Callable[[str, str], Path]


def test_file_is_imported_under_its_own_name(write: Write) -> None:
    module = import_file(write("echo.py", "x = 1"))
    assert module.__name__ == "echo"
    assert sys.modules["echo"] is module


def test_file_finds_its_neighbours_first(write: Write, directory: Path) -> None:
    write("apps/neighbour.py", "x = 'near'")
    write("neighbour.py", "x = 'far'")
    module = import_file(write("apps/main.py", "import neighbour"))
    assert module.neighbour.x == "near"
    assert sys.path[0] == str(directory / "apps")


def test_neighbour_that_imports_the_file_gets_the_same_module(write: Write) -> None:
    write("neighbour.py", "import main\nclass Held: pass")
    module = import_file(write("main.py", "import neighbour"))
    assert module.neighbour.main is module


def test_file_that_is_imported_twice_is_one_module(write: Write) -> None:
    file = write("twice.py", "x = object()")
    assert import_file(file) is import_file(file)


def test_file_in_a_package_may_import_relatively(write: Write) -> None:
    write("shop/__init__.py", "")
    write("shop/web/__init__.py", "")
    write("shop/models.py", "x = 1")
    module = import_file(write("shop/web/api.py", "from ..models import x"))
    assert module.__name__ == "shop.web.api"


def test_file_in_a_package_may_import_its_neighbours_as_python_would(write: Write) -> None:
    write("shop/__init__.py", "")
    write("shop/shop_models.py", "x = 1")
    assert import_file(write("shop/api.py", "from shop_models import x")).x == 1
    assert import_file(write("shop/admin.py", "from shop_models import x")).x == 1


def test_init_file_is_imported_as_its_package(write: Write) -> None:
    assert import_file(write("shop/__init__.py", "x = 1")).__name__ == "shop"


def test_file_named_like_a_standard_module_leaves_that_alone(write: Write) -> None:
    module = import_file(write("json.py", "x = 1"))
    assert module.x == 1
    assert sys.modules["json"] is json


def test_file_named_like_a_loaded_module_leaves_that_alone(write: Write) -> None:
    module = import_file(write("pytest.py", "x = 1"))
    assert module.__name__ == "pyfly_target_pytest"
    assert sys.modules["pytest"] is pytest


def test_files_of_one_name_are_each_imported_under_a_name_of_its_own(write: Write) -> None:
    files = [write(f"{place}/chat_target.py", f"x = {place!r}") for place in ("a", "b", "c")]
    modules = [import_file(file) for file in files]
    assert [module.x for module in modules] == ["a", "b", "c"]
    assert [import_file(file) for file in files] == modules
    assert {shown_name(module.__name__) for module in modules} == {"chat_target"}


def test_file_name_need_not_be_an_identifier(write: Write) -> None:
    assert import_file(write("my-chat.v2.py", "x = 1")).__name__ == "my-chat_v2"


def test_module_is_found_in_the_working_directory(write: Write, directory: Path) -> None:
    write("shop/api.py", "x = 1")
    assert import_name("shop.api").x == 1
    assert sys.path[0] == str(directory)


def test_file_that_fails_can_be_imported_again(write: Write) -> None:
    file = write("mended.py", "1 / 0")
    with pytest.raises(ScanError) as caught:
        import_file(file)
    assert str(caught.value) == f"{file}:1: cannot import mended: ZeroDivisionError: division by zero"
    file.write_text("value = 'mended'")
    assert import_file(file).value == "mended"
