"""Stubs of small packages: what they declare, and what is told when a source says too little."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from tools.stubs.__main__ import generate, main
from tools.stubs.sources import StubError

ROOT = Path(__file__).resolve().parents[2]
HEADER = "# Generated from pyfly/{path}; edit that, then run: python -m tools.stubs\n"


class Project:
    """A package called ``pyfly`` with a reference, in a directory of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "pyproject.toml").write_text("[tool.ruff]\nline-length = 120\n", encoding="utf-8")
        (root / "docs" / "reference").mkdir(parents=True)
        self.write(__init__="__all__ = []")

    def write(self, **modules: str) -> None:
        """Write modules by their dotted names below the package, with ``_dot_`` for the dot."""
        for name, code in modules.items():
            path = self.root / "pyfly" / (name.replace("_dot_", "/") + ".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(code), encoding="utf-8")

    def document(self, *targets: str) -> None:
        """Name modules or their members in the reference."""
        text = "".join(f"# {target}\n\n::: {target}\n" for target in targets)
        (self.root / "docs" / "reference" / "page.md").write_text(text, encoding="utf-8")

    def stub(self, path: str) -> str:
        """Return the stub of a module, without its header."""
        text = generate(self.root)[Path("typings/pyfly") / path]
        header = HEADER.format(path=path.removesuffix("i"))
        assert text.startswith(header)
        return text.removeprefix(header)

    def stub_of(self, code: str) -> str:
        """Return the stub of one documented module, without header and docstring."""
        self.write(module='"""A module."""\n\n' + textwrap.dedent(code))
        self.document("pyfly.module")
        return self.stub("module.pyi").removeprefix('"""A module."""\n\n')


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def stub(text: str) -> str:
    return textwrap.dedent(text).lstrip("\n")


def test_functions_keep_signature_and_docstring_and_lose_their_body(project: Project) -> None:
    code = '''
        import json
        from collections.abc import Sequence

        __all__ = ["first"]

        def first(items: Sequence[str], /, *more: int, strict: bool = False, **options: "object") -> str:
            """Return the first item.

            Args:
                items: With "quotes" and a \\\\ in them.
            """
            return json.dumps(items)

        def second() -> None:
            first([])
    '''
    assert project.stub_of(code) == stub('''
        from collections.abc import Sequence

        __all__ = ["first"]

        def first(items: Sequence[str], /, *more: int, strict: bool = False, **options: object) -> str:
            """Return the first item.

            Args:
                items: With "quotes" and a \\\\ in them.
            """
    ''')


def test_private_names_stay_where_public_ones_are_made_of_them(project: Project) -> None:
    code = """
        from typing import Literal, TypeVar

        __all__ = ["pick"]

        _T = TypeVar("_T", bound="_Base")
        _Mode = Literal["first", "last"]
        _unused = 3

        class _Base:
            def _hidden(self) -> None: ...
            def shown(self) -> "_Mode": return "first"

        def pick(mode: _Mode, item: _T) -> _T:
            return item
    """
    assert project.stub_of(code) == stub("""
        from typing import Literal, TypeVar

        __all__ = ["pick"]

        _T = TypeVar("_T", bound=_Base)
        _Mode = Literal["first", "last"]

        class _Base:
            def shown(self) -> _Mode: ...

        def pick(mode: _Mode, item: _T) -> _T: ...
    """)


def test_overloads_have_the_docstring_of_their_implementation(project: Project) -> None:
    code = '''
        from typing import overload

        __all__ = ["twice"]

        @overload
        def twice(value: int) -> int: ...
        @overload
        def twice(value: str) -> str: ...
        def twice(value: int | str) -> int | str:
            """Return a value two times."""
            return value * 2
    '''
    assert project.stub_of(code) == stub('''
        from typing import overload

        __all__ = ["twice"]

        @overload
        def twice(value: int) -> int:
            """Return a value two times."""

        @overload
        def twice(value: str) -> str:
            """Return a value two times."""
    ''')


def test_attributes_have_the_types_that_their_class_tells(project: Project) -> None:
    code = '''
        from typing import ClassVar, Final

        __all__ = ["Counter"]

        class Step: ...

        class Counter:
            """Counts."""

            __slots__ = ("_hidden", "names", "start", "step", "total")

            limit: ClassVar[int] = 10
            """Where it ends."""
            _secret: ClassVar[int] = 3
            """What nobody knows."""

            def __init__(self, start: int, *names: str) -> None:
                self.start: Final = start
                self.names = names
                self.step = Step()
                self.open = False
                if start:
                    self.total: float = start
                self._hidden = 1

            def reset(self) -> None:
                self.ended: bool = True

            @property
            def half(self) -> float:
                """Half of it."""
                return 0.5

            @half.setter
            def half(self, value: float) -> None: ...

            def __repr__(self) -> str:
                return ""
    '''
    assert project.stub_of(code) == stub('''
        from typing import ClassVar, Final

        __all__ = ["Counter"]

        class Step: ...

        class Counter:
            """Counts."""

            start: Final[int]
            names: tuple[str, ...]
            step: Step
            open: bool
            total: float
            ended: bool
            limit: ClassVar[int]
            """Where it ends."""
            def __init__(self, start: int, *names: str) -> None: ...
            def reset(self) -> None: ...
            @property
            def half(self) -> float:
                """Half of it."""
            @half.setter
            def half(self, value: float) -> None: ...
    ''')


def test_fields_keep_what_makes_them_optional(project: Project) -> None:
    code = """
        from dataclasses import dataclass, field
        from enum import Enum

        __all__ = ["Color", "Item"]

        class Color(Enum):
            RED = "red"

        @dataclass(frozen=True)
        class Item:
            name: str
            color: Color = Color.RED
            size: int = 2 * 1024
            tags: list[str] = field(default_factory=lambda: ["new"])
            parts: tuple[int, ...] = tuple(x for x in range(3))
            _seen: bool = False
    """
    assert project.stub_of(code) == stub("""
        from dataclasses import dataclass, field
        from enum import Enum

        __all__ = ["Color", "Item"]

        class Color(Enum):
            RED = "red"

        @dataclass(frozen=True)
        class Item:
            name: str
            color: Color = Color.RED
            size: int = 2 * 1024
            tags: list[str] = field(default_factory=...)
            parts: tuple[int, ...] = tuple(...)
            _seen: bool = False
    """)


def test_async_generator_is_no_coroutine(project: Project) -> None:
    code = """
        from collections.abc import AsyncIterator

        __all__ = ["count", "wait"]

        async def count() -> AsyncIterator[int]:
            yield 1

        async def wait() -> None:
            def inner() -> object:
                yield 1
    """
    declared = project.stub_of(code)
    assert "\ndef count() -> AsyncIterator[int]: ...\n" in declared
    assert "\nasync def wait() -> None: ...\n" in declared


def test_constants_have_a_type(project: Project) -> None:
    code = '''
        from typing import Final

        __all__ = ["DEFAULT", "LIMIT", "NAME", "Registry", "registry"]

        class Registry: ...

        NAME: Final = "pyfly"
        """What it is called."""
        LIMIT = -1
        DEFAULT: Final = Registry()
        registry: Registry = max([Registry()], key=id)
    '''
    assert project.stub_of(code) == stub('''
        from typing import Final

        __all__ = ["DEFAULT", "LIMIT", "NAME", "Registry", "registry"]

        class Registry: ...

        NAME: Final = "pyfly"
        """What it is called."""
        LIMIT: int
        DEFAULT: Final[Registry]
        registry: Registry
    ''')


def test_lazily_loaded_name_is_imported(project: Project) -> None:
    project.write(
        __init__='''
            """The package."""

            from typing import TYPE_CHECKING

            __all__ = ["create"]

            if TYPE_CHECKING:
                from pyfly.making import create as create
            else:
                def create(*arguments):
                    from pyfly.making import create as build

                    return build(*arguments)

            def __getattr__(name: str) -> object: ...
        ''',
        making='__all__ = ["create"]\n\ndef create() -> int:\n    return 1\n',
    )
    assert project.stub("__init__.pyi") == stub('''
        """The package."""

        from pyfly.making import create as create

        __all__ = ["create"]
    ''')
    assert "def create() -> int: ..." in project.stub("making.pyi")


def test_stubs_are_written_of_what_the_reference_names_and_what_that_is_made_of(project: Project) -> None:
    project.write(
        shop_dot___init__="from pyfly.shop.orders import Order\n\n__all__ = ['Order']\n",
        shop_dot_orders="from pyfly.parts import Part\n\n__all__ = ['Order']\n\nclass Order(Part): ...\n",
        parts="import pyfly.tools\n__all__ = ['Part']\n\nclass Part:\n    x: int = pyfly.tools.one()\n",
        tools="__all__ = ['one']\n\ndef one() -> int: ...\n",
        internal="__all__ = ['secret']\n\ndef secret() -> int: ...\n",
    )
    project.document("pyfly.shop.Order")
    written = [path.relative_to("typings/pyfly").as_posix() for path in generate(project.root)]
    assert written == [
        "__init__.pyi",
        "parts.pyi",
        "py.typed",
        "shop/__init__.pyi",
        "shop/orders.pyi",
        "tools.pyi",
    ]
    assert generate(project.root)[Path("typings/pyfly/py.typed")] == "partial\n"


def test_all_sources_that_tell_too_little_are_told_at_once(project: Project) -> None:
    code = """
        __all__ = ["One", "made", "untold"]

        class One:
            def __init__(self, size: int | None) -> None:
                size = size or 3
                self.size = size

        made = dict(a=1)

        def untold(): ...
    """
    with pytest.raises(StubError) as caught:
        project.stub_of(code)
    assert str(caught.value).splitlines() == [
        "pyfly/module.py:11: the type of made is not written down; annotate it",
        "pyfly/module.py:13: what untold() returns is not written down; annotate it",
        "pyfly/module.py:9: the type of One.size is not written down; annotate it",
    ]


def test_computed_all_is_an_error(project: Project) -> None:
    with pytest.raises(StubError) as caught:
        project.stub_of("__all__ = [*[]]\n")
    assert str(caught.value) == "pyfly/module.py:3: __all__ is computed; write a list of names"


def test_check_tells_which_files_differ_and_how_to_mend(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.write(module="__all__ = ['one']\n\ndef one() -> int: ...\n")
    project.document("pyfly.module")
    assert main([], root=project.root) == 0
    assert main(["--check"], root=project.root) == 0
    assert capsys.readouterr().out == "3 files in typings, 3 changed\n3 files in typings are up to date\n"

    typings = project.root / "typings" / "pyfly"
    changed = (typings / "module.pyi").read_text(encoding="utf-8").replace("int", "str")
    (typings / "module.pyi").write_text(changed, encoding="utf-8")
    (typings / "py.typed").unlink()
    (typings / "old.pyi").touch()
    assert main(["--check"], root=project.root) == 1
    assert capsys.readouterr().out.splitlines() == [
        "typings/pyfly/module.pyi:5: not what its source says",
        "typings/pyfly/py.typed: missing",
        "typings/pyfly/old.pyi: nothing public has this stub",
        "3 files in typings are not up to date; run: python -m tools.stubs",
    ]
    assert (typings / "old.pyi").exists()

    assert main([], root=project.root) == 0
    assert not (typings / "old.pyi").exists()
    assert main(["--check"], root=project.root) == 0


def test_error_in_a_source_changes_nothing(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.write(module="__all__ = ['one']\n\ndef one(): ...\n")
    project.document("pyfly.module")
    assert main([], root=project.root) == 2
    assert capsys.readouterr().err == "pyfly/module.py:3: what one() returns is not written down; annotate it\n"
    assert not (project.root / "typings").exists()


def test_public_name_without_a_definition_that_can_be_seen_is_an_error(project: Project) -> None:
    code = """
        import sys

        __all__ = ["modern"]

        if sys.version_info >= (3, 13):
            from new import modern
    """
    with pytest.raises(StubError) as caught:
        project.stub_of(code)
    assert str(caught.value) == (
        'pyfly/module.py:1: "modern" is in __all__, and what it is cannot be seen; define it outside of conditions'
    )


def test_members_that_a_class_names_as_internal_are_left_out(project: Project) -> None:
    code = '''
        __all__ = ["Session"]

        class Session:
            _internal = ("code", "end", "limit", "size")

            limit: int
            """The most there is."""
            name: str
            """How it is called."""

            def __init__(self, code: int) -> None:
                self.code = code

            def send(self) -> None: ...

            def end(self) -> None: ...

            @property
            def size(self) -> int: ...
    '''
    with pytest.raises(StubError, match=r"Session has no member code that could be internal; take it out of _internal"):
        project.stub_of(code)
    assert project.stub_of(code.replace('"code", ', "")) == stub('''
        __all__ = ["Session"]

        class Session:
            code: int
            name: str
            """How it is called."""
            def __init__(self, code: int) -> None: ...
            def send(self) -> None: ...
    ''')
