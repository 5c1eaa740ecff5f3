"""What a constructor or factory is injected with, read from its parameters and annotations."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Final, final, get_args, get_origin

from pyfly.container.bean_types import describe_type, split_optional
from pyfly.container.definitions import FactoryStyle, InjectionPoint
from pyfly.container.descriptors import Qualifier
from pyfly.container.errors import BeanDeclarationError
from pyfly.metadata import (
    DeclarationError,
    DeclarationErrors,
    SourceLocation,
    read_signature,
    resolve_annotations,
    strip_aliases,
)
from pyfly.rules import check_injection

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Signature"]

_POSITIONAL: Final = (
    inspect.Parameter.POSITIONAL_ONLY,
    inspect.Parameter.POSITIONAL_OR_KEYWORD,
    inspect.Parameter.VAR_POSITIONAL,
)


@final
class Signature:
    """The injection points and the result of a constructor or factory.

    Attributes:
        injections: Parameters that are filled with beans.
        result: The return annotation; None for a constructor.
        style: How the bean is handed over.
        faults: Parameters and annotations that cannot be used.
    """

    __slots__ = ("faults", "injections", "result", "style")

    def __init__(
        self,
        function: Callable[..., Any],
        *,
        owner: type | None,
        bound: bool,
        source: SourceLocation | None,
        target: type | None = None,
    ) -> None:
        """Read a function.

        Args:
            function: The constructor or factory.
            owner: The class whose names its annotations may use.
            bound: Whether the container does not fill the first parameter.
            source: Where the bean was declared, for functions that stand in no file.
            target: The class that inherits the function, and tells what the owner's type variables stand for.
        """
        self.faults: Final[list[DeclarationError]] = []
        self.injections: Final[list[InjectionPoint]] = []
        self.style: Final = _style(function)
        annotations = self._annotations(function, owner, source, target)
        self.result: Final[Any] = annotations.get("return")
        if self.faults:
            return
        where = _source_of(function, source)
        parameters = list(read_signature(function).parameters.values())
        if bound and not (parameters and parameters[0].kind in _POSITIONAL):
            self.faults.append(
                BeanDeclarationError(where, f"{describe_type(function)} takes no self", "make self its first parameter")
            )
            return
        for parameter in parameters[1:] if bound else parameters:
            if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
                continue
            place = f"{describe_type(function)}({parameter.name})"
            if parameter.name in annotations:
                injection, names = _injection_point(parameter, annotations[parameter.name], place, where)
                self.injections.append(injection)
                if len(names) > 1:
                    listed = ", ".join(f'"{name}"' for name in names)
                    self.faults.append(
                        BeanDeclarationError(where, f"{place} has several qualifiers: {listed}", "leave one of them")
                    )
            elif fault := check_injection(
                describe_type(function),
                parameter.name,
                annotated=False,
                has_default=parameter.default is not parameter.empty,
            ):
                self.faults.append(BeanDeclarationError(where, fault.problem, fault.mend))

    @classmethod
    def of_class(cls, target: type, source: SourceLocation | None) -> Signature:
        """Read a class's constructor."""
        for klass in target.__mro__:
            for name in ("__init__", "__new__"):
                constructor = vars(klass).get(name)
                function = getattr(constructor, "__func__", constructor)
                # Protocol gives its classes a constructor that only passes on to the next one, and so does @deprecated.
                passes_on = inspect.isfunction(function) and not inspect.isfunction(inspect.unwrap(function))
                if inspect.isfunction(function) and function.__module__ != "typing" and not passes_on:
                    return cls(function, owner=klass, bound=True, source=source, target=target)
        return cls(_no_constructor, owner=None, bound=False, source=source)

    @property
    def bean_type(self) -> Any:
        """The type of the bean that a factory makes: what it returns or yields."""
        result, _ = strip_aliases(self.result)
        if self.style in ("generator", "async_generator") and (arguments := get_args(result)):
            result, _ = strip_aliases(arguments[0])
        return result

    def _annotations(
        self, function: Callable[..., Any], owner: type | None, source: SourceLocation | None, target: type | None
    ) -> dict[str, Any]:
        try:
            return resolve_annotations(function, owner=owner, target=target)
        except DeclarationErrors as errors:
            where = _source_of(function, source)
            self.faults.extend(type(fault)(where, fault.problem, fault.mend, fault.code) for fault in errors.faults)
            return {}


def _no_constructor() -> None:
    """Stand in for a constructor that is not written in Python, which nothing is injected into."""


def _style(function: Callable[..., Any]) -> FactoryStyle:
    if inspect.isasyncgenfunction(function):
        return "async_generator"
    if inspect.isgeneratorfunction(function):
        return "generator"
    return "coroutine" if inspect.iscoroutinefunction(function) else "plain"


def _injection_point(
    parameter: inspect.Parameter, annotation: Any, place: str, source: SourceLocation | None
) -> tuple[InjectionPoint, list[str]]:
    """Return how a parameter is filled, and the names of all beans that it chooses."""
    hint, outer = strip_aliases(annotation)
    hint, optional = split_optional(hint)
    hint, inner = strip_aliases(hint)
    many = get_origin(hint) is list
    wanted, innermost = strip_aliases(get_args(hint)[0]) if many else (hint, ())
    names = list(dict.fromkeys(mark.name for mark in (*innermost, *inner, *outer) if isinstance(mark, Qualifier)))
    has_default = parameter.default is not parameter.empty
    injection = InjectionPoint(
        parameter=parameter.name,
        place=place,
        source=source,
        wanted=wanted,
        qualifier=names[0] if names else None,
        many=many,
        required=not (many or optional or has_default),
        has_default=has_default,
        default=parameter.default if has_default else None,
        positional=parameter.kind is parameter.POSITIONAL_ONLY,
    )
    return injection, names


def _source_of(function: Callable[..., Any], source: SourceLocation | None) -> SourceLocation | None:
    found = SourceLocation.of(function)
    # A constructor that was generated, as a dataclass's, stands in no file.
    return source if found is None or found.file.startswith("<") else found
