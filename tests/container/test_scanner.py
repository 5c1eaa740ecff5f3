import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pyfly.container import ScanError, StereotypeScanner
from pyfly.metadata import DeclarationError, DeclarationErrors, MetadataRegistry

Write = Callable[..., str]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Write]:
    """Writes a package of a name of its own, and takes it out of ``sys.modules`` again."""
    name = f"scanned_{abs(hash(request.node.nodeid))}"

    def write(files: dict[str, str]) -> str:
        for path, text in {"__init__.py": "", **files}.items():
            file = tmp_path / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        importlib.invalidate_caches()
        return name

    monkeypatch.syspath_prepend(tmp_path)
    yield write
    for module in [module for module in sys.modules if module.partition(".")[0] == name]:
        del sys.modules[module]


def names(classes: tuple[type, ...]) -> list[str]:
    return [f"{cls.__module__.partition('.')[2]}:{cls.__qualname__}" for cls in classes]


SERVICES = """
from pyfly.container import service, rest_controller

@service
class Zebra: ...

class Plain: ...

@rest_controller(scope="session")
class Ape:
    @service
    class Inner: ...

class Foreign:
    __pyfly_stereotype__ = "controller"

Alias = Zebra

def make():
    @service
    class Local: ...
    return Local

Made = make()

class Derived(Zebra): ...
"""


def test_package_is_searched_in_order_of_declaration(package: Write) -> None:
    name = package(
        {
            "services.py": SERVICES,
            "below/__init__.py": "from pyfly.container import component\n@component\nclass Top: ...\n",
            "below/deep.py": "from pyfly.container import component\nfrom . import Top\n@component\nclass Deep: ...\n",
            "__main__.py": "raise SystemExit('never run')",
            "below/__main__.py": "raise SystemExit('never run')",
        }
    )
    found = ["below:Top", "below.deep:Deep", "services:Zebra", "services:Ape", "services:Ape.Inner", "services:Foreign"]
    assert names(StereotypeScanner().scan(name)) == found


def test_class_is_found_once_however_often_its_module_is_named(package: Write) -> None:
    name = package({"services.py": SERVICES})
    scanner = StereotypeScanner()
    module = importlib.import_module(f"{name}.services")
    assert len(scanner.scan(module, name, f"{name}.services")) == 4
    assert scanner.scan(module) == scanner.scan(name)
    assert scanner.scan() == ()


def test_explicit_registry_is_asked(package: Write, registry: MetadataRegistry) -> None:
    name = package(
        {
            "services.py": (
                "from pyfly.container import service\n"
                "from pyfly.metadata import MetadataRegistry\n"
                "mine = MetadataRegistry()\n"
                "@service(registry=mine)\n"
                "class Hidden:\n"
                "    pass\n"
                "del Hidden.__pyfly_stereotype__\n"
            )
        }
    )
    module = importlib.import_module(f"{name}.services")
    assert StereotypeScanner(registry).scan(module) == ()
    assert StereotypeScanner(module.mine).scan(module) == (module.Hidden,)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("\nx = lenn(3)", 2, "NameError: name 'lenn' is not defined; did you mean len?"),
        ("import os\nos.pathh", 2, "AttributeError: module 'os' has no attribute 'pathh'; did you mean path?"),
        (
            "import testcappi",
            1,
            "ModuleNotFoundError: No module named 'testcappi'; install it, or check how it is written",
        ),
        ("import jsonn", 1, "ModuleNotFoundError: No module named 'jsonn'; did you mean json? Else install it"),
        (
            "import qqxyzzyqq.thing",
            1,
            "ModuleNotFoundError: No module named 'qqxyzzyqq'; install it, or check how it is written",
        ),
        (
            "from {name} import goood",
            1,
            "ImportError: cannot import name 'goood' from '{name}' ({file}); did you mean good?",
        ),
        ("import {name}.goood", 1, "ModuleNotFoundError: No module named '{name}.goood'; did you mean {name}.good?"),
        ("def f(:", 1, "SyntaxError: invalid syntax (bad.py, line 1)"),
        ("raise SystemExit(3)", 1, "SystemExit: 3"),
        ("raise ImportError('no')", 1, "ImportError: no"),
        ("raise SyntaxError('made up')", 1, "SyntaxError: made up"),
        ("import json\n\njson.loads('x')", 3, "JSONDecodeError: Expecting value: line 1 column 1 (char 0)"),
    ],
)
def test_module_that_fails_to_import_is_named_with_the_cause(
    package: Write, tmp_path: Path, text: str, line: int, message: str
) -> None:
    name = package({"good.py": "", "__init__.py": "from . import good\n"})
    package({"bad.py": text.format(name=name), "__init__.py": "from . import good\n"})
    with pytest.raises(ScanError) as caught:
        StereotypeScanner().scan(name)
    file = tmp_path / name / "__init__.py"
    assert caught.value.message == f"cannot import {name}.bad: {message.format(name=name, file=file)}"
    assert str(caught.value.source) == f"{tmp_path / name / 'bad.py'}:{line}"
    assert caught.value.__cause__ is not None


def test_module_that_does_not_exist_is_named(package: Write) -> None:
    name = package({"chat.py": ""})
    with pytest.raises(ScanError) as caught:
        StereotypeScanner().scan(f"{name}.caht")
    assert str(caught.value) == (
        f"cannot import {name}.caht: ModuleNotFoundError: No module named '{name}.caht'; did you mean {name}.chat?"
    )


def test_refused_declaration_keeps_its_own_place(package: Write, tmp_path: Path) -> None:
    name = package({"chat.py": "from pyfly.container import service\n\n@service(scope='sesion')\nclass Chat: ...\n"})
    with pytest.raises(DeclarationError) as caught:
        StereotypeScanner().scan(name)
    assert not isinstance(caught.value, ScanError)
    assert str(caught.value) == f'{tmp_path / name / "chat.py"}:3: unknown scope "sesion"; did you mean "session"?'


def test_every_module_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "several_faults"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "one.py").write_text("import nowhere_at_all\n")
    (package / "two.py").write_text("1 / 0\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(DeclarationErrors) as caught:
        StereotypeScanner().scan("several_faults")
    one, two = caught.value.faults
    assert "cannot import several_faults.one: ModuleNotFoundError" in str(one)
    assert "cannot import several_faults.two: ZeroDivisionError" in str(two)


def test_directories_without_init_are_scanned(package: Write) -> None:
    module = "from pyfly.container import service\n@service\nclass {}: ...\n"
    name = package(
        {
            "api/rooms.py": module.format("Rooms"),
            "api/deep/er/pool.py": module.format("Pool"),
            "static/logo.txt": "",
            "not-a-package/module.py": "raise RuntimeError",
        }
    )
    assert names(StereotypeScanner().scan(name)) == ["api.rooms:Rooms", "api.deep.er.pool:Pool"]
    assert f"{name}.static" not in sys.modules
