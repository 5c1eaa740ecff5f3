"""What a handler's signature must be, and what start-up says when it is not."""

from __future__ import annotations

import sys
import types
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Annotated, Any, Generic, Never, TypeAlias, TypeVar

import pytest
import typing_extensions as te
from pydantic import BaseModel

from pyfly.metadata import DeclarationError, DeclarationErrors, default_registry
from pyfly.web import QueryParam
from pyfly.web.endpoints import collect_endpoints
from pyfly.websocket import WebSocketMapping, WebSocketSession, websocket_mapping
from pyfly.websocket.adapters.starlette import WebSocketRegistrar
from pyfly.websocket.signatures import HandlerPlan, plan_handler

if TYPE_CHECKING:
    from decimal import Decimal


class Empty:
    def get_bean(self, cls: type[Any]) -> Any: ...


class Wrong:
    @websocket_mapping("/sync")  # type: ignore[type-var]  # the mistake under test
    def sync(self, session: WebSocketSession) -> None: ...

    @websocket_mapping("/stream")  # type: ignore[type-var]  # the mistake under test
    async def stream(self, session: WebSocketSession) -> AsyncIterator[str]:
        yield ""

    @websocket_mapping("/none")  # type: ignore[type-var]  # the mistake under test
    async def none(self) -> None: ...

    @websocket_mapping("/other")  # type: ignore[type-var]  # the mistake under test
    async def other(self, session: str) -> None: ...

    @websocket_mapping("/late")  # type: ignore[type-var]  # the mistake under test
    async def late(self, room_id: str, session: WebSocketSession) -> None: ...

    @websocket_mapping("/rooms/{room_id}")
    async def typo(self, session: WebSocketSession, roomid: str) -> None: ...


def test_every_wrong_handler_is_told_at_its_line() -> None:
    with pytest.raises(DeclarationErrors) as caught:
        WebSocketRegistrar(controllers=[Wrong]).collect_routes(Empty())
    lines = {
        member.name: member.descriptor.source.line
        for member in default_registry.members(Wrong, WebSocketMapping)
        if member.descriptor.source
    }
    write = "write async def {}(self, session: WebSocketSession, ...) -> None"
    assert {str(fault) for fault in caught.value.faults} == {
        f"{__file__}:{lines['sync']}: @websocket_mapping handler Wrong.sync must be a coroutine function; "
        + write.format("sync"),
        f"{__file__}:{lines['stream']}: @websocket_mapping handler Wrong.stream must not yield; "
        "send messages with await session.send(...)",
        f"{__file__}:{lines['none']}: @websocket_mapping handler Wrong.none takes no session; " + write.format("none"),
        f'{__file__}:{lines["other"]}: @websocket_mapping handler Wrong.other has "session: str" where the session '
        "belongs; " + write.format("other"),
        f'{__file__}:{lines["late"]}: @websocket_mapping handler Wrong.late has "room_id: str" where the session '
        "belongs; " + write.format("late"),
        f'{__file__}:{lines["typo"]}: path "/rooms/{{room_id}}" has no variable for parameter "roomid"; '
        'did you mean "room_id"?',
    }


def test_a_session_may_be_annotated_loosely_or_not_at_all() -> None:
    class Loose:
        @websocket_mapping("/any")
        async def any(self, session: Any) -> None: ...

        @websocket_mapping("/object")
        async def object_(self, session: object) -> None: ...

        @websocket_mapping("/bare")
        async def bare(self, session) -> None: ...  # type: ignore[no-untyped-def]  # what the test is about

    routes = WebSocketRegistrar(controllers=[Loose]).collect_routes(Empty())
    assert {route.path for route in routes} == {"/any", "/object", "/bare"}


In = TypeVar("In")


class Join(BaseModel):
    room: str


class Typed:
    @websocket_mapping("/typed", frames="binary")
    async def typed(self, session: WebSocketSession[Join | str, bytes]) -> None: ...

    @websocket_mapping("/half")
    async def half(self, session: WebSocketSession[Join]) -> None: ...

    @websocket_mapping("/plain")
    async def plain(self, session: WebSocketSession) -> None: ...


class Generalized(Generic[In]):
    @websocket_mapping("/general")
    async def general(self, session: WebSocketSession[In, list[In]]) -> None: ...


class Special(Generalized[Join]): ...


class Ambiguous:
    @websocket_mapping("/ambiguous")
    async def ambiguous(self, session: WebSocketSession[Join | str, str]) -> None: ...


def plans(controller: type) -> dict[str, HandlerPlan]:
    endpoints = collect_endpoints([controller], WebSocketMapping, default_registry)
    return {endpoint.name: plan_handler(endpoint) for endpoint in endpoints}


def test_message_types_are_read_from_the_session_s_annotation() -> None:
    found = {name: (plan.incoming, plan.outgoing) for name, plan in plans(Typed).items()}
    assert found == {"typed": (Join | str, bytes), "half": (Join, Any), "plain": (Any, Any)}
    typed = plans(Typed)["typed"].codec
    assert typed.decode_bytes is not None
    assert typed.decode_bytes(b'{"room": "a"}') == Join(room="a")


def test_a_generic_base_controller_gets_its_types_from_the_derived_one() -> None:
    plan = plans(Special)["general"]
    assert (plan.incoming, plan.outgoing) == (Join, list[Join])
    assert plans(Generalized)["general"].incoming is Any


Pair: TypeAlias = WebSocketSession[In, In]
Talk = te.TypeAliasType("Talk", WebSocketSession[Join, str])
QuotedTalk = te.TypeAliasType("QuotedTalk", "WebSocketSession[Join, Later]")


class Written:
    """Every way in which the types of a session may be written."""

    @websocket_mapping("/text")
    async def text(self, session: WebSocketSession[Join, Never]) -> None: ...

    @websocket_mapping("/parts")
    async def parts(self, session: WebSocketSession[Join, list[Later]]) -> None: ...

    @websocket_mapping("/nested")
    async def nested(self, session: WebSocketSession[Nested, int]) -> None: ...

    @websocket_mapping("/annotated")
    async def annotated(self, session: Annotated[WebSocketSession[Join, int], "documented"]) -> None: ...

    @websocket_mapping("/alias")
    async def alias(self, session: Pair[Join]) -> None: ...

    @websocket_mapping("/type-alias")
    async def type_alias(self, session: Talk) -> None: ...

    @websocket_mapping("/quoted-alias")
    async def quoted_alias(self, session: QuotedTalk) -> None: ...

    class Nested(BaseModel):
        x: int


class Later(BaseModel):
    x: int


def test_message_types_are_read_however_they_are_written() -> None:
    found = {name: (plan.incoming, plan.outgoing) for name, plan in plans(Written).items()}
    assert found == {
        "text": (Join, Never),
        "parts": (Join, list[Later]),
        "nested": (Written.Nested, int),
        "annotated": (Join, int),
        "alias": (Join, Join),
        "type_alias": (Join, str),
        "quoted_alias": (Join, Later),
    }


Default = te.TypeVar("Default", default=bytes)


class Defaulting(Generic[In, Default]):
    @websocket_mapping("/default")
    async def default(self, session: WebSocketSession[In, Default]) -> None: ...

    @websocket_mapping("/union")
    async def union(self, session: WebSocketSession[In | Later, Annotated[list[Default], "documented"]]) -> None: ...


class HalfWay(Defaulting[In], Generic[In]): ...


class WholeWay(HalfWay[Join]): ...


def test_type_variables_are_filled_in_through_all_bases_and_have_their_defaults() -> None:
    found = {name: (plan.incoming, plan.outgoing) for name, plan in plans(WholeWay).items()}
    assert found == {"default": (Join, bytes), "union": (Join | Later, Annotated[list[bytes], "documented"])}
    assert plans(Defaulting)["default"].outgoing is bytes


Own = te.TypeVar("Own")
Same = te.TypeVar("Same", default=Own)


class Feed(Generic[Own, Same]):
    @websocket_mapping("/feed")
    async def feed(self, session: WebSocketSession[Own, Same]) -> None: ...


class HalfFeed(Feed[Join, Default], Generic[Default]): ...


class ListFeed(Feed[Own, list[Own]], Generic[Own]): ...


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        (Feed[Join], (Join, Join)),
        (Feed, (Any, Any)),
        (HalfFeed, (Join, bytes)),
        (HalfFeed[str], (Join, str)),
        (ListFeed, (Any, list[Any])),
        (ListFeed[Join], (Join, list[Join])),
        (Feed["Join", "list[Join]"], (Join, list[Join])),
    ],
)
def test_each_type_variable_is_filled_in_by_itself(base: Any, expected: tuple[Any, Any]) -> None:
    controller = derive(base)
    plan = plans(controller)["feed"]
    assert (plan.incoming, plan.outgoing) == expected


def derive(base: Any) -> type:
    return types.new_class("Derived", (base,), exec_body=lambda body: body.update(__module__=__name__))


class Room(Generic[Own]):
    @websocket_mapping("/rooms/{number}")
    async def room(self, session: WebSocketSession, number: Own, seats: QueryParam[list[Own]]) -> None: ...


class NumberedRoom(Room[int]): ...


def test_parameters_after_the_session_are_filled_in_too() -> None:
    found = {parameter.name: parameter.annotation for parameter in plans(NumberedRoom)["room"].arguments.parameters}
    assert found == {"number": int, "seats": list[int]}


class Held(Generic[Own]):
    @websocket_mapping("/held")  # type: ignore[type-var]  # it may be filled in with a session
    async def held(self, session: Own) -> None: ...

    async def on_disconnect(self, session: Own) -> None: ...


class HeldWrongly(Held[int]): ...


class HeldRightly(Held[WebSocketSession[Join, str]]): ...


def test_a_session_that_is_a_type_variable_is_what_it_is_filled_in_with() -> None:
    assert plans(HeldRightly)["held"].incoming is Join
    with pytest.raises(DeclarationErrors, match=r'HeldWrongly.held has "session: int" where the session belongs'):
        plans(HeldWrongly)


class HookedWrongly(HeldWrongly):
    @websocket_mapping("/held")
    async def held(self, session: WebSocketSession) -> None: ...  # type: ignore[override]  # the hook is under test


def test_a_hook_s_session_is_what_it_is_filled_in_with() -> None:
    with pytest.raises(DeclarationErrors) as caught:
        plans(HookedWrongly)
    (fault,) = caught.value.faults
    assert fault.problem == 'HookedWrongly.on_disconnect has "session: int" where the session belongs'


class AmbiguousAnswer:
    @websocket_mapping("/ambiguous")
    async def ambiguous(self, session: WebSocketSession[Join, Join | str]) -> None: ...


def test_an_answer_that_could_be_read_in_two_ways_is_told_at_start() -> None:
    with pytest.raises(DeclarationErrors) as caught:
        plans(AmbiguousAnswer)
    (fault,) = caught.value.faults
    assert fault.problem == (
        "@websocket_mapping handler AmbiguousAnswer.ambiguous can never receive or send: "
        "a text frame could be str or JSON"
    )
    assert fault.mend == 'let JSON travel in the other kind: frames="binary"'


MODULE = """
from pydantic import BaseModel
from pyfly.websocket import WebSocketSession, websocket_mapping

class Controller{parameters}:
    @websocket_mapping("/module")
    async def handle(self, session: WebSocketSession[{incoming}, "Later"]) -> None: ...

class Later(BaseModel):
    x: int

class Derived(Controller{arguments}): ...
"""


@pytest.mark.parametrize("future", [True, False])
def test_message_types_are_read_with_and_without_future_annotations(future: bool) -> None:
    code = MODULE.format(parameters="", incoming="int", arguments="")
    module = run_module(("from __future__ import annotations\n" if future else "") + code)
    plan = plans(module.Derived)["handle"]
    assert (plan.incoming, plan.outgoing) == (int, module.Later)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="type parameters of classes are new in Python 3.12")
@pytest.mark.parametrize("future", [True, False])
def test_type_parameters_of_a_controller_are_filled_in(future: bool) -> None:
    code = MODULE.format(parameters="[T]", incoming="T | str", arguments="[bytes]")
    module = run_module(("from __future__ import annotations\n" if future else "") + code)
    plan = plans(module.Derived)["handle"]
    assert (plan.incoming, plan.outgoing) == (bytes | str, module.Later)


@pytest.mark.skipif(sys.version_info < (3, 14), reason="annotations are evaluated late from Python 3.14 on")
def test_message_types_may_be_defined_after_the_controller() -> None:
    module = run_module(MODULE.format(parameters="", incoming="Later", arguments=""))
    assert plans(module.Derived)["handle"].incoming is module.Later


def run_module(code: str) -> Any:
    module = types.ModuleType("written_for_this_test")
    exec(code, module.__dict__)
    return module


class Foreign:
    @websocket_mapping("/foreign")
    async def foreign(self, session: WebSocketSession[list[Decimal], str]) -> None: ...


def test_message_types_that_are_imported_for_type_checkers_only_are_explained() -> None:
    with pytest.raises(DeclarationErrors) as caught:
        plans(Foreign)
    line = Foreign.foreign.__code__.co_firstlineno
    assert [str(fault) for fault in caught.value.faults] == [
        f'{__file__}:{line}: Foreign.foreign(session): cannot resolve "WebSocketSession[list[Decimal], str]": Decimal '
        "is not defined at run time; import it outside 'if TYPE_CHECKING:' or define it at module level"
    ]


def test_message_types_that_can_never_work_are_an_error_at_the_handler() -> None:
    with pytest.raises(DeclarationErrors) as caught:
        plans(Ambiguous)
    line = Ambiguous.ambiguous.__code__.co_firstlineno
    assert str(caught.value) == (
        f"{__file__}:{line}: @websocket_mapping handler Ambiguous.ambiguous can never receive or send: a text frame "
        'could be str or JSON; let JSON travel in the other kind: frames="binary"'
    )


def test_an_unknown_kind_of_frame_is_an_error_at_its_line() -> None:
    with pytest.raises(DeclarationError, match='frames is \'xml\'; it must be "text" or "binary"'):
        websocket_mapping("/x", frames="xml")  # type: ignore[arg-type]  # the mistake under test


class WrongHook:
    @websocket_mapping("/hook")
    async def handle(self, session: WebSocketSession) -> None: ...

    async def on_disconnect(self) -> None: ...


class Several:
    @websocket_mapping("/{room_id}/{n:int}")  # type: ignore[type-var]  # one of the mistakes under test
    def handle(self, session: WebSocketSession[Join | str, str], roomid: str, n: str, when: Decimal) -> None: ...

    async def on_disconnect(self) -> None: ...


def test_all_faults_of_a_handler_are_told_together() -> None:
    with pytest.raises(DeclarationErrors) as caught:
        plans(Several)
    told = [fault.problem for fault in caught.value.faults]
    assert told == [
        "Several.on_disconnect cannot be called with the session: too many positional arguments",
        'Several.handle(when): cannot resolve "Decimal": Decimal is not defined at run time',
        "@websocket_mapping handler Several.handle must be a coroutine function",
        "@websocket_mapping handler Several.handle can never receive or send: a text frame could be str or JSON",
        'path "/{room_id}/{n:int}" has no variable for parameter "roomid"',
        'path "/{room_id}/{n:int}": "{n:int}" gives int, but parameter "n" is "str"',
    ]


class RightHook(WrongHook):
    async def on_disconnect(self, session: WebSocketSession, code: int = 0) -> None: ...  # type: ignore[override]  # mended


def test_a_hook_that_cannot_be_called_is_an_error_at_its_line() -> None:
    with pytest.raises(DeclarationErrors) as caught:
        plans(WrongHook)
    line = WrongHook.on_disconnect.__code__.co_firstlineno
    assert str(caught.value) == (
        f"{__file__}:{line}: WrongHook.on_disconnect cannot be called with the session: too many positional arguments; "
        "write async def on_disconnect(self, session: WebSocketSession) -> None"
    )
    assert list(plans(RightHook)) == ["handle"]


class Lenient:
    """Handlers that can be called with the session, though none asks for one plainly."""

    @websocket_mapping("/optional")
    async def optional(self, session: WebSocketSession[str, bytes] | None = None) -> None: ...

    @websocket_mapping("/either")
    async def either(self, session: WebSocketSession[bytes, str] | WebSocketSession[str, str]) -> None: ...

    @websocket_mapping("/loose")
    async def loose(self, session: WebSocketSession[int, str] | WebSocketSession) -> None: ...

    @websocket_mapping("/every")
    async def every(self, *sessions: WebSocketSession[str, str]) -> None: ...

    @websocket_mapping("/all")
    async def all(*arguments: Any, **options: Any) -> None: ...

    def on_disconnect(self, session: WebSocketSession | None = None) -> None: ...


def test_whatever_can_be_called_with_the_session_is_a_handler() -> None:
    found = collect_endpoints([Lenient], WebSocketMapping, default_registry)
    plans = {endpoint.name: plan_handler(endpoint) for endpoint in found}
    assert {name: (plan.incoming, plan.outgoing) for name, plan in plans.items()} == {
        "optional": (str, bytes),
        "either": (bytes | str, str),
        "loose": (Any, Any),
        "every": (str, str),
        "all": (Any, Any),
    }
