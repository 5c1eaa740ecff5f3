"""What a handler returns, written as JSON the way its return annotation says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Self, TypeVar, Union, cast, final, get_origin

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError, to_json

from pyfly.metadata import DeclarationError, SourceLocation, remembered, resolve_annotations
from pyfly.web.annotations import type_name, union_members
from pyfly.web.errors import HandlerResultError
from pyfly.web.signatures import defining_class
from pyfly.web.type_adapters import TypeAdapterError, type_adapter

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import TypeAdapter

__all__ = ["JSONWriter"]


@final
class JSONWriter:
    """Writes values of one annotated type as JSON: only what the type declares, under its aliases.

    A value of another shape, such as a dictionary for a model, is validated into the type first. Without a type that
    pydantic understands, any value is written as it is.

    Args:
        annotation: The type the values are declared to have; ``Any`` for none.
        handler: Who makes the values, for messages.
        natives: Types the values may also have but that are not written here; left out of the annotation.
        source: Where an error points to.

    Raises:
        DeclarationError: pydantic finds the type wrong.

    Attributes:
        annotation: The type as it was given.
        adapter: What writes the values; None when they are written as they are.
    """

    __slots__ = ("_handler", "adapter", "annotation")

    def __init__(
        self,
        annotation: Any,
        *,
        handler: str,
        source: SourceLocation | None = None,
        natives: tuple[type, ...] = (),
    ) -> None:
        self.annotation: Any = annotation
        self._handler = handler
        try:
            self.adapter: TypeAdapter[Any] | None = _adapter(annotation, natives)
        except TypeAdapterError as error:
            problem = f'the answer of {handler}: pydantic cannot validate "{type_name(annotation)}": {error.problem}'
            raise DeclarationError(source, problem, error.mend, "pyfly-handler") from error

    @classmethod
    def of(cls, function: Callable[..., Any], *, owner: type, natives: tuple[type, ...] = ()) -> Self:
        """Return the writer for what a handler returns.

        Args:
            function: The handler as its class holds it, unbound.
            owner: The controller.
            natives: Types such as the server's response, which a handler may return instead of a value.

        Raises:
            DeclarationErrors: The handler's annotations cannot be evaluated.
            DeclarationError: pydantic finds its answer's type wrong.
        """
        return remembered(owner, ("writer", function, natives), lambda: cls._of(function, owner, natives))

    @classmethod
    def _of(cls, function: Callable[..., Any], owner: type, natives: tuple[type, ...]) -> Self:
        annotations = resolve_annotations(function, owner=defining_class(owner, function), target=owner)
        return cls(
            annotations.get("return", Any),
            handler=f"{owner.__name__}.{function.__name__}",
            source=SourceLocation.of(function),
            natives=natives,
        )

    def write(self, value: object) -> bytes:
        """Return a value as JSON.

        Raises:
            HandlerResultError: The value cannot be written, or cannot become what the annotation says.
        """
        if self.adapter is None:
            try:
                return to_json(value, inf_nan_mode="null")
            except (PydanticSerializationError, ValueError) as error:
                raise HandlerResultError(self._handler, f"{_kind(value)}, which is not JSON: {error}") from error
        if isinstance(value, Iterator):
            value = list(cast("Iterator[object]", value))  # it can be gone through once only
        try:
            return self.adapter.dump_json(value, by_alias=True, warnings="error")
        except PydanticSerializationError:
            return self._write_validated(self.adapter, value)

    def _write_validated(self, adapter: TypeAdapter[Any], value: object) -> bytes:
        try:
            fitting = adapter.validate_python(value, from_attributes=True, by_alias=True, by_name=True)
            return adapter.dump_json(fitting, by_alias=True, warnings="error")
        except (ValidationError, PydanticSerializationError) as error:
            raise HandlerResultError(
                self._handler,
                f'{_kind(value)}, which does not fit its annotation "{type_name(self.annotation)}": {error}',
            ) from error


def _adapter(annotation: Any, natives: tuple[type, ...]) -> TypeAdapter[Any] | None:
    members = list(union_members(annotation))
    written = [member for member in members if not _is_native(member, natives)]
    if all(_says_nothing(member) for member in written):
        return None
    usable: Any = annotation
    if len(written) < len(members):
        usable = Union[tuple(written)]  # noqa: UP007  # the members are known at run time only
    try:
        return type_adapter(usable)
    except TypeAdapterError as error:
        if error.is_unknown:
            return None
        raise


def _is_native(member: Any, natives: tuple[type, ...]) -> bool:
    kind = get_origin(member) or member
    return isinstance(kind, type) and issubclass(kind, natives)


def _says_nothing(member: Any) -> bool:
    return member in (Any, object, None, type(None)) or isinstance(member, TypeVar)


def _kind(value: object) -> str:
    return f"returned {type(value).__name__}"
