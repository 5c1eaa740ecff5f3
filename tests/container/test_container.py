"""What is injected where, and what can be registered."""

import functools
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, NewType, Protocol, TypeVar

import pytest

from pyfly.container import (
    AmbiguousBeanError,
    AsyncBeanError,
    BeanCreationError,
    BeanDescription,
    CircularBeanError,
    Container,
    MissingBeanError,
    Qualifier,
    Scope,
    ScopeError,
    bean,
    configuration,
    post_construct,
    primary,
    service,
)
from pyfly.metadata import DeclarationError, DeclarationErrors, MetadataRegistry, SourceLocation, default_registry

T = TypeVar("T")

Url = NewType("Url", str)
# Checkers take a NewType for a function.
URL: Any = Url


class Port(ABC):
    @abstractmethod
    def go(self) -> str: ...


# mypy takes no abstract class for a type[T].
PORT: Any = Port


class North(Port):
    def go(self) -> str:
        return "north"


class South(Port):
    def go(self) -> str:
        return "south"


class User: ...


class Book: ...


class Repository(Generic[T]): ...


class Users(Repository[User]): ...


class Books(Repository[Book]): ...


class Cache(Generic[T]): ...


BOOKS = [Book()]
ROOT = User()


def faults_of(container: Container) -> list[str]:
    with pytest.raises(DeclarationErrors) as caught:
        container.check()
    return [fault.message for fault in caught.value.faults]


def test_constructor_is_injected_by_type(container: Container) -> None:
    class Rooms: ...

    class Chat:
        def __init__(self, rooms: Rooms) -> None:
            self.rooms = rooms

    container.register(Chat)
    container.register(Rooms)
    container.check()

    chat = container.get_bean(Chat)
    assert chat.rooms is container.get_bean(Rooms)
    assert chat is container.get_bean(Chat)


def test_dataclass_is_injected(container: Container) -> None:
    @dataclass
    class Chat:
        port: Port
        limit: int = 3

    container.register(North)
    container.register(Chat)

    chat = container.get_bean(Chat)
    assert chat == Chat(container.get_bean(North), 3)


def test_constructor_of_a_base_class_is_injected(container: Container) -> None:
    class Base:
        def __init__(self, port: Port) -> None:
            self.port = port

    class Derived(Base): ...

    container.register(North)
    container.register(Derived)
    assert container.get_bean(Derived).port is container.get_bean(PORT)


def test_class_with_new_alone_is_injected(container: Container) -> None:
    class Made:
        port: Port

        def __new__(cls, port: Port) -> "Made":
            made = super().__new__(cls)
            made.port = port
            return made

    container.register(North)
    container.register(Made)
    assert isinstance(container.get_bean(Made).port, North)


def test_protocol_base_does_not_hide_the_constructor(container: Container) -> None:
    class Talker(Protocol):
        def talk(self) -> str: ...

    class Base:
        def __init__(self, port: Port) -> None:
            self.port = port

    class Parrot(Talker, Base):
        def talk(self) -> str:
            return self.port.go()

    container.register(North)
    container.register(Parrot)
    wanted: Any = Talker
    talker: Talker = container.get_bean(wanted)
    assert talker.talk() == "north"


def test_parameters_of_every_form_are_given(container: Container) -> None:
    class Chat:
        def __init__(self, first: Port, /, second: Port, *rest: Port, third: Port, **more: Port) -> None:
            self.given = (first, second, rest, third, more)

    container.register(North)
    container.register(Chat)
    north = container.get_bean(North)
    assert container.get_bean(Chat).given == (north, north, (), north, {})


def test_positional_parameters_stay_in_place_when_one_has_no_bean(container: Container) -> None:
    class Chat:
        def __init__(self, user: User = ROOT, books: list[Book] | None = None, port: Port | None = None, /) -> None:
            self.given = (user, books, port)

    container.register(North)
    container.register(Chat)
    assert container.get_bean(Chat).given == (ROOT, None, container.get_bean(North))


def test_interface_is_answered_by_its_implementation(container: Container) -> None:
    container.register(North)
    assert container.get_bean(PORT).go() == "north"


def test_generic_base_is_matched_by_its_exact_alias(container: Container) -> None:
    class Library:
        def __init__(self, users: Repository[User], books: Repository[Book]) -> None:
            self.found = (users, books)

    for cls in (Users, Books, Library):
        container.register(cls)
    container.check()

    assert container.get_bean(Library).found == (container.get_bean(Users), container.get_bean(Books))
    assert container.get_bean(Repository[User]) is container.get_bean(Users)


def test_bare_generic_bean_serves_every_alias_no_other_bean_serves(container: Container) -> None:
    class Users(Cache[User]): ...

    container.register(Cache)
    container.register(Users, name="user_cache")

    served: set[object] = {container.get_bean(Cache[Book]), container.get_bean(Cache[int])}
    assert len(served) == 1
    assert type(container.get_bean(Cache[User])) is Users


def test_primary_bean_is_preferred(container: Container, registry: MetadataRegistry) -> None:
    @primary(registry=registry)
    @service(registry=registry)
    class Preferred(Port):
        def go(self) -> str:
            return "preferred"

    container.register(North)
    container.register(Preferred)
    assert type(container.get_bean(PORT)) is Preferred


def test_primary_may_be_taken_back_at_registration(container: Container, registry: MetadataRegistry) -> None:
    @service(primary=True, registry=registry)
    class Preferred(North): ...

    container.register(Preferred, primary=False)
    container.register(South, primary=True)
    assert type(container.get_bean(PORT)) is South


def test_qualifier_chooses_by_name(container: Container) -> None:
    class Compass:
        def __init__(
            self,
            up: Annotated[Port, Qualifier("north")],
            down: Annotated[Port, Qualifier("south")] | None,
            west: Annotated[User | None, Qualifier("west")],
        ) -> None:
            self.points = (up.go(), down and down.go(), west)

    for cls in (North, South, Compass):
        container.register(cls)
    container.check()
    assert container.get_bean(Compass).points == ("north", "south", None)


def test_list_holds_all_beans_in_registration_order(container: Container) -> None:
    class Compass:
        def __init__(self, ports: list[Port], none: list[User], left: list[Book] = BOOKS) -> None:
            self.found = (ports, none, len(left))

    for cls in (South, Compass, North):
        container.register(cls)
    found = (container.get_bean(South), container.get_bean(North))
    assert container.get_bean(Compass).found == ([*found], [], 1)


def test_bean_may_wrap_the_other_bean_of_its_interface(container: Container) -> None:
    class Loud(Port):
        def __init__(self, quiet: Port) -> None:
            self.quiet = quiet

        def go(self) -> str:
            return self.quiet.go().upper()

    container.register(North)
    container.register(Loud, primary=True)
    container.check()
    assert container.get_bean(PORT).go() == "NORTH"


def test_bean_may_gather_the_others_of_its_interface(container: Container) -> None:
    class Tour(Port):
        def __init__(self, ports: list[Port]) -> None:
            self.ports = ports

        def go(self) -> str:
            return " ".join(port.go() for port in self.ports)

    for cls in (North, Tour, South):
        container.register(cls)
    container.check()
    assert container.get_bean(Tour).go() == "north south"


def test_optional_parameter_is_none_without_a_bean(container: Container) -> None:
    class Chat:
        def __init__(self, port: Port | None, user: User | None = None, book: Book | None = None) -> None:
            self.found = (port, user, book)

    container.register(Book)
    container.register(Chat)
    container.check()
    assert container.get_bean(Chat).found == (None, None, container.get_bean(Book))


def test_parameter_with_default_takes_a_bean_where_there_is_one(container: Container) -> None:
    default = User()

    class Chat:
        def __init__(self, user: User = default, untyped=7) -> None:  # type: ignore[no-untyped-def]  # left to its default
            self.found = (user, untyped)

    container.register(Chat)
    assert container.get_bean(Chat).found == (default, 7)


def test_own_type_as_optional_parameter_is_left_out(container: Container) -> None:
    container.register(Node)
    container.check()
    assert container.get_bean(Node).parent is None


class Node:
    def __init__(self, parent: "Node | None" = None) -> None:
        self.parent = parent


def test_transient_bean_is_made_at_each_injection(container: Container) -> None:
    class Token: ...

    class Pair:
        def __init__(self, first: Token, second: Token) -> None:
            self.tokens = {first, second}

    container.register(Token, scope="transient")
    container.register(Pair)
    assert len({*container.get_bean(Pair).tokens, container.get_bean(Token), container.get_bean(Token)}) == 4


async def test_configuration_methods_make_beans(container: Container, registry: MetadataRegistry) -> None:
    @configuration(registry=registry)
    class Config:
        def __init__(self, port: Port) -> None:
            self.port = port

        @bean(registry=registry)
        def user(self) -> User:
            made = User()
            made.port = self.port  # type: ignore[attr-defined]  # to see which configuration made it
            return made

        @bean(registry=registry, name="library", scope="transient")
        async def books(self, user: User) -> Repository[Book]:
            return Books()

        @staticmethod
        @bean(registry=registry)
        def url() -> Url:
            return Url("http://127.0.0.1")

        @classmethod
        @bean(registry=registry)
        def cache(cls, url: Url) -> Cache[str]:
            return Cache()

    container.register(North)
    container.register(Config)
    container.check()

    assert container.get_bean(User).port is container.get_bean(North)  # type: ignore[attr-defined]
    assert isinstance(await container.get_bean_async(Repository[Book]), Books)
    assert container.get_bean(URL) == "http://127.0.0.1"
    assert isinstance(container.get_bean(Cache[str]), Cache)
    edges = {description.name: description.dependencies for description in container.definitions}
    assert edges == {
        "north": (),
        "config": ("north",),
        "user": ("config",),
        "library": ("config", "user"),
        "url": (),
        "cache": ("url",),
    }


def test_primary_marks_bean_methods(container: Container, registry: MetadataRegistry) -> None:
    @configuration(registry=registry)
    class Config:
        @bean(registry=registry)
        def first(self) -> Url:
            return Url("first")

        @primary(registry=registry)
        @bean(registry=registry)
        def second(self) -> Url:
            return Url("second")

    container.register(Config)
    assert container.get_bean(URL) == "second"


def test_factory_function_makes_beans(container: Container) -> None:
    def make_user(port: Port) -> User:
        return User()

    container.register(North)
    container.register_factory(make_user, name="root", primary=True)
    assert isinstance(container.get_bean(User), User)
    assert container.definitions[1] == BeanDescription(
        "root", User, "factory", Scope.SINGLETON, True, SourceLocation.of(make_user), ("north",)
    )


def test_bound_method_may_be_a_factory(container: Container) -> None:
    class Pool:
        def lend(self, port: Port) -> User:
            return User()

    container.register(North)
    container.register_factory(Pool().lend)
    assert isinstance(container.get_bean(User), User)


async def test_generator_factories_clean_up_at_the_end(container: Container) -> None:
    seen: list[str] = []

    def user() -> Iterator[User]:
        seen.append("user made")
        yield User()
        seen.append("user gone")

    async def book(user: User) -> AsyncIterator[Book]:
        seen.append("book made")
        yield Book()
        seen.append("book gone")

    container.register_factory(user)
    container.register_factory(book)
    container.check()
    await container.get_bean_async(Book)
    await container.close()
    assert seen == ["user made", "book made", "book gone", "user gone"]


def test_instance_is_answered_by_its_types_and_keeps_its_hooks_uncalled(
    container: Container, registry: MetadataRegistry
) -> None:
    class Chat(North):
        @post_construct(registry=registry)
        def fail(self) -> None:
            raise AssertionError("not made by the container")

    chat = Chat()
    container.register_instance(chat)
    assert container.get_bean(PORT) is chat


def test_instance_may_be_known_by_some_types_only(container: Container) -> None:
    class Talker(Protocol): ...

    north = North()
    container.register_instance(north, name="compass", types=[Port, Talker])
    assert container.get_bean(PORT) is north
    assert container.scope_of(North) is None


def test_instance_of_another_type_is_refused(container: Container) -> None:
    with pytest.raises(DeclarationError) as caught:
        container.register_instance(North(), types=[South])
    assert caught.value.message == "an object of North is no South; name types the object has"
    assert caught.value.source is not None
    assert caught.value.source.file == __file__


def test_default_registry_is_used_without_another() -> None:
    assert Container().registry is default_registry


def test_stereotype_attribute_alone_is_enough(container: Container) -> None:
    class Foreign:
        __pyfly_stereotype__ = "controller"

    container.register(Foreign)
    assert container.definitions[0].kind == "controller"


def test_registering_twice_changes_nothing(container: Container, registry: MetadataRegistry) -> None:
    @configuration(registry=registry)
    class Config:
        @bean(registry=registry)
        def user(self) -> User:
            return User()

    for _ in range(2):
        container.register(Config)
        container.register_provided(Book, Scope.SESSION)
    container.check()
    assert [description.name for description in container.definitions] == [
        "config",
        "user",
        "provided_book_in_session_scope",
    ]


def test_late_bean_is_wired_at_its_first_use(container: Container) -> None:
    class Chat:
        def __init__(self, ports: list[Port]) -> None:
            self.ports = ports

    container.register(North)
    container.check()
    north = container.get_bean(North)

    container.register(Chat)
    container.register(South)
    assert container.get_bean(Chat).ports == [north, container.get_bean(South)]
    assert container.get_bean(North) is north


def test_late_rival_makes_a_type_ambiguous(container: Container) -> None:
    container.register(North)
    assert container.get_bean(PORT).go() == "north"
    container.register(South)
    with pytest.raises(AmbiguousBeanError):
        container.get_bean(PORT)


def test_late_fault_has_the_text_of_the_check(container: Container) -> None:
    class Chat:
        def __init__(self, port: Port) -> None: ...

    container.register(Chat)
    with pytest.raises(DeclarationErrors) as caught:
        container.get_bean(Chat)
    assert [fault.message for fault in caught.value.faults] == faults_of(container)


def test_missing_bean_asked_for_names_what_is_near(container: Container) -> None:
    class Norths: ...

    container.register(North)
    with pytest.raises(MissingBeanError) as caught:
        container.get_bean(Norths)
    assert str(caught.value) == (
        f"no bean of type Norths; did you mean North, as is North at {SourceLocation.of(North)}? "
        "Else mark a class that is a Norths with @component, or write a @bean method that returns one"
    )


def test_what_is_no_type_is_missing(container: Container) -> None:
    unhashable: Any = Annotated[Port, []]
    assert container.scope_of(unhashable) is None


def test_scope_is_told_without_making_the_bean(container: Container) -> None:
    container.register(North, scope=Scope.SESSION)
    container.register(User)
    assert container.scope_of(Port) is Scope.SESSION
    assert container.scope_of(User) is Scope.SINGLETON
    assert container.scope_of(Book) is None
    container.register(South)
    assert container.scope_of(Port) is None


@pytest.mark.parametrize(
    ("register", "text"),
    [
        (
            lambda container: container.register(len),
            "register takes a class, got len; use register_factory for a function, register_instance for an object",
        ),
        (
            lambda container: container.register_factory(North),
            "register_factory takes a function, got North; use register for a class, register_instance for an object",
        ),
        (
            lambda container: container.register(North, scope="sesion"),
            'unknown scope "sesion"; did you mean "session"?',
        ),
        (
            lambda container: container.register_factory(faults_of, scope="transitive"),
            'unknown scope "transitive"; did you mean "transient"?',
        ),
        (
            lambda container: container.register_provided(North, "x"),
            'unknown scope "x"; known are singleton, session, request, transient',
        ),
    ],
)
def test_wrong_registration_is_refused_at_its_line(container: Container, register: Any, text: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        register(container)
    assert caught.value.message == text
    assert caught.value.source is not None
    assert caught.value.source.file == __file__


def test_sync_request_for_an_async_bean_names_the_async_twin(container: Container) -> None:
    async def user() -> User:
        return User()

    class Chat:
        def __init__(self, user: User) -> None: ...

    container.register_factory(user)
    container.register(Chat)
    with pytest.raises(AsyncBeanError) as caught:
        container.get_bean(Chat)
    assert str(caught.value) == (
        f"Chat cannot be created synchronously: User at {SourceLocation.of(user)} is created asynchronously "
        "(Chat -> User); use await get_bean_async(Chat)"
    )
    with pytest.raises(AsyncBeanError, match=r"^User cannot be created synchronously: User at .*asynchronously; use"):
        container.get_bean(User)


async def test_sync_request_finds_an_async_bean_that_is_there(container: Container) -> None:
    async def user() -> User:
        return User()

    class Chat:
        def __init__(self, user: User) -> None:
            self.user = user

    container.register_factory(user)
    container.register(Chat)
    found = await container.get_bean_async(User)
    assert container.get_bean(User) is found
    assert container.get_bean(Chat).user is found


def test_factory_that_gives_none_is_an_error(container: Container) -> None:
    def user() -> User:
        return None  # type: ignore[return-value]  # the mistake under test

    container.register_factory(user)
    with pytest.raises(BeanCreationError) as caught:
        container.get_bean(User)
    assert str(caught.value) == f"the factory of User at {SourceLocation.of(user)} gave None where a User is due"


def test_failed_creation_tells_its_path_in_notes_and_is_tried_again(container: Container) -> None:
    fails = [True, False]

    class Rooms:
        def __init__(self) -> None:
            if fails.pop(0):
                raise OSError("no room")

    class Chat:
        def __init__(self, rooms: Rooms) -> None: ...

    container.register(Rooms, scope="transient")
    container.register(Chat)
    with pytest.raises(OSError, match="no room") as caught:
        container.get_bean(Chat)
    assert caught.value.__notes__ == [
        f"while creating Rooms at {SourceLocation.of(Rooms)}",
        f"while creating Chat at {SourceLocation.of(Chat)}",
    ]
    assert isinstance(container.get_bean(Chat), Chat)


def test_graph_too_deep_for_the_interpreter_raises_each_time_it_is_asked_for(container: Container) -> None:
    deepest: type[Any] = User
    container.register_factory(make_user)
    for number in range(1000):
        inner, deepest = deepest, type(f"C{number}", (), {"__init__": lambda self, inner: None})
        deepest.__init__.__annotations__ = {"inner": inner}
        container.register(service(registry=container.registry)(deepest))
    container.check()
    for _ in range(2):
        with pytest.raises(RecursionError):
            container.get_bean(deepest)


def make_user() -> User:
    return User()


def test_bean_asked_for_in_its_own_constructor_raises(container: Container) -> None:
    class Chat:
        def __init__(self) -> None:
            container.get_bean(Chat)

    container.register(Chat)
    with pytest.raises(CircularBeanError) as caught:
        container.get_bean(Chat)
    assert caught.value.message == (
        "circular beans: Chat -> Chat, asked for while Chat is being created, or in a task it has started; "
        "ask for it after construction, when it is used"
    )


def test_bean_asked_for_in_the_constructor_of_another_one_raises(container: Container) -> None:
    class Rooms:
        def __init__(self) -> None:
            container.get_bean(Chat)

    class Chat:
        def __init__(self, rooms: Rooms) -> None: ...

    container.register(Rooms)
    container.register(Chat)
    with pytest.raises(CircularBeanError) as caught:
        container.get_bean(Chat)
    assert caught.value.message.startswith("circular beans: Rooms -> Chat -> Rooms, asked for while Rooms is being")


def test_transient_bean_asked_for_in_its_own_constructor_raises(container: Container) -> None:
    class Token:
        def __init__(self) -> None:
            container.get_bean(Token)

    container.register(Token, scope="transient")
    with pytest.raises(CircularBeanError, match="circular beans: Token -> Token"):
        container.get_bean(Token)


def test_other_beans_may_be_asked_for_in_a_constructor(container: Container) -> None:
    class Token: ...

    class Chat:
        def __init__(self) -> None:
            self.found = (container.get_bean(North), container.get_bean(Token))

    for cls in (North, Chat):
        container.register(cls)
    container.register(Token, scope="transient")
    assert container.get_bean(Chat).found[0] is container.get_bean(North)


def test_session_bean_asked_of_the_container_names_open_scope(container: Container) -> None:
    container.register(North, scope="session")
    with pytest.raises(ScopeError) as caught:
        container.get_bean(North)
    assert str(caught.value) == (
        f"North at {SourceLocation.of(North)} lives in a session, and none is open here; "
        "ask in: async with container.open_scope(Scope.SESSION) as scope"
    )


def test_wrapped_factory_keeps_its_annotations(container: Container) -> None:
    def make() -> User:
        return User()

    @functools.wraps(make)
    def traced(*args: Any, **kwargs: Any) -> Any:
        return make(*args, **kwargs)

    container.register_factory(traced)
    assert isinstance(container.get_bean(User), User)


def test_injection_and_get_bean_prefer_the_bean_of_exactly_the_type(container: Container) -> None:
    class Base: ...

    class Derived(Base): ...

    class Holder:
        def __init__(self, base: Base) -> None:
            self.base = base

    for cls in (Derived, Base, Holder):
        container.register(cls)
    container.check()
    assert type(container.get_bean(Base)) is Base
    assert container.get_bean(Holder).base is container.get_bean(Base)


Entity = TypeVar("Entity")


class Store(Generic[Entity]): ...


class UserStore(Store[User]): ...


class BookStore(Store[Book]): ...


class Crud(Generic[Entity]):
    def __init__(self, store: Store[Entity], more: "list[Store[Entity]]") -> None:
        self.store = store
        self.more = more


class NamedCrud(Crud[Entity], Generic[Entity]): ...


class UserCrud(NamedCrud[User]): ...


def test_type_variables_of_an_inherited_constructor_are_filled_in(container: Container) -> None:
    for cls in (BookStore, UserStore, UserCrud):
        container.register(cls)
    container.check()
    crud = container.get_bean(UserCrud)
    assert crud.store is container.get_bean(UserStore)
    assert crud.more == [crud.store]


def test_list_of_qualified_beans_holds_the_one_chosen(container: Container) -> None:
    class Holder:
        def __init__(self, users: list[Annotated[User, Qualifier("second")]]) -> None:
            self.users = users

    first, second = User(), User()
    container.register_instance(first, name="first")
    container.register_instance(second, name="second")
    container.register(Holder)
    assert container.get_bean(Holder).users == [second]


def test_provided_beans_stand_in_nobodys_way(container: Container) -> None:
    class Request: ...

    class Holder:
        def __init__(self, provided: Book, request: Request) -> None: ...

    container.register_provided(Book, "session")
    container.register_provided(Book, "request")
    container.register_provided(type("Request", (), {}), Scope.REQUEST)
    container.register(Request)
    container.check()
    provided = container.definitions[0]
    assert (provided.name, provided.kind, provided.source) == ("provided_book_in_session_scope", "provided", None)


def test_only_scopes_that_are_opened_are_handed_anything(container: Container) -> None:
    with pytest.raises(DeclarationError) as caught:
        container.register_provided(Book, "singleton")
    assert caught.value.message == "Book is handed into a singleton scope, which is not opened; name one that is"


async def test_scopes_are_opened_by_name(container: Container) -> None:
    container.register_provided(Book, "session")
    book = Book()
    async with container.open_scope("session", provided={Book: book}) as scope:
        assert scope.get_bean(Book) is book
    with pytest.raises(DeclarationError, match='did you mean "session"'):
        container.open_scope("sesion")  # type: ignore[arg-type]  # the mistake under test


@pytest.mark.parametrize(
    ("wanted", "mend"),
    [
        (list[User], "only a parameter of type list[T] gathers all beans of a type"),
        (Sequence[User], "only a parameter of type list[T] gathers all beans of a type"),
        (User | Book, "beans are chosen by one type each: name a class, or a Protocol that they share"),
        (Any, "beans are chosen by one type each: name a class, or a Protocol that they share"),
    ],
)
def test_what_is_no_bean_type_is_told_of(container: Container, wanted: Any, mend: str) -> None:
    container.register(User)
    with pytest.raises(MissingBeanError) as caught:
        container.get_bean(wanted)
    assert caught.value.mend == mend


def test_error_raised_again_is_noted_once(container: Container) -> None:
    error = ConnectionError("no database")

    def make() -> User:
        raise error

    container.register_factory(make)
    for _ in range(3):
        with pytest.raises(ConnectionError):
            container.get_bean(User)
    assert len(error.__notes__) == 1
