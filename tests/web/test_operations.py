"""``@operation``: what it records, and each mistake told at its line."""

from __future__ import annotations

import copy
import sys
from http import HTTPStatus
from typing import Any

import pytest

from pyfly.metadata import DeclarationError, MetadataRegistry, SourceLocation, default_registry
from pyfly.web import ApiResponse, Operation, get_mapping, operation


def line() -> int:
    return sys._getframe(1).f_lineno


class Job: ...


def test_what_is_told_is_recorded_with_its_line_and_the_method_returned_unchanged() -> None:
    registry = MetadataRegistry()

    def handler(self: Any) -> None: ...

    expected = line() + 1
    decorator = operation(
        "Place an order",
        description="It is *binding*.",
        tags=["Orders"],
        responses={404: "None.", HTTPStatus.ACCEPTED: Job, 409: ApiResponse(description="Sold out.", model=Job)},
        examples={"pen": {"item": "pen"}},
        close_codes={4001: "Full."},
        subprotocols=["chat.v1"],
        deprecated=True,
        hidden=False,
        security=["bearer", {"oauth": ["read"]}],
        operation_id="place",
        registry=registry,
    )
    assert decorator(handler) is handler
    assert registry.find(handler, Operation) == Operation(
        summary="Place an order",
        description="It is *binding*.",
        tags=("Orders",),
        responses={
            404: ApiResponse(description="None."),
            202: ApiResponse(model=Job),
            409: ApiResponse(description="Sold out.", model=Job),
        },
        examples={"pen": {"item": "pen"}},
        close_codes={4001: "Full."},
        subprotocols=("chat.v1",),
        deprecated=True,
        hidden=False,
        security=("bearer", {"oauth": ["read"]}),
        operation_id="place",
        source=SourceLocation(file=__file__, line=expected),
    )
    assert default_registry.find(handler, Operation) is None


def test_nothing_told_is_recorded_as_nothing() -> None:
    registry = MetadataRegistry()

    @operation(registry=registry)
    @get_mapping("/x", registry=registry)
    def handler(self: Any) -> None: ...

    found = registry.find(handler, Operation)
    assert found is not None
    assert found.model_fields_set == {"source"}


def test_default_registry_is_used_where_none_is_given() -> None:
    @operation("One line")
    def handler(self: Any) -> None: ...

    found = default_registry.find(handler, Operation)
    assert found is not None
    assert found.summary == "One line"


def test_what_a_controller_is_told_holds_for_derived_ones() -> None:
    registry = MetadataRegistry()

    @operation(tags=["Shop"], hidden=True, registry=registry)
    class Base: ...

    class Derived(Base): ...

    found = registry.find(Derived, Operation)
    assert found is not None
    assert (found.tags, found.hidden) == (("Shop",), True)


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"summary": 5}, "summary is 5; it must be a str"),
        ({"description": b"x"}, "description is b'x'; it must be a str"),
        ({"operation_id": 5}, "operation_id is 5; it must be a str"),
        ({"tags": "Orders"}, "tags is 'Orders'; it must be a list of str, as tags=[\"one\"]"),
        ({"tags": [1]}, 'tags is [1]; it must be a list of str, as tags=["one"]'),
        ({"subprotocols": "v1"}, "subprotocols is 'v1'; it must be a list of str, as subprotocols=[\"one\"]"),
        (
            {"responses": [404]},
            'responses is [404]; it must be a dictionary, as responses={404: "No such room."}',
        ),
        (
            {"responses": {"404": "x"}},
            "responses has the key '404'; a final HTTP status is a number from 200 to 599",
        ),
        ({"responses": {100: "x"}}, "responses has the key 100; a final HTTP status is a number from 200 to 599"),
        ({"responses": {True: "x"}}, "responses has the key True; a final HTTP status is a number from 200 to 599"),
        (
            {"examples": [1]},
            'examples is [1]; it must be a dictionary, as examples={"small": {"item": "pen"}}',
        ),
        ({"examples": {1: 2}}, "examples has the key 1; an example's name is a str"),
        (
            {"close_codes": [4001]},
            'close_codes is [4001]; it must be a dictionary, as close_codes={4001: "The room is full."}',
        ),
        ({"close_codes": {999: "x"}}, "close_codes has the key 999; a close code is a number from 1000 to 4999"),
        ({"close_codes": {4001: None}}, "close code 4001 means None; its meaning is a str"),
        ({"security": "bearer"}, "security is 'bearer'; it must be a list, as security=[\"bearer\"]"),
        (
            {"security": [5]},
            'security has 5; name a scheme, as "bearer", or scopes by scheme, as {"oauth": ["read"]}',
        ),
    ],
)
def test_option_that_is_not_what_it_should_be_is_refused_at_the_line(options: Any, problem: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        operation(**options)
    assert str(caught.value) == f"{__file__}:{line() - 1}: {problem}"


def test_missing_parentheses_are_told_at_the_line() -> None:
    def handler(self: Any) -> None: ...

    bare: Any = operation
    with pytest.raises(DeclarationError) as caught:
        bare(handler)
    assert str(caught.value) == (
        f'{__file__}:{line() - 2}: @operation is used without parentheses; write @operation("What it does")'
    )


@pytest.mark.parametrize(
    ("target", "kind"), [(staticmethod(print), "staticmethod"), (classmethod(print), "classmethod"), (None, "NoneType")]
)
def test_what_is_no_method_is_refused_at_the_line(target: Any, kind: str) -> None:
    decorator: Any = operation("x")
    expected = line() - 1
    with pytest.raises(DeclarationError) as caught:
        decorator(target)
    assert str(caught.value) == (
        f"{__file__}:{expected}: @operation decorates a method or a controller, not a {kind}; "
        "decorate a mapped method, or the class that holds it"
    )


def test_what_only_a_method_can_be_told_is_refused_on_a_class() -> None:
    decorator = operation("x", examples={}, tags=["y"])
    expected = line() - 1
    with pytest.raises(DeclarationError) as caught:
        decorator(Job)
    assert str(caught.value) == (
        f'{__file__}:{expected}: @operation on the class "Job" has examples, summary, which only a method can be told; '
        "a class takes close_codes, deprecated, hidden, responses, security, tags"
    )


@pytest.mark.parametrize(
    ("given", "options", "message"),
    [
        (
            ("teapot",),
            {},
            "ApiResponse is given 'teapot' without a name; write ApiResponse(description='teapot')",
        ),
        ((Job,), {}, "ApiResponse is given Job without a name; write ApiResponse(model=Job)"),
        ((list[Job],), {}, "ApiResponse is given list[Job] without a name; write ApiResponse(model=list[Job])"),
        ((), {"descripton": "x"}, 'ApiResponse has no "descripton"; did you mean description?'),
        (
            (),
            {"nothing": 1},
            'ApiResponse has no "nothing"; it has description, model, media_type, headers, examples',
        ),
    ],
)
def test_what_a_response_does_not_take_is_an_error_at_its_line(
    given: tuple[Any, ...], options: dict[str, Any], message: str
) -> None:
    expected = line() + 2
    with pytest.raises(DeclarationError) as caught:
        ApiResponse(*given, **options)
    assert caught.value.source == SourceLocation(file=__file__, line=expected)
    assert caught.value.message == message
    assert caught.value.code == "pyfly-handler"


def test_a_derived_response_may_have_arguments_of_its_own() -> None:
    class Sold(ApiResponse):
        def __init__(self, what: str) -> None:
            super().__init__(description=f"No more {what}.")

    sold = Sold("pens")
    assert (sold.description, copy.deepcopy(sold)) == ("No more pens.", sold)


def test_what_is_told_twice_is_told_once() -> None:
    registry = MetadataRegistry()

    class JobController:
        @operation(tags=["B", "A", "B"], subprotocols=["v1", "v1"], registry=registry)
        def run(self) -> None: ...

    (member,) = registry.members(JobController, Operation)
    assert (member.descriptor.tags, member.descriptor.subprotocols) == (("B", "A"), ("v1",))
