from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partialmethod, singledispatchmethod
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import deprecated

from pyfly.container import (
    BeanFactory,
    Container,
    PostConstruct,
    PreDestroy,
    Primary,
    Scope,
    Stereotype,
    bean,
    component,
    configuration,
    controller,
    post_construct,
    pre_destroy,
    primary,
    repository,
    rest_controller,
    service,
)
from pyfly.container.decorators import Marker
from pyfly.metadata import DeclarationError, MetadataRegistry, SourceLocation, default_registry

STEREOTYPES = [component, service, repository, controller, rest_controller, configuration]


def problem_of(declare: Callable[[], object]) -> str:
    """Return the text of the error a declaration raises, once its place proved to be in this file."""
    with pytest.raises(DeclarationError) as caught:
        declare()
    assert caught.value.source is not None
    assert caught.value.source.file == __file__
    return caught.value.message


@pytest.mark.parametrize("marker", STEREOTYPES, ids=lambda marker: marker.kind)
def test_stereotype_used_bare_is_recorded_with_its_line_and_mirrored_on_the_class(marker: Any) -> None:
    class Plain: ...

    marked = marker(Plain)

    assert marked is Plain
    found = default_registry.find(Plain, Stereotype)
    assert found is not None
    assert found.source is not None
    assert (found.kind, found.name, found.scope, found.primary) == (marker.kind, None, Scope.SINGLETON, False)
    assert found.source.file == __file__
    assert Plain.__dict__["__pyfly_stereotype__"] == marker.kind


def test_stereotype_called_with_options_records_them(registry: MetadataRegistry) -> None:
    @service(name="books", scope="session", primary=True, registry=registry)
    class Books: ...

    found = registry.find(Books, Stereotype)
    assert found is not None
    assert (found.name, found.scope, found.primary) == ("books", Scope.SESSION, True)
    assert default_registry.declarations(Stereotype) is not None
    assert all(declaration.target is not Books for declaration in default_registry.declarations(Stereotype))


def test_stereotype_is_not_inherited(registry: MetadataRegistry) -> None:
    @service(registry=registry)
    class Base: ...

    class Derived(Base): ...

    assert registry.find(Derived, Stereotype) is None


def test_stereotype_attribute_alone_is_adopted(registry: MetadataRegistry) -> None:
    class Foreign:
        __pyfly_stereotype__ = "rest_controller"

    found = registry.find(Foreign, Stereotype)
    assert found is not None
    assert (found.kind, found.source) == ("rest_controller", SourceLocation.of(Foreign))


def test_options_survive_a_decorator_that_copies_the_class(registry: MetadataRegistry) -> None:
    @dataclass(slots=True)
    @service(scope="session", registry=registry)
    class Copied:
        name: str = ""

    found = registry.find(Copied, Stereotype)
    assert found is not None
    assert (found.kind, found.scope) == ("service", Scope.SESSION)


def test_unknown_stereotype_attribute_is_refused_with_the_nearest_name(registry: MetadataRegistry) -> None:
    class Foreign:
        __pyfly_stereotype__ = "rest_controler"

    with pytest.raises(DeclarationError) as caught:
        registry.find(Foreign, Stereotype)
    assert caught.value.message == (
        "__pyfly_stereotype__ is 'rest_controler', which is no stereotype; did you mean \"rest_controller\"?"
    )


def test_stereotype_attribute_of_another_type_is_refused(registry: MetadataRegistry) -> None:
    class Foreign:
        __pyfly_stereotype__ = 7

    with pytest.raises(DeclarationError, match="is 7, which is no stereotype; known are component, service"):
        registry.find(Foreign, Stereotype)


def test_text_instead_of_a_class_is_taken_for_the_name() -> None:
    marker: Any = rest_controller
    assert problem_of(lambda: marker("chat")) == (
        '@rest_controller takes options by keyword, got "chat"; did you mean @rest_controller(name="chat")?'
    )


def test_path_instead_of_a_class_points_to_request_mapping() -> None:
    marker: Any = rest_controller
    assert problem_of(lambda: marker("/ws")) == (
        '@rest_controller takes options by keyword, got "/ws"; '
        'write @rest_controller, and @request_mapping("/ws") below it'
    )


def test_stereotype_on_a_function_is_refused() -> None:
    def make() -> None: ...

    marker: Any = service
    assert problem_of(lambda: marker(make)) == (
        "@service marks classes, got function make; "
        "to make a bean with a function, write it as a @bean method of a @configuration class"
    )


def test_stereotype_on_something_else_is_refused() -> None:
    marker: Any = service
    problem = problem_of(lambda: marker(3))
    assert problem == "@service marks classes, got an object of type int; write @service above a class"


@pytest.mark.parametrize(
    ("scope", "message"),
    [
        ("sesion", 'unknown scope "sesion"; did you mean "session"?'),
        ("forever", 'unknown scope "forever"; known are singleton, session, request, transient'),
        (3, 'unknown scope "3"; known are singleton, session, request, transient'),
    ],
)
def test_unknown_scope_is_refused(scope: Any, message: str) -> None:
    assert problem_of(lambda: service(scope=scope)) == message


def test_name_that_is_no_text_is_refused() -> None:
    name: Any = 5
    assert problem_of(lambda: service(name=name)) == '@service: name is a text, got 5; write name="..."'
    assert problem_of(lambda: service(name="")) == "@service: name is a text, got ''; write name=\"...\""


def test_primary_option_that_is_no_bool_is_refused() -> None:
    preferred: Any = "yes"
    assert problem_of(lambda: bean(primary=preferred)) == "@bean: primary is True or False, got 'yes'; write a bool"


def test_error_points_at_the_decorators_line() -> None:
    with pytest.raises(DeclarationError) as caught:

        @service(scope="sesion")  # type: ignore[call-overload]  # the mistake under test
        class Books: ...

    assert caught.value.source is not None
    text = Path(__file__).read_text(encoding="utf-8").splitlines()[caught.value.source.line - 1]
    assert '@service(scope="sesion")' in text


def test_bean_records_its_options_and_returns_the_method(registry: MetadataRegistry) -> None:
    class Config:
        @bean(name="main", scope="request", primary=True, registry=registry)
        def make(self) -> int:
            return 1

    found = registry.find(Config.make, BeanFactory)
    assert found is not None
    assert (found.name, found.scope, found.primary) == ("main", Scope.REQUEST, True)
    assert Config().make() == 1


def test_bean_on_a_function_outside_a_class_is_refused() -> None:
    def make() -> int:
        return 1

    assert problem_of(lambda: bean(make)) == (
        "@bean marks methods, got function make; write @bean above a method of a class"
    )


def test_bean_on_a_class_is_refused() -> None:
    class Pool: ...

    marker: Any = bean
    assert (
        problem_of(lambda: marker(Pool)) == "@bean marks methods, got class Pool; write @bean above a method of a class"
    )


def test_bean_above_a_static_method_is_refused() -> None:
    marker: Any = bean
    assert problem_of(lambda: marker(staticmethod(len))) == (
        "@bean marks methods, got a staticmethod; write @staticmethod above @bean"
    )


def test_primary_marks_classes_and_methods(registry: MetadataRegistry) -> None:
    @primary
    class First:
        @primary(registry=registry)
        def second(self) -> None: ...

    assert default_registry.find(First, Primary) is not None
    assert registry.find(First.second, Primary) is not None


def test_primary_survives_copies_of_the_class(container: Container, registry: MetadataRegistry) -> None:
    @dataclass(slots=True)
    @primary(registry=registry)
    @service(registry=registry)
    class First: ...

    @service(registry=registry)
    class Second(First): ...

    container.register(Second)
    container.register(First)
    assert [bean.primary for bean in container.definitions] == [False, True]


@pytest.mark.parametrize(
    ("name", "marker"), [("bean", bean), ("post_construct", post_construct), ("pre_destroy", pre_destroy)]
)
@pytest.mark.parametrize("kind", [cached_property, partialmethod, singledispatchmethod])
def test_what_only_becomes_a_method_is_none(name: str, marker: Any, kind: Any) -> None:
    async def make(self: Any) -> None: ...

    problem = problem_of(lambda: marker(kind(make)))
    assert problem.startswith(f"@{name} marks methods, got an object of type {kind.__name__}; ")


def test_primary_on_something_else_is_refused() -> None:
    assert problem_of(lambda: primary(len)) == (
        "@primary marks methods, got function len; write @primary above a method of a class"
    )


@pytest.mark.parametrize(
    ("marker", "kind"), [(post_construct, PostConstruct), (pre_destroy, PreDestroy)], ids=["post", "pre"]
)
def test_hook_is_recorded_bare_and_called(
    marker: Marker, kind: type[PostConstruct | PreDestroy], registry: MetadataRegistry
) -> None:
    class Chat:
        @marker
        def bare(self) -> None: ...

        @marker(registry=registry)
        async def called(self) -> None: ...

    assert default_registry.find(Chat.bare, kind) is not None
    assert registry.find(Chat.called, kind) is not None


def test_hook_on_a_class_is_refused() -> None:
    class Pool: ...

    marker: Any = post_construct
    assert problem_of(lambda: marker(Pool)) == (
        "@post_construct marks methods, got class Pool; write @post_construct above a method of a class"
    )


def test_a_deprecated_class_is_made_by_the_constructor_it_has() -> None:
    registry = MetadataRegistry()

    class Engine: ...

    class Base:
        def __init__(self, engine: Engine) -> None:
            self.engine = engine

    Base.__init__.__annotations__["engine"] = Engine
    old: Any = component(registry=registry)(deprecated("use another")(type("Old", (Base,), {})))
    container = Container(registry)
    container.register(Engine)
    container.register(old)
    with pytest.warns(DeprecationWarning, match="use another"):
        assert isinstance(container.get_bean(old).engine, Engine)
