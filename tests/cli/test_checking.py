from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from typer.testing import Result

Write: TypeAlias = Callable[[str, str], Path]
Pyfly: TypeAlias = Callable[..., Result]

FAULTY = """\
from typing import Protocol

from pyfly.container import rest_controller, service
from pyfly.web import get_mapping, request_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping


class Repository(Protocol): ...


@service
class Stock:
    def __init__(self, repository: Repository) -> None: ...


@rest_controller
@request_mapping("/shop")
class ShopController:
    @get_mapping("/{one}")
    def one(self, missing: "Nothing") -> str:
        return ""

    @websocket_mapping("/{name}")
    async def talk(self, session: WebSocketSession) -> None: ...

    @websocket_mapping("/{other}")
    async def listen(self, session: WebSocketSession) -> None: ...
"""


def test_right_application_is_counted(echo: Path, pyfly: Pyfly) -> None:
    result = pyfly("check", "echo.py")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "no faults in 1 controller, 1 route, 1 bean\n", "")


def test_what_a_target_prints_is_kept_apart(write: Write, echo: Path, pyfly: Pyfly) -> None:
    write("loud.py", 'print("hello")\n' + echo.read_text())
    result = pyfly("check", "loud.py", "--format=json")
    assert (json.loads(result.stdout), result.stderr) == ([], "hello\n")


def test_several_targets_are_counted_together_and_each_thing_once(write: Write, echo: Path, pyfly: Pyfly) -> None:
    write("other.py", echo.read_text().replace("Echo", "Other"))
    result = pyfly("check", "echo.py", "echo", "echo.py", "other")
    assert result.stdout == "no faults in 2 controllers, 2 routes, 2 beans\n"


def test_faults_of_signatures_paths_and_beans_are_told_together(write: Write, directory: Path, pyfly: Pyfly) -> None:
    write("faulty.py", FAULTY)
    result = pyfly("check", "faulty.py")
    assert result.exit_code == 1
    assert result.stderr == ""
    lines = result.stdout.splitlines()
    assert len(lines) == 3
    assert [line.split(" error: ")[0] for line in lines] == ["faulty.py:13:", "faulty.py:19:", "faulty.py:26:"]
    assert "no bean of type Repository" in lines[0]
    assert "Nothing is not defined" in lines[1]
    assert "matches the same paths" in lines[2]


def test_each_target_is_checked_whatever_is_wrong_with_the_others(write: Write, echo: Path, pyfly: Pyfly) -> None:
    write("broken.py", "x = 1\n1 / 0\n")
    write("syntax.py", "def x(:\n")
    write("path.py", FAULTY.replace('"/shop"', '"shop"'))
    result = pyfly("check", "broken.py", "echo.py", "syntax.py", "path.py", "missing.py")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "broken.py:2: error: cannot import broken: ZeroDivisionError: division by zero",
        "path.py:13: error: Stock.__init__(repository): no bean of type Repository (Stock -> Repository); mark a class "
        "that derives from Repository with @component, or write a @bean method that returns one  [pyfly-bean]",
        'path.py:17: error: path "shop": must start with "/"; write "/shop"  [pyfly-path]',
        "syntax.py:1: error: cannot import syntax: SyntaxError: invalid syntax (syntax.py, line 1)",
        "missing.py: error: there is no such file",
    ]


def test_fault_that_two_targets_share_is_told_once(write: Write, pyfly: Pyfly) -> None:
    write("broken.py", "1 / 0\n")
    assert len(pyfly("check", "broken.py", "broken").stdout.splitlines()) == 1


def test_wrong_listener_is_a_fault(write: Write, echo: Path, pyfly: Pyfly) -> None:
    listener = (
        "\n    from pyfly.events import event_listener\n\n    @event_listener\n    def on(self, event: 'No'): ...\n"
    )
    write("listening.py", echo.read_text() + listener)
    result = pyfly("check", "listening.py")
    assert result.exit_code == 1
    assert result.stdout.startswith("listening.py:19: error: ")


def test_controller_without_a_mapping_serves_nothing(write: Write, pyfly: Pyfly) -> None:
    write("idle.py", "from pyfly.container import controller\n\n@controller\nclass Idle: ...\n")
    result = pyfly("check", "idle.py")
    assert result.stdout == "idle.py: error: no controller has a mapping; decorate a method, as with @get_mapping()\n"
    assert result.exit_code == 1


def test_own_application_is_checked_with_its_context(write: Write, pyfly: Pyfly) -> None:
    write(
        "own.py",
        """\
        from pyfly import create_app
        from pyfly.container import service

        @service
        class Stock:
            def __init__(self, size: dict[str, int]) -> None: ...

        app = create_app(Stock)
        """,
    )
    result = pyfly("check", "own.py")
    assert result.exit_code == 1
    assert result.stdout.startswith("own.py:6: error: Stock.__init__(size): no bean of type dict[str, int]")


ADDED = """\
from fastapi import FastAPI
from pyfly.application import collect_routes
from pyfly.container import rest_controller
from pyfly.context import ApplicationContext
from pyfly.web import get_mapping

@rest_controller
class Shop:
    def __init__(self, size: dict[str, int]) -> None: ...

    @get_mapping("/size")
    def size(self) -> int:
        return 0

context = ApplicationContext()
context.register(Shop)
app = FastAPI()
app.router.routes.extend(collect_routes(context))
"""


def test_application_is_checked_with_the_context_of_routes_added_to_it(write: Write, pyfly: Pyfly) -> None:
    write("added.py", ADDED)
    result = pyfly("check", "added.py:app")
    assert result.exit_code == 1
    assert result.stdout.startswith("added.py:9: error: Shop.__init__(size): no bean of type dict[str, int]")
    assert "added.py:7" in pyfly("beans", "added.py:app").stdout


HOUSE = """\
from pyfly.container import service


@service
class House: ...
"""

API = """\
from {module} import House
from pyfly.container import rest_controller
from pyfly.web import get_mapping


@rest_controller
class Api:
    def __init__(self, house: House) -> None: ...

    @get_mapping("/")
    def one(self) -> str:
        return ""
"""


def test_service_of_a_module_that_was_not_named_tells_the_package(write: Write, pyfly: Pyfly) -> None:
    write("auction/__init__.py", "")
    write("auction/house.py", HOUSE)
    write("auction/api.py", API.format(module="auction.house"))
    assert pyfly("check", "auction/api.py").stdout == (
        "auction/api.py:8: error: Api.__init__(house): no bean of type House (Api -> House); House is a @service at "
        "auction/house.py:4, but its module was not scanned; name the package: auction  [pyfly-bean]\n"
    )
    assert pyfly("check", "auction").exit_code == 0


def test_wrong_settings_are_told_one_by_one(echo: Path, write: Write, pyfly: Pyfly) -> None:
    write(".env", "PYFLY_DEBUG=perhaps\nPYFLY_SSE_KEEP_ALIVE=never\n")
    assert pyfly("check", "echo.py").stdout.splitlines() == [
        "echo.py: error: PYFLY_DEBUG (.env): got 'perhaps', expected true or false",
        "echo.py: error: PYFLY_SSE_KEEP_ALIVE (.env): got 'never', expected a number",
    ]


def test_debug_shows_tracebacks_beside_the_faults(write: Write, pyfly: Pyfly) -> None:
    write("broken.py", "1 / 0\n")
    result = pyfly("check", "broken.py", "--debug")
    assert result.stdout == "broken.py:1: error: cannot import broken: ZeroDivisionError: division by zero\n"
    assert "Traceback (most recent call last)" in result.stderr
    assert "ZeroDivisionError" in result.stderr


LOOKING = """\
from functools import wraps
from typing import TYPE_CHECKING

from pyfly.container import rest_controller
from pyfly.websocket import WebSocketSession, websocket_mapping

if TYPE_CHECKING:
    from uuid import UUID


def traced(function):
    @wraps(function)
    async def wrapper(*args, **kwargs):
        await function(*args, **kwargs)

    return wrapper


def made():
    async def talk(self, session: WebSocketSession) -> None:
        session.path_params["x"]

    return talk


@rest_controller
class Rooms:
    @websocket_mapping("/a/{room_id}")
    @traced
    async def wrapped(self, session: WebSocketSession) -> None:
        print(session.path_params["room"])

    @websocket_mapping("/b/{room_id}")
    async def unresolved(self, session: WebSocketSession) -> "UUID":
        print(session.path_params["room_id"])

    talk = websocket_mapping("/c")(made())
"""


def test_what_handlers_look_up_is_found_behind_wrappers_and_in_functions_made_elsewhere(
    write: Write, pyfly: Pyfly
) -> None:
    write("looking.py", LOOKING)
    assert pyfly("check", "looking.py").stdout.splitlines() == [
        'looking.py:21: error: path "/c" has no variable "x"; name one in the path  [pyfly-path]',
        'looking.py:31: error: path "/a/{room_id}" has no variable "room"; did you mean "room_id"?  [pyfly-path]',
        'looking.py:33: error: the return type of Rooms.unresolved: cannot resolve "UUID": UUID is not defined at run '
        "time; import it outside 'if TYPE_CHECKING:' or define it at module level  [pyfly-annotation]",
    ]


def test_source_that_was_changed_since_its_import_is_not_read(write: Write, pyfly: Pyfly) -> None:
    write("looking.py", LOOKING.replace('    @websocket_mapping("/b/{room_id}")\n', ""))
    assert len(pyfly("check", "looking.py").stdout.splitlines()) == 2
    write("looking.py", "def broken(:\n")
    assert pyfly("check", "looking.py").stdout == "no faults in 1 controller, 2 routes, 1 bean\n"
    write("looking.py", "\n")
    assert pyfly("check", "looking.py").stdout == "no faults in 1 controller, 2 routes, 1 bean\n"


UNDOCUMENTED = """
from pyfly.container import rest_controller
from pyfly.web import Body, operation, post_mapping


@rest_controller
class LimitController:
    @operation(examples={"x": "no number"}, security=["bearr"])
    @post_mapping("/limit")
    async def store(self, limit: Body[int]) -> int:
        return limit
"""


def test_what_is_told_wrongly_for_the_documents_is_a_fault(write: Write, pyfly: Pyfly) -> None:
    write("limits.py", UNDOCUMENTED)
    result = pyfly("check", "limits.py")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        'limits.py:8: error: LimitController.store requires the security scheme "bearr", which ApiInfo does not have; '
        "known are: none",
        'limits.py:8: error: LimitController.store has the example "x", which does not fit its type: '
        'input should be a valid integer, unable to parse string as an integer, got "no number"; '
        "write the JSON that clients send",
    ]


REFUSED = """\
from collections.abc import Iterator

from pyfly.container import post_construct, rest_controller
from pyfly.events import event_listener
from pyfly.web import get_mapping, operation, request_mapping
from pyfly.web.security import permit_all
from pyfly.web.sse import sse_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping


@rest_controller
class One:
    @get_mapping("/a/{room_id}")
    def a(self, roomid: str) -> str:
        return roomid

    @get_mapping("b", status_code=1)
    def b(self) -> Iterator[str]:
        yield ""

    @websocket_mapping("c")
    def c(self, session: WebSocketSession) -> int: ...

    @websocket_mapping("/d", frames="x")
    async def d(self, session: WebSocketSession) -> int: ...

    @websocket_mapping
    async def e(self, session: WebSocketSession) -> None: ...

    @sse_mapping("/f")
    def f(self) -> Iterator[str]:
        yield ""

    @sse_mapping("g")
    def g(self) -> Iterator[str]:
        yield ""

    @websocket_mapping("/h")
    @staticmethod
    async def h(session: WebSocketSession) -> None: ...

    @post_construct
    @staticmethod
    def i() -> None: ...

    @event_listener
    def j(self) -> None: ...

    @operation("k")
    @staticmethod
    def k() -> None: ...


@rest_controller
@request_mapping("x/{t}")
class Two:
    @get_mapping("/c")
    def c(self, u: str) -> str: ...


@permit_all
@rest_controller
@request_mapping("/y/{t}")
class Three:
    @websocket_mapping("/{t}")
    async def t(self, session: WebSocketSession) -> int: ...

    async def on_disconnect(self) -> None: ...


@request_mapping("/z")
def function() -> None: ...
"""
REFUSED_FAULTS = [
    '13: error: path "/a/{room_id}" has no variable for parameter "roomid"; did you mean "room_id"?  [pyfly-path]',
    '17: error: path "b": must start with "/"; write "/b"  [pyfly-path]',
    "17: error: One.b is a generator, and GET answers once; map it with @sse_mapping, or return a "
    "StreamingResponse around it  [pyfly-handler]",
    '21: error: path "c": must start with "/"; write "/c"  [pyfly-path]',
    "21: error: @websocket_mapping handler One.c must be a coroutine function; write async def c(self, "
    "session: WebSocketSession, ...) -> None  [pyfly-handler]",
    '24: error: frames is \'x\'; it must be "text" or "binary"  [pyfly-handler]',
    '24: error: @websocket_mapping handler One.d must return None, not "int"; send messages with await '
    "session.send(...)  [pyfly-handler]",
    "27: error: @websocket_mapping is used without parentheses; write @websocket_mapping() or "
    '@websocket_mapping("/path")  [pyfly-handler]',
    "30: error: @sse_mapping decorates an async generator, and One.f is a plain generator; write it with "
    "async def and yield each event  [pyfly-handler]",
    '34: error: path "g": must start with "/"; write "/g"  [pyfly-path]',
    "34: error: @sse_mapping decorates an async generator, and One.g is a plain generator; write it with "
    "async def and yield each event  [pyfly-handler]",
    '38: error: @websocket_mapping decorates a method, not the staticmethod "h"; remove @staticmethod '
    "and take self as the first parameter  [pyfly-handler]",
    "42: error: @post_construct marks methods, got a staticmethod; write @staticmethod above @post_construct  "
    "[pyfly-hook]",
    "46: error: One.j(self) -> None cannot be called with one event: too many positional arguments; a "
    "listener takes self and the event  [pyfly-hook]",
    "49: error: @operation decorates a method or a controller, not a staticmethod; decorate a mapped "
    "method, or the class that holds it  [pyfly-handler]",
    '55: error: path "x/{t}": must start with "/"; write "/x/{t}"  [pyfly-path]',
    '61: error: @permit_all decorates a method, not the class "Three"; a controller lets everybody in '
    "anyway; leave its own rule away  [pyfly-handler]",
    '65: error: Three.t: path "/y/{t}/{t}": variable "t" is named twice; give each its own name  [pyfly-path]',
    '65: error: @websocket_mapping handler Three.t must return None, not "int"; send messages with await '
    "session.send(...)  [pyfly-handler]",
    "68: error: Three.on_disconnect cannot be called with the session: too many positional arguments; "
    "write async def on_disconnect(self, session: WebSocketSession) -> None  [pyfly-hook]",
    "71: error: @request_mapping decorates a class, not function; use @get_mapping, @sse_mapping or "
    "@websocket_mapping on a method  [pyfly-handler]",
]


def test_what_decorators_refuse_hides_no_other_fault(write: Write, pyfly: Pyfly) -> None:
    write("refused.py", REFUSED)
    result = pyfly("check", "refused.py")
    assert (result.exit_code, result.stderr) == (1, "")
    assert result.stdout.splitlines() == [f"refused.py:{fault}" for fault in REFUSED_FAULTS]


def test_run_tells_faults_in_the_order_of_check(write: Write, pyfly: Pyfly) -> None:
    write("refused.py", REFUSED)
    told = pyfly("run", "refused.py").stderr.splitlines()
    unseen = [" must return None", " a generator, and", " a coroutine function;", "on_disconnect cannot"]
    assert told == [f"refused.py:{fault}" for fault in REFUSED_FAULTS if not any(part in fault for part in unseen)]


def test_a_controller_whose_every_mapping_is_refused_is_told_of_no_other(write: Write, pyfly: Pyfly) -> None:
    write(
        "lone.py",
        FAULTY.split("@service")[0] + "@rest_controller\nclass Lone:\n    @get_mapping('a')\n    def a(self): ...\n",
    )
    result = pyfly("check", "lone.py")
    assert result.stdout == 'lone.py:13: error: path "a": must start with "/"; write "/a"  [pyfly-path]\n'
    assert (result.exit_code, result.stderr) == (1, "")


def test_module_of_beans_alone_is_checked(write: Write, pyfly: Pyfly) -> None:
    write("stock.py", "from pyfly.container import service\n\n\n@service\nclass Stock: ...\n")
    write(
        "cart.py",
        "from pyfly.container import service\nfrom stock import Stock\n\n\n"
        "@service\nclass Cart:\n    def __init__(self, stock: Stock) -> None: ...\n",
    )
    assert pyfly("check", "stock.py").stdout == "no faults in 0 controllers, 0 routes, 1 bean\n"
    result = pyfly("check", "cart.py")
    assert result.exit_code == 1
    assert result.stdout.startswith("cart.py:7: error: Cart.__init__(stock): no bean of type Stock (Cart -> Stock)")
    assert len(result.stdout.splitlines()) == 1


@pytest.mark.parametrize("command", ["run", "routes"])
def test_beans_alone_cannot_be_served(write: Write, pyfly: Pyfly, command: str) -> None:
    write("stock.py", "from pyfly.container import service\n\n\n@service\nclass Stock: ...\n")
    result = pyfly(command, "stock.py")
    assert result.exit_code == 1
    assert result.stderr.startswith("stock.py: error: nothing to serve: no controller and no app;")
