"""What the whole-graph check finds, word for word."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import pytest

from pyfly.container import (
    AmbiguousBeanError,
    CaptiveBeanError,
    CircularBeanError,
    Container,
    MissingBeanError,
    Qualifier,
    Scope,
    bean,
    component,
    configuration,
    post_construct,
    pre_destroy,
    service,
)
from pyfly.metadata import (
    DeclarationError,
    DeclarationErrors,
    MetadataRegistry,
    SourceLocation,
    UnresolvedAnnotationError,
)
from pyfly.websocket import Sessions
from pyfly.websocket.open_sessions import OpenSessions

if TYPE_CHECKING:
    from decimal import Decimal

CIRCLE_MEND = "move what they share to a bean of its own, or ask a BeanContext for one of them when it is used"


class Port: ...


class North(Port): ...


class South(Port): ...


class A:
    def __init__(self, b: "B") -> None: ...


class B:
    def __init__(self, c: "C", me: "Outside | None" = None) -> None: ...


class C:
    def __init__(self, a: "A | None", others: "list[D]") -> None: ...


class D:
    def __init__(self, c: C) -> None: ...


class Outside:
    def __init__(self, a: A) -> None: ...


class Selfish:
    def __init__(self, me: "Selfish") -> None: ...


class Broken:
    def __init__(self, amount: "Decimal", untyped) -> None: ...  # type: ignore[no-untyped-def]  # the mistake under test


def place(target: Any) -> str:
    return str(SourceLocation.of(target))


def faults_of(container: Container) -> tuple[DeclarationError, ...]:
    with pytest.raises(DeclarationErrors) as caught:
        container.check()
    return caught.value.faults


def test_sound_graph_passes(container: Container) -> None:
    container.register(North)
    container.check()


def test_missing_bean_draws_the_path_from_what_nothing_else_needs(container: Container) -> None:
    class Rooms:
        def __init__(self, port: Port) -> None: ...

    class Chat:
        def __init__(self, rooms: Rooms) -> None: ...

    container.register(Rooms)
    container.register(Chat)
    (fault,) = faults_of(container)
    assert isinstance(fault, MissingBeanError)
    assert str(fault) == (
        f"{place(Rooms.__init__)}: Rooms.__init__(port): no bean of type Port (Chat -> Rooms -> Port); "
        "mark a class that is a Port with @component, or write a @bean method that returns one"
    )


class Store(Protocol):
    def load(self, key: str) -> str: ...


class DiskStore:
    def load(self, key: str) -> str:
        return key


class Mute(Protocol): ...


ELSEWHERE: Any = object()


def test_missing_bean_of_a_builtin_type_is_a_default_or_a_setting(container: Container) -> None:
    class Chat:
        def __init__(self, size: int) -> None: ...

    container.register(Chat)
    (fault,) = faults_of(container)
    assert fault.message == (
        "Chat.__init__(size): no bean of type int (Chat -> int); give it a default, or take it from settings"
    )
    with pytest.raises(MissingBeanError) as caught:
        container.get_bean(int)
    assert str(caught.value) == "no bean of type int; write a @bean method that returns one"


def test_missing_bean_is_not_guessed_from_afar(container: Container) -> None:
    """Neither is a bean of pyfly's own that its packages keep to themselves."""

    class Mission: ...

    container.register(Mission)
    container.register_instance(OpenSessions(), name="pyfly_open_sessions")
    mission = f"did you mean Mission, as is Mission at {place(Mission)}? Else "
    for name, near in {"Errand": "", "OpenSession": "", "Mision": mission}.items():
        with pytest.raises(MissingBeanError) as caught:
            container.get_bean(type(name, (), {}))
        article = "an" if name[0] in "EO" else "a"
        assert str(caught.value) == (
            f"no bean of type {name}; {near}mark a class that is {article} {name} with @component, "
            "or write a @bean method that returns one"
        )


def test_missing_bean_may_be_a_public_one_of_pyfly(container: Container) -> None:
    container.register(Sessions, name="pyfly_sessions")
    with pytest.raises(MissingBeanError, match="did you mean Sessions, as is pyfly_sessions"):
        container.get_bean(type("Session", (), {}))


def test_missing_bean_of_a_protocol_names_the_beans_that_have_its_members(container: Container) -> None:
    class Chat:
        def __init__(self, store: Store) -> None: ...

    container.register(Chat)
    (fault,) = faults_of(container)
    assert fault.message == (
        "Chat.__init__(store): no bean of type Store (Chat -> Store); "
        "mark a class that derives from Store with @component, or write a @bean method that returns one"
    )
    container.register(DiskStore)
    (fault,) = faults_of(container)
    assert fault.message == (
        "Chat.__init__(store): no bean of type Store (Chat -> Store); DiskStore has what Store asks for, but a bean is "
        "found by its bases: derive from Store, or write a @bean method that returns a Store"
    )


def test_optional_beans_of_a_protocol_that_a_bean_only_resembles_are_doubtful(container: Container) -> None:
    class Chat:
        def __init__(
            self,
            store: Store | None,
            every: list[Store],
            other: Store = ELSEWHERE,
            mute: Mute | None = None,
            port: Port | None = None,
        ) -> None: ...

    container.register(Chat)
    assert container.doubts() == ()
    container.register(DiskStore)
    container.check()
    mend = (
        "DiskStore has what Store asks for, but a bean is found by its bases: derive from Store, or write a @bean "
        "method that returns a Store"
    )
    assert [fault.message for fault in container.doubts()] == [
        f"Chat.__init__(store): no bean of type Store, so it is None; {mend}",
        f"Chat.__init__(other): no bean of type Store, so it keeps its default; {mend}",
    ]


@service
class Unscanned: ...


def test_missing_service_of_a_module_that_was_not_scanned_tells_its_place_and_what_to_name(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    @service
    class Local: ...

    @component
    class Chat:
        def __init__(self, one: Unscanned, other: Local) -> None: ...

    container.register(Chat)
    monkeypatch.setattr(Unscanned, "__module__", "chat.rooms.store")
    packaged, local = faults_of(container)
    assert packaged.mend.startswith("Unscanned is a @service")
    assert packaged.mend.endswith(", but its module was not scanned; name the package: chat.rooms")
    assert local.mend == f"Local is a @service at {SourceLocation.of(Local)}, but was not registered; register it"
    monkeypatch.setattr(Unscanned, "__module__", "store")
    assert faults_of(container)[0].mend.endswith(", but its module was not scanned; name the module too: store")


def test_missing_bean_of_a_generated_constructor_points_at_the_class(container: Container) -> None:
    @dataclass
    class Chat:
        port: Port

    container.register(Chat)
    (fault,) = faults_of(container)
    assert fault.source == SourceLocation.of(Chat)


def test_missing_bean_whose_name_another_module_has_tells_them_apart(container: Container) -> None:
    def elsewhere() -> type:
        class Port: ...

        return Port

    class Chat:
        def __init__(self, port: Port) -> None: ...

    container.register(elsewhere())
    container.register(Chat)
    (fault,) = faults_of(container)
    assert "; the Port of Port at " in fault.message
    assert " is another class of that name; did you mean that one? Else mark a class" in fault.message


@pytest.mark.parametrize(
    ("name", "mend"), [("noth", 'did you mean "north"?'), ("x", "there are north, south")], ids=["near", "far"]
)
def test_qualifier_that_names_no_bean(container: Container, name: str, mend: str) -> None:
    class Chat:
        def __init__(self, port: Annotated[Port, Qualifier(name)]) -> None: ...

    for cls in (North, South, Chat):
        container.register(cls)
    (fault,) = faults_of(container)
    assert fault.message == (f'Chat.__init__(port): no bean of type Port is named "{name}" (Chat -> Port); {mend}')


def test_ambiguous_bean_names_candidates_and_places(container: Container) -> None:
    class Chat:
        def __init__(self, port: Port) -> None: ...

    for cls in (North, South, Chat):
        container.register(cls)
    (fault,) = faults_of(container)
    assert isinstance(fault, AmbiguousBeanError)
    assert str(fault) == (
        f"{place(Chat.__init__)}: Chat.__init__(port): 2 beans of type Port: "
        f'"north" at {place(North)}, "south" at {place(South)} (Chat -> Port); '
        'mark one with @primary, or choose: Annotated[Port, Qualifier("north")]'
    )


def test_ambiguous_optional_parameter_is_a_fault(container: Container) -> None:
    class Chat:
        def __init__(self, port: Port | None = None) -> None: ...

    for cls in (North, South, Chat):
        container.register(cls)
    assert [type(fault) for fault in faults_of(container)] == [AmbiguousBeanError]


def test_two_primary_beans_are_ambiguous(container: Container) -> None:
    container.register(North, primary=True)
    container.register(South, primary=True)
    container.register_instance(Port(), name="third")
    with pytest.raises(AmbiguousBeanError) as caught:
        container.get_bean(Port)
    assert str(caught.value) == (
        f'2 primary beans of type Port: "north" at {place(North)}, "south" at {place(South)}; leave one of them primary'
    )


def test_circle_is_drawn_from_its_first_bean(container: Container) -> None:
    for cls in (Outside, A, B, C):
        container.register(cls)
    circles = [fault for fault in faults_of(container) if isinstance(fault, CircularBeanError)]
    assert [fault.message for fault in circles] == [
        f"circular beans: Outside -> A -> B -> Outside; {CIRCLE_MEND}",
        f"circular beans: C -> A -> B -> C; {CIRCLE_MEND}",
    ]
    assert circles[1].source == SourceLocation.of(C)


def test_circle_through_a_list_is_found(container: Container) -> None:
    container.register(C)
    container.register(D)
    assert [fault.problem for fault in faults_of(container)] == ["circular beans: C -> D -> C"]


def test_bean_that_needs_itself_is_a_circle(container: Container) -> None:
    container.register(Selfish)
    assert [fault.problem for fault in faults_of(container)] == ["circular beans: Selfish -> Selfish"]


def test_configuration_that_needs_what_it_makes_is_a_circle(container: Container, registry: MetadataRegistry) -> None:
    @configuration(registry=registry)
    class Config:
        def __init__(self, port: Port) -> None: ...

        @bean(registry=registry)
        def harbour(self) -> Port:
            return Port()

    container.register(Config)
    assert [fault.problem for fault in faults_of(container)] == ["circular beans: Config -> harbour (Port) -> Config"]


def test_singleton_that_holds_a_session_bean_is_captive(container: Container) -> None:
    class Token:
        def __init__(self, port: Port) -> None: ...

    class Chat:
        def __init__(self, token: Token) -> None: ...

    container.register_provided(Port, Scope.SESSION)
    container.register(Token, scope="transient")
    container.register(Chat)
    (fault,) = faults_of(container)
    assert isinstance(fault, CaptiveBeanError)
    assert str(fault) == (
        f"{place(Chat)}: singleton bean Chat would hold session bean Port (Chat -> Token -> Port); "
        "give Chat the session scope, or ask for Port where it is used"
    )


@pytest.mark.parametrize(("holder", "held"), [("session", "request"), ("request", "session")])
def test_sessions_and_requests_hold_nothing_of_each_other(container: Container, holder: Any, held: Any) -> None:
    class Chat:
        def __init__(self, port: Port) -> None: ...

    container.register(North, scope=held)
    container.register(Chat, scope=holder)
    assert [fault.problem for fault in faults_of(container)] == [
        f"{holder} bean Chat would hold {held} bean North (Chat -> North)"
    ]


def test_transient_bean_cannot_be_of_a_session_and_a_request(container: Container) -> None:
    class Token:
        def __init__(self, north: North, south: South) -> None: ...

    container.register(North, scope="session")
    container.register(South, scope="request")
    container.register(Token, scope="transient")
    (fault,) = faults_of(container)
    assert fault.message == (
        "transient bean Token would hold a request bean (Token -> South) and a session bean (Token -> North); "
        "a session and a request are never open together: take one of the two out"
    )


def test_longer_lived_beans_may_be_held(container: Container) -> None:
    class Session:
        def __init__(self, port: Port, other: "Session | None" = None) -> None: ...

    class Token:
        def __init__(self, session: Session, port: Port) -> None: ...

    container.register(North)
    container.register(Session, scope="session")
    container.register(Token, scope="transient")
    container.check()


def test_two_beans_of_one_name_are_named_with_both_places(container: Container) -> None:
    container.register(North, name="port")
    container.register(South, name="port")
    (fault,) = faults_of(container)
    assert fault.source == SourceLocation.of(South)
    assert fault.message == (
        f'two beans are named "port": port (North) at {place(North)} and port (South) at {place(South)}; '
        'give one another name, as in name="..."'
    )


def test_one_class_registered_twice_with_other_options_is_a_fault(container: Container) -> None:
    container.register(North)
    container.register(North, scope="session")
    assert [fault.problem.partition(":")[0] for fault in faults_of(container)] == ['two beans are named "north"']


def test_parameter_without_annotation_is_a_fault(container: Container) -> None:
    class Chat:
        def __init__(self, port) -> None: ...  # type: ignore[no-untyped-def]  # the mistake under test

    container.register(Chat)
    (fault,) = faults_of(container)
    assert str(fault) == (
        f"{place(Chat.__init__)}: Chat.__init__(port) has no type annotation, so no bean can be chosen for it; "
        "annotate it with the type of the bean, or give it a default"
    )


def test_annotation_that_does_not_exist_at_run_time_is_a_fault(container: Container) -> None:
    container.register(Broken)
    (fault,) = faults_of(container)
    assert isinstance(fault, UnresolvedAnnotationError)
    assert fault.source == SourceLocation.of(Broken.__init__)
    assert fault.problem.startswith('Broken.__init__(amount): cannot resolve "Decimal"')


def test_protocols_and_abstract_classes_make_no_beans(container: Container) -> None:
    class Talker(Protocol): ...

    class Gone(ABC):
        @abstractmethod
        def leave(self) -> None: ...

        @abstractmethod
        def go(self) -> None: ...

    container.register(Talker)
    container.register(Gone)
    assert [fault.message for fault in faults_of(container)] == [
        "Talker is a Protocol, of which no object can be made; register a class",
        "Gone is abstract: go, leave not implemented; register a class that implements Gone",
    ]


def test_bean_methods_outside_a_configuration_are_faults(container: Container, registry: MetadataRegistry) -> None:
    class Config:
        @bean(registry=registry)
        def port(self) -> Port:
            return Port()

    container.register(Config)
    (fault,) = faults_of(container)
    assert (
        fault.message
        == "@bean Config.port makes no bean: Config is not a @configuration; mark Config with @configuration"
    )
    assert fault.source is not None
    assert fault.source.file == __file__


def test_return_types_that_no_bean_is_asked_for_by_are_faults(container: Container) -> None:
    def nothing(): ...  # type: ignore[no-untyped-def]  # the mistake under test

    def none() -> None: ...

    def many() -> list[Port]: ...  # type: ignore[empty-body]

    def maybe() -> Port | None: ...

    def anything() -> Any: ...

    for factory in (nothing, none, many, maybe, anything):
        container.register_factory(factory)
    mend = "return a class, an alias such as Repository[User], or a NewType"
    assert [fault.message for fault in faults_of(container)] == [
        "nothing has no return type to ask for its bean by; annotate it",
        "none has no return type to ask for its bean by; annotate it",
        f"many returns list[Port], and no bean is asked for by that; {mend}",
        f"maybe returns Port | None, and no bean is asked for by that; {mend}",
        f"anything returns Any, and no bean is asked for by that; {mend}",
    ]


def test_hooks_that_need_arguments_are_faults(container: Container, registry: MetadataRegistry) -> None:
    class Chat:
        @post_construct(registry=registry)
        def start(self, port: Port, *more: Port, limit: int = 3) -> None: ...

        @staticmethod
        @pre_destroy(registry=registry)
        def stop() -> None: ...

    container.register(Chat)
    (fault,) = faults_of(container)
    assert fault.message == "Chat.start is called with nothing but self, and needs port; take beans in the constructor"


def test_transient_beans_with_cleanup_are_faults(container: Container, registry: MetadataRegistry) -> None:
    class Token:
        @pre_destroy(registry=registry)
        def revoke(self) -> None: ...

    def port() -> Any:
        yield

    port.__annotations__["return"] = Port
    container.register(Token, scope="transient")
    container.register_factory(port, scope="transient")
    mend = (
        "which would never run: the container keeps no transient beans; "
        "give it another scope, or clean up where the bean is used"
    )
    assert [fault.message for fault in faults_of(container)] == [
        f"Token has a pre_destroy method, revoke, {mend}",
        f"port cleans up after its yield, {mend}",
    ]


def test_everything_is_reported_together(container: Container) -> None:
    class Session: ...

    class Chat:
        def __init__(self, port: Port, gone: Path, session: Session) -> None: ...

    container.register(Session, scope="session")
    for cls in (North, South, Selfish, Chat, Broken):
        container.register(cls)
    assert [type(fault) for fault in faults_of(container)] == [
        AmbiguousBeanError,
        MissingBeanError,
        UnresolvedAnnotationError,
        CircularBeanError,
        CaptiveBeanError,
    ]


def test_faults_of_beans_nobody_asked_for_do_not_stop_the_others(container: Container) -> None:
    container.register(Broken)
    container.register(North)
    assert isinstance(container.get_bean(North), North)


@pytest.mark.parametrize("annotation", [North | None, list[North], North])
def test_qualifier_no_bean_of_the_type_has_is_a_fault_even_where_a_bean_is_not_required(
    container: Container, annotation: Any
) -> None:
    class Chat:
        def __init__(self, port: object = None) -> None: ...

    Chat.__init__.__annotations__["port"] = Annotated[annotation, Qualifier("nort")]
    container.register(North)
    container.register(Chat)
    with pytest.raises(DeclarationErrors) as caught:
        container.check()
    (fault,) = caught.value.faults
    assert fault.message == (
        'Chat.__init__(port): no bean of type North is named "nort" (Chat -> North); did you mean "north"?'
    )


def test_two_qualifiers_on_a_parameter_are_a_fault(container: Container) -> None:
    class Chat:
        def __init__(self, port: Annotated[list[Annotated[North, Qualifier("a")]], Qualifier("b")]) -> None: ...

    container.register(Chat)
    with pytest.raises(DeclarationErrors) as caught:
        container.check()
    (fault,) = caught.value.faults
    assert fault.message == 'Chat.__init__(port) has several qualifiers: "a", "b"; leave one of them'


@pytest.mark.parametrize("name", [3, "", None])
def test_qualifier_is_a_name(name: Any) -> None:
    with pytest.raises(TypeError, match=f"^Qualifier takes the name of a bean, got {name!r}$"):
        Qualifier(name)


def test_qualifiers_are_compared_by_name() -> None:
    assert {Qualifier("a"), Qualifier("a")} == {Qualifier("a")} != {Qualifier("b")}
    assert repr(Qualifier("a")) == "Qualifier('a')"


def test_hooks_that_yield_are_faults(container: Container, registry: MetadataRegistry) -> None:
    class Chat:
        @post_construct(registry=registry)
        def start(self) -> Any:
            yield

        @pre_destroy(registry=registry)
        async def stop(self) -> Any:
            yield

    container.register(Chat)
    with pytest.raises(DeclarationErrors) as caught:
        container.check()
    assert [fault.message for fault in caught.value.faults] == [
        "Chat.start is a generator, which nobody would run; remove its yield",
        "Chat.stop is a generator, which nobody would run; remove its yield",
    ]


def test_bean_method_and_constructor_without_self_are_faults(container: Container, registry: MetadataRegistry) -> None:
    @configuration(registry=registry)
    class Config:
        @bean(registry=registry)
        def north() -> North:  # type: ignore[misc]  # the mistake under test
            return North()

    class Chat:
        def __init__(*, port: object = None) -> None: ...

    container.register(Config)
    container.register(Chat)
    with pytest.raises(DeclarationErrors) as caught:
        container.check()
    assert [fault.message for fault in caught.value.faults] == [
        "Config.north takes no self; make self its first parameter",
        "Chat.__init__ takes no self; make self its first parameter",
    ]


def test_class_of_a_module_loaded_twice_is_a_fault_that_says_so(container: Container, tmp_path: Path) -> None:
    file = tmp_path / "loaded.py"
    file.write_text("class Loaded:\n    def __init__(self): ...\n", encoding="utf-8")
    for turn in range(2):
        namespace: dict[str, Any] = {"__name__": f"loaded_{turn}"}
        exec(compile(file.read_text(encoding="utf-8"), file, "exec"), namespace)
        marked = component(registry=container.registry)(namespace["Loaded"])
        container.register(marked)
    with pytest.raises(DeclarationErrors) as caught:
        container.check()
    assert caught.value.faults[0].mend == "the module was loaded twice; make a new container after a reload"


def test_only_beans_whose_methods_can_be_called_alike_have_what_a_protocol_asks_for(container: Container) -> None:
    class Keyed(Protocol):
        size: int

        def get(self, key: str, /, *, fresh: bool) -> None: ...

    class Wide:
        size = 1

        def get(self, a: str, b: str, *, fresh: bool) -> None: ...

    class Bare:
        size = 1
        get = 3

    class Unnamed:
        size = 1

        def get(self, key: str) -> None: ...

    class Still:
        def get(self, key: str, *, fresh: bool) -> None: ...

    class Fitting:
        size = 1

        @staticmethod
        def get(key: str, more: int = 0, *, fresh: bool) -> None: ...

    class Chat:
        def __init__(self, keyed: Keyed) -> None: ...

    Chat.__init__.__annotations__["keyed"] = Keyed
    for cls in (Chat, Wide, Bare, Unnamed, Still):
        container.register(cls)
    (fault,) = faults_of(container)
    assert "asks for" not in fault.message
    container.register(Fitting)
    (fault,) = faults_of(container)
    assert "; Fitting has what Keyed asks for, but a bean is found by its bases: derive from Keyed" in fault.message


def test_what_is_handed_in_is_no_bean_that_could_derive_from_a_protocol(container: Container) -> None:
    class Request:
        def get(self, key: str) -> None: ...

    class Getter(Protocol):
        def get(self, key: str) -> None: ...

    class Chat:
        def __init__(self, getter: Getter) -> None: ...

    Chat.__init__.__annotations__["getter"] = Getter
    container.register_provided(Request, "request")
    container.register(Chat)
    (fault,) = faults_of(container)
    assert "asks for" not in fault.message
