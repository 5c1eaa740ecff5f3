"""Programs that nobody would write: the plugin never ends mypy with an internal error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from tests.mypy.conftest import Project

IMPORTS = """\
from __future__ import annotations
import abc, enum, functools, typing, dataclasses
from collections.abc import *
from typing import *
import pyfly.web as web, pyfly.websocket
from pyfly.container import *
from pyfly.web import *
from pyfly.web.sse import sse_mapping
from pyfly.websocket import *
import missing
from missing import unknown
PATH: Final = "/x/{y}"
NUMBER: Final = 3
T = TypeVar("T")
P = ParamSpec("P")
Loop = Annotated["Loop", FromQuery()]
Tok = Annotated[str, FromHeader("x")]
made = get_mapping("/made")
def same(f: T) -> T: return f
def hidden(f: Any) -> Any: return f
"""
PATHS = st.sampled_from(
    [
        *['"/a"', '"/{a}"', '"/{b:int}"', "PATH", '"/{c:path}"'] * 4,
        *('""', '"/a"', '"/{a}"', '"/{a:int}"', '"/{b:uuid}/{a}"', '"nope"', '"/{"', "PATH", "PATH + '/z'", "NUMBER"),
        *(
            "unknown",
            "missing.x",
            'f"/{1}"',
            "None",
            "...",
            "b'/x'",
            "*['/a']",
            "**{}",
            "path='/{c}'",
            "x=1",
            '"\\ud800"',
        ),
        *(
            "lambda: 1",
            "print",
            "(y := '/w')",
            "'/a' '/b'",
            "'/a', '/b'",
            "[]",
            "registry=None",
            "path=PATH, frames='x'",
        ),
    ]
)
MAPPINGS = st.sampled_from(
    [
        *("get_mapping", "post_mapping", "sse_mapping", "websocket_mapping", "web.get_mapping", "request_mapping"),
        *("pyfly.websocket.websocket_mapping", "delete_mapping", "rest_controller", "controller", "bean", "service"),
        *(
            "post_construct",
            "pre_destroy",
            "primary",
            "unknown",
            "missing.mapping",
            "same",
            "hidden",
            "functools.wraps",
        ),
    ]
)
CALLS = st.builds("@{}({})".format, MAPPINGS, PATHS)
BARE = st.builds("@{}".format, MAPPINGS)
OTHERS = st.sampled_from(
    [
        *(
            "@staticmethod",
            "@classmethod",
            "@property",
            "@abc.abstractmethod",
            "@overload",
            "@same",
            "@hidden",
            "@made",
        ),
        *(
            "@dataclasses.dataclass",
            "@final",
            "@functools.cache",
            "@(lambda f: f)",
            "@typing.no_type_check",
            "@override",
        ),
    ]
)
DECORATORS = st.lists(st.one_of(CALLS, CALLS, BARE, OTHERS), max_size=3)
TYPES = st.sampled_from(
    [
        *(
            "",
            ": int",
            ": str",
            ": WebSocketSession",
            ": WebSocketSession[str, int]",
            ": WebSocketSession | None",
            ": T",
        ),
        *(
            ": QueryParam",
            ": QueryParam[int]",
            ": Body[int] | Header[str]",
            ": Annotated[int]",
            ": Annotated[Tok, 1, x]",
        ),
        *(": Loop", ": Tok", ": 'Tok | None'", ": 'not a type'", ": '('", ": unknown", ": missing.T", ": list[Self]"),
        *(": Annotated[str, FromQuery('a'), FromBody]", ": tuple[int, ...]", ": type[int]", ": Literal['a', 1] | None"),
        *(": Callable[..., int]", ": Callable[P, T]", ": Never", ": None", ": Any", ": (lambda: 1)", ": 3", ": [int]"),
    ]
)
NAMES = st.sampled_from(["self", "session", "a", "b", "y", "__c", "_d", "room_id", "cls"])
PARAMETERS = st.lists(
    st.one_of(
        st.builds("{}{}{}".format, NAMES, TYPES, st.sampled_from(["", "", " = 1", " = ..."])),
        st.sampled_from(["*", "/", "*args", "*args: str", "**kwargs: Unpack[T]", "*args: P.args"]),
    ),
    max_size=5,
)
BODIES = st.sampled_from(
    [
        *(
            "...",
            "yield",
            "return 1",
            "session.path_params['a']",
            "session.path_params[0]",
            "session.path_params['a'] = 1",
        ),
        *(
            "self.path_params['a']",
            "lambda session: session.path_params['a']",
            "[session.path_params['q'] for session in a]",
        ),
        *("async def inner(): session.path_params['q']", "del session.path_params['q']", "{}['a']", "super().f()"),
    ]
)
METHODS = st.builds(
    lambda decorators, start, name, first, parameters, result, body: [
        *decorators,
        f"{start}def {name}({', '.join([first, *parameters])}){result}: {body}",
    ],
    st.one_of(DECORATORS, st.lists(CALLS, min_size=1, max_size=2)),
    st.sampled_from(["", "async "]),
    st.sampled_from(["f", "g", "on_disconnect", "__init__", "__new__", "__call__"]),
    st.sampled_from(["self", "self", "self, session: WebSocketSession", "self, /"]),
    PARAMETERS,
    st.sampled_from(
        ["", " -> None", " -> str", " -> AsyncIterator[int]", " -> Coroutine[Any, Any, str]", " -> unknown"]
    ),
    BODIES,
)
MEMBERS = st.one_of(
    METHODS,
    METHODS,
    st.sampled_from(
        [
            ["on_disconnect = same"],
            ["on_disconnect: int = 1"],
            ["f = made(lambda self: 1)"],
            ["f = websocket_mapping('/q')"],
            ["__init__ = None"],
            ["class Inner: f = 1"],
            [
                "@overload",
                "def f(self) -> int: ...",
                "@overload",
                "def f(self, a: int) -> str: ...",
                "@made",
                "def f(self, a=1): ...",
            ],
        ]
    ),
)
BASES = st.sampled_from(
    [
        *("", "", "(A)", "(B)", "(A, B)", "(Protocol)", "(Generic[T])", "(enum.Enum)", "(TypedDict)"),
        *(
            "(unknown)",
            "(missing.Base)",
            "(dict[str, int])",
            "(abc.ABC)",
            "(A, metaclass=abc.ABCMeta)",
            "(C)",
            "(type)",
        ),
    ]
)
CLASSES = st.builds(
    lambda decorators, name, bases, members: [
        *decorators,
        f"class {name}{bases}:",
        *(f"    {line}" for member in members for line in member),
        "    pass",
    ],
    st.one_of(DECORATORS, st.just(["@rest_controller", '@request_mapping("/{a}")']), st.just(["@service()"])),
    st.sampled_from("ABC"),
    BASES,
    st.lists(MEMBERS, max_size=4),
)
FUNCTIONS = st.one_of(
    METHODS,
    CLASSES.map(lambda lines: ["def outer() -> None:", *(f"    {line}" for line in lines)]),
    CLASSES.map(lambda lines: ["if NUMBER:", *(f"    {line}" for line in lines)]),
)
MODULES = st.lists(st.one_of(CLASSES, CLASSES, FUNCTIONS), min_size=1, max_size=4).map(
    lambda parts: "\n".join([IMPORTS, *(line for part in parts for line in part), ""])
)


UNUSUAL = (
    HealthCheck.data_too_large,
    HealthCheck.filter_too_much,
    HealthCheck.function_scoped_fixture,
    HealthCheck.large_base_example,
    HealthCheck.too_slow,
)
"""What hypothesis would warn of: whole programs are large, and one directory serves all."""


def compiles(text: str) -> bool:
    try:
        compile(text, "odd.py", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


@given(st.lists(MODULES.filter(compiles), min_size=20, max_size=20))
@settings(
    max_examples=2,
    database=None,
    phases=[Phase.generate],  # a smaller program is not worth the many runs of mypy that it takes to find
    suppress_health_check=[*UNUSUAL],
)
def test_odd_programs_never_end_mypy_with_an_internal_error_of_the_plugin(project: Project, modules: list[str]) -> None:
    for number, text in enumerate(modules):
        project.write(f"odd_{number}.py", text)
    ran = project.run("mypy", "--no-fast-exit", ".")
    if "INTERNAL ERROR" not in ran.stdout + ran.stderr:
        return
    # mypy has internal errors of its own, which the plugin neither brings nor hides.
    project.write("mypy.ini", "[mypy]\nstrict = True\n")
    alone = project.run("mypy", "--cache-dir=alone", ".")
    assert "INTERNAL ERROR" in alone.stdout + alone.stderr, "\n".join(modules)
