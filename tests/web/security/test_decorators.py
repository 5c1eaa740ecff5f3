"""The decorators that say who may use an endpoint."""

from __future__ import annotations

from typing import Any

import pytest

from pyfly.metadata import DeclarationError, MetadataRegistry
from pyfly.web.decorators import get_mapping, request_mapping
from pyfly.web.descriptors import HttpMapping
from pyfly.web.endpoints import collect_endpoints
from pyfly.web.security import Access, AccessRule, access_of, authenticated, permit_all, requires
from pyfly.web.security.access import ControllerAccess

registry = MetadataRegistry()


def access(controller: type, name: str = "get") -> Access | None:
    (endpoint,) = (each for each in collect_endpoints([controller], HttpMapping, registry) if each.name == name)
    return access_of(endpoint, registry)


def test_a_method_is_handed_back_and_its_rule_recorded() -> None:
    def get(self: Any) -> None: ...

    assert authenticated(registry=registry)(get) is get
    assert requires("read", "write", registry=registry)(get) is get
    rules = registry.find_all(get, AccessRule)
    assert [rule.scopes for rule in rules] == [("read", "write"), ()]
    assert all(rule.source is not None and rule.source.file == __file__ for rule in rules)


def test_used_bare_it_records_in_the_process_wide_registry() -> None:
    @authenticated
    class Controller:
        @permit_all
        def get(self) -> None: ...

    assert registry.find(Controller, AccessRule) is not None
    rule = registry.find(Controller.get, AccessRule)
    assert rule is not None
    assert rule.everybody


def test_without_a_rule_nothing_is_required() -> None:
    class Controller:
        @get_mapping("/", registry=registry)
        def get(self) -> None: ...

    assert access(Controller) is None


def test_rules_of_a_controller_and_of_a_method_add_up_whatever_the_order_of_decorators() -> None:
    @requires("shop", registry=registry)
    @request_mapping("/", registry=registry)
    class Controller:
        @requires("read", registry=registry)
        @get_mapping("/a", registry=registry)
        @requires("shop", "more", registry=registry)
        def get(self) -> None: ...

        @get_mapping("/b", registry=registry)
        def other(self) -> None: ...

    assert access(Controller) == Access(("read", "shop", "more"))
    assert access(Controller, "other") == Access(("shop",))


def test_rules_of_base_controllers_hold_for_derived_ones() -> None:
    @requires("base", registry=registry)
    class Base:
        @get_mapping("/a", registry=registry)
        def get(self) -> None: ...

    @requires("derived", registry=registry)
    class Derived(Base): ...

    assert access(Derived) == Access(("derived", "base"))
    assert access(Base) == Access(("base",))


def test_a_method_that_overrides_another_one_has_its_rule_unless_it_has_one_of_its_own() -> None:
    class Base:
        @requires("read", registry=registry)
        @get_mapping("/a", registry=registry)
        def get(self) -> None: ...

    class Silent(Base):
        def get(self) -> None: ...

    class Remapped(Base):
        @get_mapping("/b", registry=registry)
        def get(self) -> None: ...

    class Another(Base):
        @authenticated(registry=registry)
        def get(self) -> None: ...

    class Opened(Base):
        @permit_all(registry=registry)
        def get(self) -> None: ...

    assert access(Silent) == access(Remapped) == Access(("read",))
    assert access(Another) == Access()
    assert access(Opened) is None


def test_permit_all_opens_one_method_of_a_controller() -> None:
    @authenticated(registry=registry)
    class Controller:
        @permit_all(registry=registry)
        @get_mapping("/login", registry=registry)
        def login(self) -> None: ...

        @get_mapping("/a", registry=registry)
        def get(self) -> None: ...

    assert access(Controller, "login") is None
    assert access(Controller) == Access()
    whole = ControllerAccess(Controller, registry)
    assert [whole.permits_all(name) for name in ("login", "get")] == [True, False]
    assert [whole.of(name) for name in ("login", "get")] == [None, Access()]


def no_method(self: Any) -> None: ...


@pytest.mark.parametrize(
    ("decorator", "target", "message"),
    [
        (
            authenticated(registry=registry),
            staticmethod(no_method),
            "@authenticated decorates a method or a controller, not a staticmethod; "
            "decorate a mapped method, or the class that holds it",
        ),
        (
            requires("read", registry=registry),
            5,
            "@requires decorates a method or a controller, not a int; "
            "decorate a mapped method, or the class that holds it",
        ),
        (
            permit_all(registry=registry),
            Access,
            '@permit_all decorates a method, not the class "Access"; '
            "a controller lets everybody in anyway; leave its own rule away",
        ),
    ],
)
def test_what_cannot_be_decorated_is_refused(decorator: Any, target: Any, message: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        decorator(target)
    assert str(caught.value).endswith(f": {message}")
    assert str(caught.value).startswith(__file__)


def test_bare_decorators_are_refused_likewise() -> None:
    bare: Any = authenticated
    with pytest.raises(DeclarationError, match="@authenticated decorates a method or a controller, not a classmethod"):
        bare(classmethod(no_method))
    with pytest.raises(DeclarationError, match='@permit_all decorates a method, not the class "C"'):

        @permit_all
        class C: ...


@pytest.mark.parametrize("scopes", [(), ("",), (5,), (no_method,)])
def test_requires_names_scopes(scopes: Any) -> None:
    got = "no_method" if scopes == (no_method,) else ", ".join(map(repr, scopes))
    with pytest.raises(DeclarationError) as caught:
        requires(*scopes)
    assert str(caught.value).endswith(
        f'@requires({got}) names no scope; write @requires("orders:read"), or @authenticated for any user'
    )


@pytest.mark.parametrize("first", [True, False])
def test_a_method_is_not_opened_and_closed_at_once(first: bool) -> None:
    def get(self: Any) -> None: ...

    decorators = [permit_all(registry=registry), authenticated(registry=registry)]
    one, other = decorators if first else decorators[::-1]
    one(get)
    with pytest.raises(DeclarationError, match='"get" has @permit_all and a rule that keeps some out; keep one of'):
        other(get)


def test_who_lacks_something_is_told_what() -> None:
    needed = Access(("read", "write"))
    nobody = needed.problem(authenticated=False, scopes={"read", "write"}, challenge="Basic")
    assert nobody is not None
    assert (nobody.status, nobody.headers) == (401, {"WWW-Authenticate": "Basic"})
    lacking = needed.problem(authenticated=True, scopes={"read"}, challenge="Basic")
    assert lacking is not None
    assert (lacking.status, lacking.problem.model_extra) == (403, {"missing_scopes": ["write"]})
    assert needed.problem(authenticated=True, scopes={"read", "write", "more"}, challenge="Basic") is None
    assert Access().problem(authenticated=True, scopes=set(), challenge="Basic") is None
