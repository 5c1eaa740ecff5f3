"""Rules for the parameters of handlers: each is given a value from somewhere, and fits it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple, final

from pyfly.metadata import did_you_mean
from pyfly.rules.faults import Fault
from pyfly.rules.types import GIVEN, TypeFacts, fits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pyfly.metadata import Converter, PathTemplate

__all__ = ["MarkerName", "ParameterFacts", "ParameterKind", "ParameterRules", "bound_by_name"]

MarkerName = Literal["FromQuery", "FromHeader", "FromCookie", "FromBody"]
"""What marks a parameter as bound from a part of the request that is not the path."""

ParameterKind = Literal["positional_only", "positional", "keyword", "args", "kwargs"]
"""How a parameter can be given a value."""

_ALIASES: Final[Mapping[str, str]] = {
    "FromQuery": "QueryParam",
    "FromHeader": "Header",
    "FromCookie": "Cookie",
    "FromBody": "Body",
}


@final
class ParameterFacts(NamedTuple):
    """One parameter of a handler.

    Attributes:
        name: Its name.
        kind: How it can be given a value; ``args`` for ``*args``, ``kwargs`` for ``**kwargs``.
        has_default: Whether it has a default.
        type: Its type, without markers.
        markers: The markers in its annotation.
        untyped_marker: Whether its annotation is a marker's alias without a type, as ``QueryParam`` alone.
        native: Whether its type is handed in as it is, such as the server's request.
        known: Whether all markers could be read; where not, nothing is said of the parameter's value.
    """

    name: str
    kind: ParameterKind
    has_default: bool
    type: TypeFacts
    markers: tuple[MarkerName, ...] = ()
    untyped_marker: bool = False
    native: bool = False
    known: bool = True


def bound_by_name(parameters: Sequence[ParameterFacts], *, leading: int) -> list[ParameterFacts]:
    """Return the parameters that are bound from the request.

    Args:
        parameters: All of a handler's, with self.
        leading: How many the caller gives by position; self is the first.
    """
    by_position = [item.name for item in parameters if item.kind in ("positional_only", "positional")][:leading]
    return [item for item in parameters if item.kind not in ("args", "kwargs") and item.name not in by_position]


@final
class ParameterRules:
    """The rules for the parameters of one handler.

    Args:
        handler: The handler's qualified name.
        template: Its full path.
        names: The names of all its parameters.
        has_body: Whether there is a request body to read.
    """

    __slots__ = ("_handler", "_has_body", "_template", "_unused")

    def __init__(self, *, handler: str, template: PathTemplate, names: Iterable[str], has_body: bool) -> None:
        taken = set(names)
        self._handler: Final = handler
        self._template: Final = template
        self._has_body: Final = has_body
        self._unused: Final = [variable for variable in template.variables if variable not in taken]

    def check_all(self, parameters: Sequence[ParameterFacts], *, leading: int) -> Iterator[Fault]:
        """Yield what is wrong with a handler's parameters.

        Args:
            parameters: All of them, with self.
            leading: How many the caller gives by position; self is the first.
        """
        if fault := self.check_leading(parameters, leading=leading):
            yield fault
        bound = bound_by_name(parameters, leading=leading)
        for parameter in bound:
            if fault := self.check(parameter):
                yield fault
        if fault := self.check_bodies([item.name for item in bound if item.markers == ("FromBody",)]):
            yield fault

    def check_leading(self, parameters: Sequence[ParameterFacts], *, leading: int) -> Fault | None:
        """Return a fault when a handler takes too few parameters by position."""
        positional = sum(item.kind in ("positional_only", "positional") for item in parameters)
        if positional >= leading or any(item.kind == "args" for item in parameters):
            return None
        wanted = "self" if leading == 1 else f"self and {leading - 1} more"
        problem = f"{self._handler} takes {positional} parameters by position, not {wanted}"
        return Fault("pyfly-handler", problem, f"take {wanted} first")

    def check(self, parameter: ParameterFacts) -> Fault | None:
        """Return what keeps a parameter from being given a value, if anything does."""
        if problem := self._form_problem(parameter):
            return Fault("pyfly-handler", *problem)
        if parameter.markers or parameter.native or not parameter.known:
            return None
        if parameter.name in self._template.variables:
            return self._check_converter(parameter)
        return None if parameter.has_default else self._unknown(parameter)

    def check_bodies(self, names: Sequence[str]) -> Fault | None:
        """Return what is wrong with the parameters that take the request body, if anything is."""
        if len(names) > 1:
            listed = " and ".join(f'"{name}"' for name in names)
            problem = f"{self._handler} takes the request body more than once: {listed}"
            return Fault("pyfly-handler", problem, "take it once, as a model that holds both")
        if names and not self._has_body:
            return Fault(
                "pyfly-handler",
                f'parameter "{names[0]}" of {self._handler} is marked Body, but there is no request body here',
                "bodies are read by @post_mapping, @put_mapping, @patch_mapping and @delete_mapping",
            )
        return None

    def _form_problem(self, parameter: ParameterFacts) -> tuple[str, str] | None:
        label = f'parameter "{parameter.name}" of {self._handler}'
        if parameter.kind == "positional_only":
            return f"{label} is positional-only", 'it is given by name; remove the "/" after it'
        if len(parameter.markers) > 1:
            return f"{label} has {len(parameter.markers)} markers: {' and '.join(parameter.markers)}", "keep one"
        if parameter.untyped_marker and parameter.markers:
            alias = _ALIASES[parameter.markers[0]]
            return f"{label}: {alias} has no type", f"write {alias}[str], or the type it has"
        return None

    def _check_converter(self, parameter: ParameterFacts) -> Fault | None:
        name, template = parameter.name, self._template
        converter = template.variables[name]
        if fits(converter, parameter.type):
            return None
        shown = f"{{{name}}}" if f"{{{name}}}" in template.text else f"{{{name}:{converter}}}"
        gives = GIVEN[converter]
        forms: Mapping[Converter, str] = {"str": f"{{{name}}}", "int": f"{{{name}:int}}"}
        fitting = [form for kind, form in forms.items() if fits(kind, parameter.type)]
        return Fault(
            "pyfly-path",
            f'path "{template.text}": "{shown}" gives {gives}, but parameter "{name}" is "{parameter.type.label}"',
            f'annotate it {gives}, or write "{fitting[0]}"' if fitting else f"annotate it {gives}",
        )

    def _unknown(self, parameter: ParameterFacts) -> Fault:
        name = parameter.name
        problem = f'path "{self._template.text}" has no variable for parameter "{name}"'
        if any(part.partition("[")[0] == "WebSocketSession" for part in parameter.type.label.split(" | ")):
            mend = (
                "a session is given to the first parameter after self of a @websocket_mapping method, and to no other"
            )
            return Fault("pyfly-path", problem, mend)
        otherwise = "give it a default, or mark it QueryParam[...]"
        return Fault("pyfly-path", problem, did_you_mean(name, self._unused, otherwise=otherwise))
