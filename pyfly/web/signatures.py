"""A handler's signature, read once: which parameter is bound from where."""

from __future__ import annotations

import difflib
import inspect
from typing import TYPE_CHECKING, Any, NamedTuple, final

from pyfly.metadata import (
    DeclarationError,
    DeclarationErrors,
    PathTemplate,
    SourceLocation,
    read_signature,
    resolve_annotations,
)
from pyfly.web.annotations import CONVERTED_TYPES, admits_none, fits, model_of, split_markers, takes_many, type_name
from pyfly.web.parameters import FromBody, FromCookie, FromHeader, FromQuery, Marker, ParameterSource, T

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

__all__ = ["BoundParameter", "defining_class", "read_parameters"]

_NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_ALIASES: Mapping[type, str] = {FromQuery: "QueryParam", FromHeader: "Header", FromCookie: "Cookie", FromBody: "Body"}
_VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


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

    Raises:
        DeclarationErrors: Parameters that can never be given a value, each as a `DeclarationError` at the handler.
    """
    annotations = resolve_annotations(function, owner=defining_class(owner, function))
    parameters = tuple(read_signature(function).parameters.values())
    reader = _Reader(function, template, tuple(natives), body, {parameter.name for parameter in parameters})
    reader.check_leading(parameters, leading)
    given = [parameter for parameter in parameters if parameter.kind in _POSITIONAL][:leading]
    bound = tuple(
        found
        for parameter in parameters
        if parameter not in given and parameter.kind not in _VARIADIC
        if (found := reader.read(parameter, annotations.get(parameter.name, Any)))
    )
    reader.check_body([parameter for parameter in bound if parameter.source is ParameterSource.BODY])
    if reader.faults:
        raise DeclarationErrors(reader.faults)
    return bound


def defining_class(controller: type, function: Callable[..., Any]) -> type:
    """Return the class of a controller's MRO that holds a method; its names may stand in the annotations."""
    return next((klass for klass in controller.__mro__ if function in vars(klass).values()), controller)


class _Reader:
    """Turns the parameters of one signature into bound ones, and collects what is wrong with them."""

    def __init__(
        self,
        function: Callable[..., Any],
        template: PathTemplate,
        natives: tuple[type, ...],
        body: bool,
        names: Collection[str],
    ) -> None:
        self._source = SourceLocation.of(function)
        self._handler = getattr(function, "__qualname__", repr(function))
        self._template = template
        self._natives = natives
        self._body = body
        self._unused = [variable for variable in template.variables if variable not in names]
        self.faults: list[DeclarationError] = []

    def check_leading(self, parameters: tuple[inspect.Parameter, ...], leading: int) -> None:
        positional = sum(parameter.kind in _POSITIONAL for parameter in parameters)
        if positional >= leading or any(parameter.kind is inspect.Parameter.VAR_POSITIONAL for parameter in parameters):
            return
        wanted = "self" if leading == 1 else f"self and {leading - 1} more"
        self._fault(f"{self._handler} takes {positional} parameters by position, not {wanted}", f"take {wanted} first")

    def check_body(self, bodies: list[BoundParameter]) -> None:
        if len(bodies) > 1:
            names = " and ".join(f'"{parameter.name}"' for parameter in bodies)
            self._fault(
                f"{self._handler} takes the request body more than once: {names}",
                "take it once, as a model that holds both",
            )
        elif bodies and not self._body:
            self._fault(
                f'parameter "{bodies[0].name}" of {self._handler} is marked Body, but there is no request body here',
                "bodies are read by @post_mapping, @put_mapping, @patch_mapping and @delete_mapping",
            )

    def read(self, parameter: inspect.Parameter, annotation: Any) -> BoundParameter | None:
        markers, annotation = split_markers(annotation)
        if problem := self._problem(parameter, markers, annotation):
            self._fault(*problem)
            return None
        if markers:
            return _marked(parameter, markers[0], annotation)
        if annotation in self._natives or getattr(annotation, "__origin__", None) in self._natives:
            return BoundParameter(parameter.name, ParameterSource.NATIVE, "", annotation, True, None, False)
        if parameter.name in self._template.variables:
            self._check_converter(parameter.name, annotation)
            return BoundParameter(parameter.name, ParameterSource.PATH, parameter.name, annotation, True, None, False)
        if parameter.default is inspect.Parameter.empty:
            self._fault_unknown(parameter.name)
        return None

    def _problem(
        self, parameter: inspect.Parameter, markers: tuple[Marker, ...], annotation: Any
    ) -> tuple[str, str] | None:
        label = f'parameter "{parameter.name}" of {self._handler}'
        if parameter.kind not in _NAMED:
            return f"{label} is positional-only", 'it is given by name; remove the "/" after it'
        if len(markers) > 1:
            kinds = " and ".join(type(marker).__name__ for marker in markers)
            return f"{label} has {len(markers)} markers: {kinds}", "keep one"
        if markers and annotation is T:
            alias = _ALIASES[type(markers[0])]
            return f"{label}: {alias} has no type", f"write {alias}[str], or the type it has"
        return None

    def _check_converter(self, name: str, annotation: Any) -> None:
        converter = self._template.variables[name]
        if fits(converter, annotation):
            return
        shown = f"{{{name}}}" if f"{{{name}}}" in self._template.text else f"{{{name}:{converter}}}"
        gives = CONVERTED_TYPES[converter].__name__
        self._fault(
            f'path "{self._template.text}": "{shown}" gives {gives}, '
            f'but parameter "{name}" is "{type_name(annotation)}"',
            f"annotate it {gives}" if gives == "str" else f'annotate it {gives}, or write "{{{name}}}"',
        )

    def _fault_unknown(self, name: str) -> None:
        near = difflib.get_close_matches(name, self._unused, n=1)
        self._fault(
            f'path "{self._template.text}" has no variable for parameter "{name}"',
            f'did you mean "{near[0]}"?' if near else "give it a default, or mark it QueryParam[...]",
        )

    def _fault(self, problem: str, mend: str) -> None:
        self.faults.append(DeclarationError(self._source, problem, mend))


def _marked(parameter: inspect.Parameter, marker: Marker, annotation: Any) -> BoundParameter:
    source, alias = _source_and_alias(parameter.name, marker)
    if source is ParameterSource.QUERY and model_of(annotation) is not None:
        alias = ""
    has_default = parameter.default is not inspect.Parameter.empty
    return BoundParameter(
        name=parameter.name,
        source=source,
        alias=alias,
        annotation=annotation,
        required=not has_default and not admits_none(annotation),
        default=parameter.default if has_default else None,
        many=source in (ParameterSource.QUERY, ParameterSource.HEADER) and takes_many(annotation),
    )


def _source_and_alias(name: str, marker: Marker) -> tuple[ParameterSource, str]:
    if isinstance(marker, FromBody):
        return ParameterSource.BODY, ""
    if isinstance(marker, FromHeader):
        return ParameterSource.HEADER, (marker.name or name.replace("_", "-")).lower()
    if isinstance(marker, FromCookie):
        return ParameterSource.COOKIE, marker.name or name
    return ParameterSource.QUERY, marker.name or name
