"""The registry: recording, finding, members over the MRO, adoption, weak keys."""

from __future__ import annotations

import functools
import gc
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfly.metadata import DeclarationError, Descriptor, MetadataRegistry, SourceLocation, default_registry

F = TypeVar("F", bound=Callable[..., Any])


class Label(Descriptor):
    attribute: ClassVar[str | None] = "__label__"

    text: str

    def to_attribute(self) -> str:
        return self.text

    @classmethod
    def from_attribute(cls, value: Any, source: SourceLocation | None) -> Label:
        return cls(text=value, source=source)


class Inherited(Label):
    attribute: ClassVar[str | None] = "__inherited__"
    inherited: ClassVar[bool] = True


class Plain(Descriptor):
    text: str


@pytest.fixture
def registry() -> MetadataRegistry:
    return MetadataRegistry()


def label(registry: MetadataRegistry, text: str) -> Callable[[F], F]:
    def record(target: F) -> F:
        registry.record(target, Label(text=text))
        return target

    return record


def texts(registry: MetadataRegistry, cls: type) -> list[tuple[str, str]]:
    return [(member.name, member.descriptor.text) for member in registry.members(cls, Label)]


def test_a_recorded_descriptor_is_found_and_mirrored(registry: MetadataRegistry) -> None:
    @label(registry, "a")
    def function() -> None: ...

    assert registry.find(function, Label) == Label(text="a")
    assert function.__dict__["__label__"] == "a"
    assert registry.find(function, Plain) is None


def test_stacked_declarations_are_found_top_down(registry: MetadataRegistry) -> None:
    @label(registry, "outer")
    @label(registry, "inner")
    def function() -> None: ...

    assert [found.text for found in registry.find_all(function, Label)] == ["outer", "inner"]
    assert [each.descriptor.text for each in registry.declarations(Label)] == ["outer", "inner"]


def test_members_come_in_declaration_order_with_bases_first(registry: MetadataRegistry) -> None:
    class Base:
        @label(registry, "z")
        def z(self) -> None: ...

        @label(registry, "a")
        def a(self) -> None: ...

    class Child(Base):
        @label(registry, "m")
        def m(self) -> None: ...

        def a(self) -> None: ...

    assert texts(registry, Child) == [("z", "z"), ("a", "a"), ("m", "m")]
    assert [member.owner for member in registry.members(Child, Label)] == [Base, Child, Child]
    assert registry.members(Child, Label)[1].value is vars(Child)["a"]


def test_one_member_is_found_as_all_of_them_are(registry: MetadataRegistry) -> None:
    class Base:
        @label(registry, "z")
        def z(self) -> None: ...

    class Child(Base):
        def z(self) -> None: ...

        def plain(self) -> None: ...

    assert registry.member(Child, "z", Label) == registry.members(Child, Label)
    assert registry.member(Child, "plain", Label) == registry.member(Child, "missing", Label) == ()


def test_an_override_with_its_own_declaration_replaces_the_base_s(registry: MetadataRegistry) -> None:
    class Base:
        @label(registry, "old")
        def method(self) -> None: ...

    class Child(Base):
        @label(registry, "new")
        def method(self) -> None: ...

    assert texts(registry, Child) == [("method", "new")]
    assert texts(registry, Base) == [("method", "old")]


def test_an_override_by_none_takes_the_member_away(registry: MetadataRegistry) -> None:
    class Base:
        @label(registry, "a")
        def method(self) -> None: ...

    class Child(Base):
        method = None  # type: ignore[assignment]  # how Python unsets a method, as with __hash__

    assert texts(registry, Child) == []


def test_a_lone_attribute_is_adopted(registry: MetadataRegistry) -> None:
    class Foreign:
        def method(self) -> None: ...

        method.__label__ = "adopted"  # type: ignore[attr-defined]  # what a look-alike decorator does

    assert texts(registry, Foreign) == [("method", "adopted")]
    adopted = registry.members(Foreign, Label)[0].descriptor
    assert adopted.source is not None
    assert adopted.source.file == __file__


def test_what_the_default_registry_knows_is_found_by_every_other(registry: MetadataRegistry) -> None:
    @label(default_registry, "default")
    def function() -> None: ...

    assert registry.find(function, Label) == Label(text="default")
    assert registry.declarations(Label) == ()


def test_explicit_registries_do_not_share_declarations(registry: MetadataRegistry) -> None:
    other = MetadataRegistry()
    registry.record(test_explicit_registries_do_not_share_declarations, Plain(text="x"))
    assert other.declarations(Plain) == ()
    assert other.find(test_explicit_registries_do_not_share_declarations, Plain) is None


def test_a_wrapper_is_looked_through(registry: MetadataRegistry) -> None:
    @label(registry, "wrapped")
    def function() -> None: ...

    @functools.wraps(function)
    def wrapper() -> None: ...

    assert registry.find_all(wrapper, Label) == (Label(text="wrapped"),)


def test_attributes_that_answer_nothing_are_passed_over(registry: MetadataRegistry) -> None:
    class Lazy:
        def __getattr__(self, name: str) -> object:
            raise RuntimeError("not configured")

    class Holder:
        settings = Lazy()

    assert list(registry.members(Holder, Label)) == []


def test_a_static_method_is_looked_through(registry: MetadataRegistry) -> None:
    class Holder:
        @staticmethod
        @label(registry, "static")
        def method() -> None: ...

    assert texts(registry, Holder) == [("method", "static")]


def test_only_inherited_kinds_reach_subclasses(registry: MetadataRegistry) -> None:
    class Base: ...

    class Child(Base): ...

    registry.record(Base, Label(text="own"))
    registry.record(Base, Inherited(text="passed on"))
    assert registry.find(Child, Label) is None
    assert registry.find(Child, Inherited) == Inherited(text="passed on")


def test_a_class_that_goes_away_takes_its_metadata_with_it(registry: MetadataRegistry) -> None:
    def declare() -> None:
        @label(registry, "gone")
        class Short:
            @label(registry, "method")
            def method(self) -> None: ...

        assert len(registry.declarations(Label)) == 2

    declare()
    gc.collect()
    assert registry.declarations(Label) == ()


def test_a_target_that_cannot_hold_metadata_is_refused(registry: MetadataRegistry) -> None:
    source = SourceLocation(file="app.py", line=3)
    with pytest.raises(DeclarationError) as caught:
        registry.record(5, Plain(text="x", source=source))
    assert (
        str(caught.value)
        == "app.py:3: Plain cannot be declared on an object of type int; decorate a class or a function"
    )


def test_a_kind_without_an_attribute_is_never_adopted() -> None:
    with pytest.raises(TypeError, match="Plain is not mirrored"):
        Plain.from_attribute("x", None)
    with pytest.raises(TypeError, match="Plain is not mirrored"):
        Plain(text="x").to_attribute()


@given(st.lists(st.dictionaries(st.sampled_from("abcde"), st.booleans(), max_size=5), min_size=1, max_size=4))
def test_members_agree_with_attribute_lookup(chain: list[dict[str, bool]]) -> None:
    """Each class of a chain defines methods, declared or not: the nearest definition and declaration count."""
    registry = MetadataRegistry()
    cls: type = object
    for level, methods in enumerate(chain):
        namespace: dict[str, Any] = {}
        for name, declared in methods.items():
            namespace[name] = functools.partial(print, level)
            if declared:
                registry.record(namespace[name], Plain(text=f"{name}{level}"))
        cls = type(f"C{level}", (cls,), namespace)
    found = {member.name: member for member in registry.members(cls, Plain)}
    for name in "abcde":
        declared_at = [level for level, methods in enumerate(chain) if methods.get(name)]
        if declared_at:
            assert found[name].descriptor.text == f"{name}{declared_at[-1]}"
            assert found[name].value is getattr(cls, name)
        else:
            assert name not in found


def test_what_another_registry_recorded_is_hidden(registry: MetadataRegistry) -> None:
    class Target: ...

    registry.record(Target, Label(text="kept"))

    class Copy: ...

    for name in ("__label__", "__pyfly_registries__"):
        setattr(Copy, name, vars(Target)[name])

    for target in (Target, Copy):
        found = registry.find(target, Label)
        assert found is not None
        assert found.text == "kept"
        assert default_registry.find(target, Label) is None
        assert MetadataRegistry().find(target, Label) is None

    default_registry.record(Target, Label(text="anew"))
    assert default_registry.find(Target, Label) == Label(text="anew")
    assert MetadataRegistry().find(Target, Label) == Label(text="anew")


def test_a_kind_that_nobody_had_declared_is_found_as_soon_as_somebody_does(registry: MetadataRegistry) -> None:
    class Rare(Plain): ...

    class Target:
        def method(self) -> None: ...

    assert registry.find(Target, Rare) is None
    assert registry.members(Target, Rare) == ()
    registry.record(Target.method, Rare(text="here"))
    assert [member.name for member in registry.members(Target, Rare)] == ["method"]
    registry.record(Target, Rare(text="there"))
    assert registry.find(Target, Rare) == Rare(text="there")
    assert registry.find(Target, Plain) == Rare(text="there")


def test_a_kind_that_only_the_default_registry_knows_is_found(registry: MetadataRegistry) -> None:
    class Rare(Plain): ...

    class Target: ...

    assert registry.find(Target, Rare) is None
    default_registry.record(Target, Rare(text="there"))
    assert registry.find(Target, Rare) == Rare(text="there")
