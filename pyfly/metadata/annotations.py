"""Annotations of handlers, listeners and constructors, evaluated at run time."""

from __future__ import annotations

import ast
import builtins
import inspect
import sys
from types import FunctionType
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, get_args, get_origin

import typing_extensions as te

from pyfly.metadata.aliases import open_variables, substitute
from pyfly.metadata.errors import DeclarationErrors, UnresolvedAnnotationError
from pyfly.metadata.generics import type_arguments
from pyfly.metadata.memory import remembered
from pyfly.metadata.source import SourceLocation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pyfly.metadata.errors import DeclarationError

__all__ = ["resolve_annotations"]

_IMPORT_IT: Final = "import it outside 'if TYPE_CHECKING:' or define it at module level"


def resolve_annotations(
    function: Callable[..., Any],
    *,
    owner: type | None = None,
    target: type | None = None,
    faults: list[DeclarationError] | None = None,
) -> dict[str, Any]:
    """Return a function's annotations with every string and forward reference evaluated, ``Annotated`` kept.

    Args:
        function: A function or method; ``functools.wraps`` wrappers are looked through.
        owner: The class that defines it; its attributes and its own name may be used in annotations.
        target: The class that inherits the function, and tells what the owner's type variables stand for.
        faults: Where to add an `UnresolvedAnnotationError` for each annotation that cannot be evaluated, which is then
            absent; by default they are raised.

    Returns:
        Annotations by parameter name, and under ``"return"``. Parameters without one are absent.

    Raises:
        DeclarationErrors: Annotations cannot be evaluated; one `UnresolvedAnnotationError` each.
    """
    function = inspect.unwrap(getattr(function, "__func__", function))
    try:
        resolved = remembered(owner, ("annotations", function), lambda: _resolved(function, owner))
    except DeclarationErrors as unresolved:
        if faults is None:
            raise
        faults.extend(unresolved.faults)
        resolved = _resolved(function, owner, faults=[])
    if target is None or (target is owner and not getattr(target, "__parameters__", None)):
        return dict(resolved)
    arguments = type_arguments(target, owner)
    if not arguments:
        return dict(resolved)
    if unfilled := {variable for variable, argument in arguments.items() if _references_in(argument)}:
        bad = {name for name, annotation in resolved.items() if unfilled & {annotation, *open_variables(annotation)}}
        if bad and faults is None:
            raise DeclarationErrors(_unfilled(target, arguments))
        if bad and faults is not None:
            faults.extend(_unfilled(target, arguments))
        resolved = {name: annotation for name, annotation in resolved.items() if name not in bad}
    return {name: substitute(annotation, arguments) for name, annotation in resolved.items()}


def _unfilled(target: type, arguments: Mapping[Any, Any]) -> list[UnresolvedAnnotationError]:
    """Return a fault for each type argument of a class's bases that names what does not exist."""
    writers = {
        text: klass
        for klass in reversed(target.__mro__)
        for base in te.get_original_bases(klass)
        for text in _references_in(base)
    }
    faults: list[UnresolvedAnnotationError] = []
    for variable, argument in arguments.items():
        for text in _references_in(argument):
            writer = writers.get(text, target)
            missing = _missing_names(text, {**vars(builtins), **vars(sys.modules[writer.__module__])}) or [text]
            problem = f'{writer.__qualname__}: cannot resolve "{text}", which stands for {variable.__name__}: '
            faults.append(
                UnresolvedAnnotationError(SourceLocation.of(writer), problem + _not_defined(missing), _IMPORT_IT)
            )
    return faults


def _references_in(hint: Any) -> list[str]:
    """Return a string or forward reference, and those inside a hint that is evaluated already."""
    match hint:
        case str():
            return [hint]
        case te.ForwardRef():
            return [hint.__forward_arg__]
        case [*parameters]:  # of a Callable
            parts: Sequence[Any] = parameters
        case _:
            origin, arguments = get_origin(hint), get_args(hint)
            parts = () if origin is Literal else arguments[:1] if origin is Annotated else arguments
    return [text for part in parts for text in _references_in(part)]


def _resolved(
    function: Callable[..., Any], owner: type | None, *, faults: list[DeclarationError] | None = None
) -> dict[str, Any]:
    namespace: dict[str, Any] | None = None
    resolved: dict[str, Any] = {}
    unresolved: list[UnresolvedAnnotationError] = []
    for name, annotation in te.get_annotations(function, format=te.Format.FORWARDREF).items():
        if isinstance(annotation, type) or not _references_in(annotation):
            resolved[name] = annotation
            continue
        if namespace is None:
            namespace = _namespace(function, owner)
        try:
            resolved[name] = _evaluate(annotation, function, namespace)
        except Exception as error:  # an annotation may be any expression
            unresolved.append(_unresolved(function, name, annotation, namespace, error))
    if faults is not None:
        faults.extend(unresolved)
    elif unresolved:
        raise DeclarationErrors(unresolved)
    return resolved


def _namespace(function: Callable[..., Any], owner: type | None) -> dict[str, Any]:
    namespace: dict[str, Any] = {}
    cells = getattr(function, "__closure__", None) or ()
    for name, cell in zip(function.__code__.co_freevars, cells, strict=False):
        try:
            namespace[name] = cell.cell_contents
        except ValueError:  # the enclosing function has not assigned it yet
            continue
    if owner is not None:
        namespace.setdefault(owner.__name__, owner)
        # Types that the class holds may stand in annotations; a method named list must not stand in for the builtin.
        visible = {name: value for name, value in vars(owner).items() if not isinstance(value, FunctionType)}
        namespace.update({name: value for name, value in visible.items() if not name.startswith("__")})
    for holder in (owner, function):
        namespace.update({parameter.__name__: parameter for parameter in getattr(holder, "__type_params__", ())})
    return namespace


def _evaluate(annotation: Any, function: Callable[..., Any], namespace: Mapping[str, Any]) -> Any:
    if isinstance(annotation, str):
        if isinstance(found := _plain(annotation, function, namespace), type):
            return found
        reference, names = te.ForwardRef(annotation), dict(namespace)
    elif isinstance(annotation, te.ForwardRef):
        reference, names = annotation, dict(namespace)
    else:
        # An evaluated annotation may still hold strings inside, as in list["Message"].
        reference, names = te.ForwardRef("__annotation__"), {**namespace, "__annotation__": annotation}
    return te.evaluate_forward_ref(
        reference, globals=function.__globals__, locals=names, format=te.Format.VALUE, owner=function
    )


def _plain(annotation: str, function: Callable[..., Any], namespace: Mapping[str, Any]) -> Any:
    """Return the class that most annotations name: it can be had without compiling an expression."""
    for names in (namespace, function.__globals__, vars(builtins)):
        if annotation in names:
            return names[annotation]
    return None


def _unresolved(
    function: Callable[..., Any], name: str, annotation: Any, namespace: Mapping[str, Any], error: Exception
) -> UnresolvedAnnotationError:
    subject = f"the return type of {function.__qualname__}" if name == "return" else f"{function.__qualname__}({name})"
    texts = _references_in(annotation)
    if isinstance(error, NameError):
        known = {**vars(builtins), **function.__globals__, **namespace}
        lacking = {text: names for text in texts if (names := _missing_names(text, known))}
        lacking = lacking or {text: [error.name or text] for text in texts}
        listed = ", ".join(f'"{text}"' for text in lacking)
        missing = sorted({name for names in lacking.values() for name in names})
        problem = f"{subject}: cannot resolve {listed}: {_not_defined(missing)}"
        return UnresolvedAnnotationError(SourceLocation.of(function), problem, _IMPORT_IT)
    text = texts[0] if len(texts) == 1 else str(annotation)
    return UnresolvedAnnotationError(
        SourceLocation.of(function), f'{subject}: "{text}" is not a type: {error}', "write a type"
    )


def _not_defined(names: Sequence[str]) -> str:
    return f"{', '.join(names)} {'is' if len(names) == 1 else 'are'} not defined at run time"


def _missing_names(expression: str, known: Mapping[str, Any]) -> list[str]:
    try:
        tree = ast.parse(expression, mode="eval")
    except SyntaxError:
        return []
    names = (node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    return sorted({name for name in names if name not in known})
