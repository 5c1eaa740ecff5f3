"""A handler's signature, read once: which parameter is bound from where."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Final, NamedTuple, final

from pyfly.metadata import (
    DeclarationError,
    DeclarationErrors,
    PathTemplate,
    SourceLocation,
    parameters_of,
    resolve_annotations,
)
from pyfly.rules import ParameterFacts, ParameterRules, bound_by_name, declaration_error
from pyfly.web.annotations import admits_none, facts_of, is_built_in, model_of, split_markers, takes_many
from pyfly.web.parameters import FromBody, FromCookie, FromHeader, FromQuery, Marker, ParameterSource, T

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pyfly.metadata import Parameter
    from pyfly.rules import TypeFacts
    from pyfly.rules.parameters import MarkerName, ParameterKind

__all__ = ["BoundParameter", "defining_class", "read_parameters"]

_KINDS: Final[Mapping[object, ParameterKind]] = {
    inspect.Parameter.POSITIONAL_ONLY: "positional_only",
    inspect.Parameter.POSITIONAL_OR_KEYWORD: "positional",
    inspect.Parameter.KEYWORD_ONLY: "keyword",
    inspect.Parameter.VAR_POSITIONAL: "args",
    inspect.Parameter.VAR_KEYWORD: "kwargs",
}
_MOST_READINGS: Final = 1024
_MARKER_NAMES: Final[Mapping[type, MarkerName]] = {
    FromQuery: "FromQuery",
    FromHeader: "FromHeader",
    FromCookie: "FromCookie",
    FromBody: "FromBody",
}


@final
class BoundParameter(NamedTuple):
    """One handler parameter that is given a value from the request.

    Attributes:
        name: The parameter's name in the signature.
        source: The part of the request it is bound from.
        alias: The value's name there; empty for the body, for natives, and for a model whose fields are the names.
        annotation: Its type, without markers; ``Any`` where the author wrote none.
        required: Whether a request without it is refused.
        default: What the handler sees when the request has none; None when it is required.
        many: Whether it takes every value given under the name.
    """

    name: str
    source: ParameterSource
    alias: str
    annotation: Any
    required: bool
    default: Any
    many: bool


def read_parameters(
    function: Callable[..., Any],
    *,
    owner: type,
    template: PathTemplate,
    leading: int,
    natives: Iterable[type] = (),
    body: bool = False,
    source: SourceLocation | None = None,
    faults: list[DeclarationError] | None = None,
) -> tuple[BoundParameter, ...]:
    """Return the parameters of a handler that are bound from a request.

    Variadic parameters are given nothing, and neither are unmarked ones that have a default.

    Args:
        function: The handler as its class holds it, unbound.
        owner: The controller.
        template: The handler's full path.
        leading: How many parameters the caller gives by position; self is the first.
        natives: Types that are handed in as they are, such as the server's request.
        body: Whether there is a request body to read.
        source: Where the mapping was written; by default where the handler was.
        faults: Where to add what is wrong, and only parameters that are right are returned; by default it is raised.

    Raises:
        DeclarationErrors: Parameters that can never be given a value, each as a `DeclarationError` at the mapping; and
            annotations that cannot be evaluated.
    """
    found_faults: list[DeclarationError] = [] if faults is None else faults
    natives = tuple(natives)
    annotations = resolve_annotations(
        function, owner=defining_class(owner, function), target=owner, faults=found_faults
    )
    read = [
        _Parameter(
            found,
            annotations.get(found.name, Any),
            natives,
            known=found.name in annotations or not found.annotated,
        )
        for found in parameters_of(function)
    ]
    facts = [parameter.facts for parameter in read]
    rules = ParameterRules(
        handler=getattr(function, "__qualname__", repr(function)),
        template=template,
        names=[fact.name for fact in facts],
        has_body=body,
    )
    where = source or SourceLocation.of(function)
    broken = [declaration_error(fault, where) for fault in rules.check_all(facts, leading=leading)]
    found_faults += broken
    if found_faults and faults is None:
        raise DeclarationErrors(found_faults)
    by_name = bound_by_name(facts, leading=leading)
    right = {fact.name for fact in by_name if not broken or rules.check(fact) is None}
    return tuple(bound for parameter in read if parameter.facts.name in right and (bound := parameter.bound(template)))


def defining_class(controller: type, function: Callable[..., Any]) -> type:
    """Return the class of a controller's MRO that holds a method; its names may stand in the annotations."""
    if vars(controller).get(getattr(function, "__name__", "")) is function:  # nearly always
        return controller
    return next((klass for klass in controller.__mro__ if function in vars(klass).values()), controller)


@final
class _Parameter:
    """One parameter of a signature: what rules need to know of it, and what it is bound to."""

    __slots__ = ("_parameter", "_reading", "facts")

    def __init__(self, parameter: Parameter, annotation: Any, natives: tuple[type, ...], *, known: bool) -> None:
        self._parameter: Final = parameter
        self._reading: Final = _read(annotation)
        markers, bare = self._reading.markers, self._reading.bare
        self.facts: Final = ParameterFacts(
            name=parameter.name,
            kind=_KINDS[parameter.kind],
            has_default=parameter.has_default,
            type=self._reading.type,
            markers=self._reading.marker_names,
            untyped_marker=bool(markers) and bare is T,
            native=bare in natives or getattr(bare, "__origin__", None) in natives,
            known=known,
        )

    def bound(self, template: PathTemplate) -> BoundParameter | None:
        """Return where a value comes from; None for a parameter that keeps its default."""
        name, annotation = self._parameter.name, self._reading.bare
        if self._reading.markers:
            return _marked(self._parameter, self._reading)
        if self.facts.native:
            return BoundParameter(name, ParameterSource.NATIVE, "", annotation, True, None, False)
        if name in template.variables:
            return BoundParameter(name, ParameterSource.PATH, name, annotation, True, None, False)
        return None


@final
class _Reading(NamedTuple):
    """What an annotation says.

    Attributes:
        markers: Its markers.
        marker_names: What they are called.
        bare: The annotation without them.
        type: What rules need to know of that.
        admits_none: Whether None is one of the values of a marked one.
        takes_many: Whether a marked one asks for a collection.
        is_model: Whether a marked one is a model.
    """

    markers: tuple[Marker, ...]
    marker_names: tuple[MarkerName, ...]
    bare: Any
    type: TypeFacts
    admits_none: bool
    takes_many: bool
    is_model: bool


# By identity, with what has it: the same few annotations stand in most signatures.
_readings: Final[dict[int, tuple[Any, _Reading]]] = {}


def _read(annotation: Any) -> _Reading:
    """Return what an annotation says; it is kept for those that are made of built-in types alone."""
    kept = _readings.get(id(annotation))
    if kept is not None:
        return kept[1]
    markers, bare = split_markers(annotation)
    reading = _Reading(
        markers=markers,
        marker_names=tuple(_MARKER_NAMES[type(marker)] for marker in markers),
        bare=bare,
        type=facts_of(bare),
        admits_none=bool(markers) and admits_none(bare),
        takes_many=bool(markers) and takes_many(bare),
        is_model=bool(markers) and model_of(bare) is not None,
    )
    if len(_readings) < _MOST_READINGS and is_built_in(bare):
        _readings[id(annotation)] = annotation, reading
    return reading


def _marked(parameter: Parameter, reading: _Reading) -> BoundParameter:
    source, alias = _source_and_alias(parameter.name, reading.markers[0])
    if source is ParameterSource.QUERY and reading.is_model:
        alias = ""
    return BoundParameter(
        name=parameter.name,
        source=source,
        alias=alias,
        annotation=reading.bare,
        required=not parameter.has_default and not reading.admits_none,
        default=parameter.default,
        many=source in (ParameterSource.QUERY, ParameterSource.HEADER) and reading.takes_many,
    )


def _source_and_alias(name: str, marker: Marker) -> tuple[ParameterSource, str]:
    if isinstance(marker, FromBody):
        return ParameterSource.BODY, ""
    if isinstance(marker, FromHeader):
        return ParameterSource.HEADER, (marker.name or name.replace("_", "-")).lower()
    if isinstance(marker, FromCookie):
        return ParameterSource.COOKIE, marker.name or name
    return ParameterSource.QUERY, marker.name or name
