"""What a constructor or factory is injected with, read from its parameters and annotations."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Final, final, get_args, get_origin

from pyfly.container.bean_types import split_optional, strip_annotated
from pyfly.container.definitions import FactoryStyle, InjectionPoint
from pyfly.container.descriptors import Qualifier
from pyfly.container.errors import BeanDeclarationError
from pyfly.metadata import DeclarationError, DeclarationErrors, SourceLocation, resolve_annotations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Signature"]


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
        self, function: Callable[..., Any], *, owner: type | None, bound: bool, source: SourceLocation | None
    ) -> None:
        """Read a function.

        Args:
            function: The constructor or factory.
            owner: The class whose names its annotations may use.
            bound: Whether the container does not fill the first parameter.
            source: Where the bean was declared, for functions that stand in no file.
        """
        self.faults: Final[list[DeclarationError]] = []
        self.injections: Final[list[InjectionPoint]] = []
        self.style: Final = _style(function)
        annotations = self._annotations(function, owner, source)
        self.result: Final[Any] = annotations.get("return")
        if self.faults:
            return
        for parameter in _injected_parameters(function, bound=bound):
            place = f"{_qualified_name(function)}({parameter.name})"
            where = _source_of(function, source)
            if parameter.name in annotations:
                self.injections.append(_injection_point(parameter, annotations[parameter.name], place, where))
            elif parameter.default is parameter.empty:
                self.faults.append(
                    BeanDeclarationError(
                        where,
                        f"{place} has no type annotation, so no bean can be chosen for it",
                        "annotate it with the type of the bean, or give it a default",
                    )
                )

    @classmethod
    def of_class(cls, target: type, source: SourceLocation | None) -> Signature:
        """Read a class's constructor."""
        for klass in target.__mro__:
            for name in ("__init__", "__new__"):
                constructor = vars(klass).get(name)
                function = getattr(constructor, "__func__", constructor)
                # Protocol gives its classes a constructor that only passes on to the next one.
                if inspect.isfunction(function) and function.__module__ != "typing":
                    return cls(function, owner=klass, bound=True, source=source)
        return cls(_no_constructor, owner=None, bound=False, source=source)

    @property
    def bean_type(self) -> Any:
        """The type of the bean that a factory makes: what it returns or yields."""
        result, _ = strip_annotated(self.result)
        if self.style in ("generator", "async_generator") and (arguments := get_args(result)):
            result, _ = strip_annotated(arguments[0])
        return result

    def _annotations(
        self, function: Callable[..., Any], owner: type | None, source: SourceLocation | None
    ) -> dict[str, Any]:
        try:
            return resolve_annotations(function, owner=owner)
        except DeclarationErrors as errors:
            where = _source_of(function, source)
            self.faults.extend(type(fault)(where, fault.problem, fault.mend) for fault in errors.faults)
            return {}


def _no_constructor() -> None:
    """Stand in for a constructor that is not written in Python, which nothing is injected into."""


def _style(function: Callable[..., Any]) -> FactoryStyle:
    if inspect.isasyncgenfunction(function):
        return "async_generator"
    if inspect.isgeneratorfunction(function):
        return "generator"
    return "coroutine" if inspect.iscoroutinefunction(function) else "plain"


def _injected_parameters(function: Callable[..., Any], *, bound: bool) -> Iterator[inspect.Parameter]:
    parameters = list(inspect.signature(function).parameters.values())
    for parameter in parameters[1:] if bound else parameters:
        if parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            yield parameter


def _injection_point(
    parameter: inspect.Parameter, annotation: Any, place: str, source: SourceLocation | None
) -> InjectionPoint:
    hint, outer = strip_annotated(annotation)
    hint, optional = split_optional(hint)
    hint, inner = strip_annotated(hint)
    many = get_origin(hint) is list
    wanted = strip_annotated(get_args(hint)[0])[0] if many else hint
    qualifiers = [mark.name for mark in (*inner, *outer) if isinstance(mark, Qualifier)]
    has_default = parameter.default is not parameter.empty
    return InjectionPoint(
        parameter=parameter.name,
        place=place,
        source=source,
        wanted=wanted,
        qualifier=qualifiers[0] if qualifiers else None,
        many=many,
        required=not (many or optional or has_default),
        has_default=has_default,
        default=parameter.default if has_default else None,
        positional=parameter.kind is parameter.POSITIONAL_ONLY,
    )


def _source_of(function: Callable[..., Any], source: SourceLocation | None) -> SourceLocation | None:
    found = SourceLocation.of(function)
    # A constructor that was generated, as a dataclass's, stands in no file.
    return source if found is None or found.file.startswith("<") else found


def _qualified_name(function: Callable[..., Any]) -> str:
    return function.__qualname__.rpartition("<locals>.")[2]
