"""Endpoints: base and mapping joined, ordered, and told apart."""

from __future__ import annotations

import pytest

from pyfly.metadata import DeclarationError, DeclarationErrors, default_registry, keeping_refusals
from pyfly.web import get_mapping, post_mapping, request_mapping
from pyfly.web.descriptors import HttpMapping
from pyfly.web.endpoints import check_conflicts, collect_endpoints, pathless_endpoints


def paths(*controllers: type) -> list[tuple[str, str, str]]:
    endpoints = collect_endpoints(controllers, HttpMapping, default_registry)
    return [(endpoint.mapping.kind, endpoint.path, endpoint.qualified_name) for endpoint in endpoints]


def test_base_path_and_mapping_are_joined_most_specific_first() -> None:
    @request_mapping("/api/")
    class Shop:
        @get_mapping("/{name}")
        def named(self, name: str) -> None: ...

        @get_mapping()
        def root(self) -> None: ...

        @post_mapping("/orders")
        def order(self) -> None: ...

    assert paths(Shop) == [
        ("GET", "/api/", "Shop.root"),
        ("POST", "/api/orders", "Shop.order"),
        ("GET", "/api/{name}", "Shop.named"),
    ]


def test_one_method_may_have_several_paths() -> None:
    class Twice:
        @get_mapping("/a")
        @get_mapping("/b")
        def both(self) -> None: ...

    assert [path for _, path, _ in paths(Twice)] == ["/a", "/b"]


def test_mappings_that_were_refused_have_no_path() -> None:
    refused: list[DeclarationError] = []
    with keeping_refusals(refused):

        class Shop:
            @get_mapping("orders")
            @post_mapping("/orders")
            def orders(self) -> None: ...

            @get_mapping("/x")
            def x(self) -> None: ...

        @request_mapping("base")
        class Based:
            @get_mapping("/y")
            def y(self) -> None: ...

    assert [fault.message for fault in refused] == [
        'path "orders": must start with "/"; write "/orders"',
        'path "base": must start with "/"; write "/base"',
    ]
    assert [path for _, path, _ in paths(Shop, Based)] == ["/orders", "/x"]
    found = pathless_endpoints((Shop, Based), HttpMapping, default_registry)
    assert [(endpoint.mapping.kind, endpoint.qualified_name) for endpoint in found] == [
        ("GET", "Shop.orders"),
        ("GET", "Based.y"),
    ]


def test_a_subclass_has_its_base_s_mappings_below_its_own_base_path() -> None:
    @request_mapping("/base")
    class Base:
        @get_mapping("/x")
        def x(self) -> None: ...

    class Child(Base): ...

    @request_mapping("/other")
    class Other(Base): ...

    assert paths(Child, Other) == [("GET", "/base/x", "Child.x"), ("GET", "/other/x", "Other.x")]


def test_paths_that_cannot_be_joined_are_told_at_the_mapping() -> None:
    @request_mapping("/{id}")
    class Clash:
        @get_mapping("/{id}")
        def get(self) -> None: ...

    with pytest.raises(DeclarationErrors) as caught:
        paths(Clash)
    line = Clash.get.__code__.co_firstlineno
    assert str(caught.value) == (
        f'{__file__}:{line}: Clash.get: path "/{{id}}/{{id}}": variable "id" is named twice; give each its own name'
    )


def test_an_override_that_is_no_method_is_told() -> None:
    class Base:
        @get_mapping("/x")
        def x(self) -> None: ...

    class Child(Base):
        @staticmethod
        def x() -> None: ...  # pyright: ignore[reportIncompatibleMethodOverride]  # the mistake under test

    with pytest.raises(DeclarationErrors, match=r"Child\.x is mapped, and is a static or class method"):
        paths(Child)


def test_conflicts_and_other_faults_are_told_together() -> None:
    class Wrong:
        @get_mapping("/a/{x}")
        def one(self) -> None: ...

        @get_mapping("/a/{y}")
        def two(self) -> None: ...

        @post_mapping("/a/{z}")
        def three(self) -> None: ...

    @request_mapping("/{id}")
    class Clash:
        @get_mapping("/{id}")
        def get(self) -> None: ...

    with pytest.raises(DeclarationErrors) as caught:
        paths(Wrong, Clash)
    first, second = caught.value.faults
    assert "Clash.get" in str(first)
    assert second.problem == (
        'GET route "/a/{y}" of Wrong.two matches the same paths as "/a/{x}" of Wrong.one at '
        f"{__file__}:{Wrong.one.__code__.co_firstlineno}"
    )


def test_conflicts_can_be_looked_for_between_kinds() -> None:
    class Fine:
        @get_mapping("/a")
        def one(self) -> None: ...

        @post_mapping("/a")
        def two(self) -> None: ...

    endpoints = collect_endpoints([Fine], HttpMapping, default_registry)
    check_conflicts(endpoints)
    with pytest.raises(DeclarationErrors):
        check_conflicts(
            [*endpoints, endpoints[0].__class__(Fine, "x", print, endpoints[0].mapping, endpoints[0].template)]
        )
