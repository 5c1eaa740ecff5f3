"""What a handler's source says plainly of its endings: codes and statuses that are written where they are used."""

from __future__ import annotations

import ast
import inspect
from enum import EnumMeta
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast, final

from pyfly.websocket import CloseCode, CloseSession

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["WrittenEndings"]

_UNKNOWN: Final = object()
_TELLING: Final = frozenset({"close", "deny", "CloseSession", "CloseCode"})


@final
class WrittenEndings(NamedTuple):
    """The endings that a handler's own source names.

    Attributes:
        close_codes: Reasons by close code; empty where the source gives none.
        denials: The statuses of refused handshakes.
    """

    close_codes: Mapping[int, str] = {}
    denials: tuple[int, ...] = ()

    @classmethod
    def of(cls, function: Callable[..., Any], names: Mapping[str, object]) -> WrittenEndings:
        """Read ``session.close(4001)``, ``raise CloseSession(4002)``, ``session.deny(401)``; nothing is run.

        A code may be a number, a member of an enumeration, or a constant of the handler's module. Members of
        `CloseCode` count wherever they are named. What is computed, and what other functions do, is not looked for.

        Args:
            function: The handler, unbound and unwrapped.
            names: The names in its compiled code; without one that ends a session, the source is not read.
        """
        if _TELLING.isdisjoint(names):
            return cls()
        definition = _definition_of(function)
        if definition is None:
            return cls()
        reader = _Reader(definition, function.__globals__)
        close_codes: dict[int, str] = {}
        for code, reason in reader.close_codes():
            close_codes[code] = close_codes.get(code) or reason
        return cls(close_codes, tuple(dict.fromkeys(reader.denials())))


@final
class _Reader:
    """Reads the definition of one handler."""

    def __init__(self, definition: ast.AsyncFunctionDef | ast.FunctionDef, constants: Mapping[str, Any]) -> None:
        nodes = list(ast.walk(definition))
        arguments = [*definition.args.posonlyargs, *definition.args.args]
        self._session = arguments[1].arg if len(arguments) > 1 else ""
        self._attributes = [node for node in nodes if isinstance(node, ast.Attribute)]
        self._calls = [node for node in nodes if isinstance(node, ast.Call)]
        self._raised = [node.exc for node in nodes if isinstance(node, ast.Raise)]
        own = {node.id for node in nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
        own |= {node.arg for node in nodes if isinstance(node, ast.arg)}
        self._constants = {name: value for name, value in constants.items() if name not in own}

    def close_codes(self) -> Iterator[tuple[int, str]]:
        """Yield each close code with its reason."""
        for call in self._calls:
            code = self._number(call, "code") if self._is_of_session(call, "close") else None
            if code is not None:
                yield code, self._reason(call)
        for error in self._raised:
            if isinstance(error, ast.Call) and self._value(error.func) is CloseSession:
                code = self._number(error, "code")
                if code is not None:
                    yield code, self._reason(error)
        for attribute in self._attributes:
            member = self._value(attribute)
            if isinstance(member, CloseCode):
                yield member, ""

    def denials(self) -> Iterator[int]:
        """Yield the status of each refusal."""
        for call in self._calls:
            if self._is_of_session(call, "deny") and (status := self._number(call, "status")) is not None:
                yield status

    def _is_of_session(self, call: ast.Call, method: str) -> bool:
        match call.func:
            case ast.Attribute(value=ast.Name(id=self._session), attr=name):
                return name == method
            case _:
                return False

    def _number(self, call: ast.Call, name: str) -> int | None:
        value = self._value(_argument(call, 0, name))
        return int(value) if isinstance(value, int) and not isinstance(value, bool) else None

    def _reason(self, call: ast.Call) -> str:
        value = self._value(_argument(call, 1, "reason"))
        return value if isinstance(value, str) else ""

    def _value(self, expression: ast.expr | None) -> Any:
        """Return what an expression plainly is."""
        match expression:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                return self._constants.get(name, _UNKNOWN)
            case ast.Attribute(value=inner, attr=name):
                owner = self._value(inner)
                # Other objects may compute what they are asked for.
                return getattr(owner, name, _UNKNOWN) if isinstance(owner, ModuleType | EnumMeta) else _UNKNOWN
            case _:
                return _UNKNOWN


def _argument(call: ast.Call, position: int, name: str) -> ast.expr | None:
    if len(call.args) > position:
        return call.args[position]
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def _definition_of(function: Callable[..., Any]) -> ast.AsyncFunctionDef | ast.FunctionDef | None:
    """Return a function's definition; None where there is no source, or none that can be read by itself."""
    try:
        source = inspect.getsource(function)
        # Whatever is indented stands in something.
        tree = ast.parse(f"if True:\n{source}" if source[:1].isspace() else source)
    except (OSError, TypeError, SyntaxError):
        return None
    found = (node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef))
    return cast("ast.AsyncFunctionDef | None", next(found, None))
