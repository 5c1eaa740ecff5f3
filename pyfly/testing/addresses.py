"""From a handler and its arguments to the handshake that reaches it."""

from __future__ import annotations

import inspect
import re
from decimal import Decimal
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Any, Final, final
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

from pydantic import BaseModel
from pydantic_core import PydanticSerializationError, to_jsonable_python

from pyfly.metadata import did_you_mean, read_signature
from pyfly.testing.errors import ArgumentError
from pyfly.testing.messages import HandshakeRequest
from pyfly.web.annotations import admits_none, takes_many
from pyfly.web.parameters import ParameterSource

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pyfly.testing.messages import Options
    from pyfly.web.endpoints import Endpoint
    from pyfly.web.signatures import BoundParameter
    from pyfly.websocket import WebSocketMapping
    from pyfly.websocket.signatures import HandlerPlan

__all__ = ["request_at", "request_for"]

_VARIABLE: Final = re.compile(r"\{(?P<name>[^\W\d]\w*)(?::(?P<converter>\w+))?\}")
# What Starlette's converters of these names take.
_TAKEN: Final[Mapping[str, tuple[str, str]]] = {
    "str": ("[^/]+", "a text without slashes, and not empty"),
    "path": (".*", "a text"),
    "int": ("[0-9]+", "a number from 0"),
    "float": (r"[0-9]+(\.[0-9]+)?", "a number from 0"),
    "uuid": ("[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}", "a UUID"),
}
_PLACES: Final[Mapping[ParameterSource, str]] = {
    ParameterSource.QUERY: "query parameter",
    ParameterSource.HEADER: "header",
    ParameterSource.COOKIE: "cookie",
}


def request_at(address: str, options: Options) -> HandshakeRequest:
    """Return the handshake at a path, as it stands in a URL.

    Args:
        address: Path and query, percent-encoded.
        options: What else to send.

    Raises:
        ArgumentError: It does not begin with a slash.
    """
    parts = urlsplit(address)
    if parts.netloc or not address.startswith("/"):
        path = urlunsplit(("", "", f"/{parts.path.lstrip('/')}", parts.query, ""))
        server = f', or connect_url("{address}") for a server that runs elsewhere' if parts.scheme else ""
        raise ArgumentError(f'a path begins with "/", got "{address}"', f'write "{path}"{server}')
    return HandshakeRequest(
        path=unquote(parts.path) or "/",
        query=(*parse_qsl(parts.query, keep_blank_values=True), *options.query),
        headers=options.headers,
        cookies=tuple((name, _cookie(value)) for name, value in options.cookies),
        subprotocols=options.subprotocols,
    )


def request_for(
    endpoint: Endpoint[WebSocketMapping],
    plan: HandlerPlan,
    given: tuple[tuple[Any, ...], dict[str, Any]],
    options: Options,
    *,
    mounts: Sequence[str] = (),
) -> HandshakeRequest:
    """Return the handshake that gives a handler its arguments.

    Args:
        endpoint: The handler.
        plan: What is known of its parameters.
        given: Its arguments after the session, by position and by name.
        options: What else to send.
        mounts: Path templates in front of the handler's own.

    Raises:
        ArgumentError: An argument is unknown, missing, or has no form in its place.
    """
    return _Handshake(endpoint, plan, "".join((*mounts, endpoint.path)), options).request(*given)


@final
class _Handshake:
    """One handshake in the making."""

    def __init__(
        self, endpoint: Endpoint[WebSocketMapping], plan: HandlerPlan, template: str, options: Options
    ) -> None:
        self._label = endpoint.qualified_name
        self._function = endpoint.function
        self._parameters = {parameter.name: parameter for parameter in plan.arguments.parameters}
        self._template = template
        self._options = options
        self._variables: dict[str, object] = dict(options.path_params)
        self._query: list[tuple[str, str]] = []
        self._headers: list[tuple[str, str]] = []
        self._cookies: list[tuple[str, str]] = []

    def request(self, positional: tuple[Any, ...], named: dict[str, Any]) -> HandshakeRequest:
        arguments = self._bound(positional, named)
        for name, value in arguments.items():
            self._place(name, value)
        self._check_complete(arguments)
        options = self._options
        return HandshakeRequest(
            path=self._path(),
            query=(*self._query, *options.query),
            headers=(*self._headers, *options.headers),
            cookies=tuple((name, _cookie(value)) for name, value in (*self._cookies, *options.cookies)),
            subprotocols=options.subprotocols,
        )

    def _bound(self, positional: tuple[Any, ...], named: dict[str, Any]) -> dict[str, Any]:
        parameters = list(read_signature(self._function).parameters.values())[2:]
        names = [parameter.name for parameter in parameters]
        for name in named:
            if name in names:
                continue
            problem = f'{self._label} has no parameter "{name}"'
            if name in self._template_variables():
                raise ArgumentError(
                    f"{problem}; it is a variable of its path",
                    f"give it apart from the parameters: connect(...).using(path_params={{{name!r}: ...}})",
                )
            raise ArgumentError(problem, did_you_mean(name, names, otherwise=f"it has {_listed(names)}"))
        try:
            return dict(inspect.Signature(parameters).bind_partial(*positional, **named).arguments)
        except TypeError as error:
            raise ArgumentError(f"{self._label}: {error}", f"its parameters are {_listed(names)}") from None

    def _place(self, name: str, value: object) -> None:
        parameter = self._parameters.get(name)
        if parameter is None:
            raise ArgumentError(
                f'parameter "{name}" of {self._label} is not bound from the handshake: it always has its default',
                "leave it out, or mark it QueryParam[...], Header[...] or Cookie[...]",
            )
        if parameter.source is ParameterSource.PATH:
            self._variables[name] = value
        elif parameter.source is ParameterSource.QUERY and not parameter.alias:
            self._query += self._model_values(parameter, value)
        else:
            target = {
                ParameterSource.QUERY: self._query,
                ParameterSource.HEADER: self._headers,
                ParameterSource.COOKIE: self._cookies,
            }[parameter.source]
            target += [(parameter.alias, text) for text in self._texts(parameter, value)]

    def _texts(self, parameter: BoundParameter, value: object) -> Iterator[str]:
        place = f"a {_PLACES[parameter.source]}"
        if value is None:
            if parameter.default is not None or not admits_none(parameter.annotation):
                self._refuse(parameter.name, value, f"has no form in {place}, and to leave it out means something else")
            return
        items: Any = value
        for item in items if parameter.many and not isinstance(value, str | bytes) else [value]:
            text = _text(item)
            if text is None:
                self._refuse(parameter.name, item, f"has no form in {place}")
            else:
                yield text

    def _model_values(self, parameter: BoundParameter, value: object) -> Iterator[tuple[str, str]]:
        if not isinstance(value, BaseModel):
            if value is not None:
                self._refuse(parameter.name, value, "is no model of the query")
            return
        for name, field in type(value).model_fields.items():
            if name not in value.model_fields_set:
                continue
            alias = field.validation_alias if isinstance(field.validation_alias, str) else name
            found: Any = getattr(value, name)
            items: Any = found if takes_many(field.annotation) and found is not None else [found]
            for item in items:
                text = None if item is None else _text(item)
                if text is not None:
                    yield alias, text
                elif item is not None:
                    self._refuse(f"{parameter.name}.{name}", item, "has no form in a query")

    def _check_complete(self, arguments: Mapping[str, object]) -> None:
        options = self._options
        sent = {
            ParameterSource.QUERY: {name for name, _ in options.query},
            ParameterSource.HEADER: {name for name, _ in options.headers},
            ParameterSource.COOKIE: {name for name, _ in options.cookies},
            ParameterSource.PATH: set(options.path_params),
        }
        for name, parameter in self._parameters.items():
            if not parameter.required or name in arguments or parameter.alias in sent[parameter.source]:
                continue
            where = (
                f'path "{self._template}"'
                if parameter.source is ParameterSource.PATH
                else f'{_PLACES[parameter.source]} "{parameter.alias or name}"'
            )
            raise ArgumentError(f'{self._label} needs "{name}" for its {where}', self._example(name))

    def _example(self, name: str) -> str:
        return f"write connect(app, {self._label}, {name}=...)"

    def _template_variables(self) -> list[str]:
        return [match["name"] for match in _VARIABLE.finditer(self._template)]

    def _path(self) -> str:
        unknown = [name for name in self._options.path_params if name not in self._template_variables()]
        if unknown:
            raise ArgumentError(
                f'path "{self._template}" of {self._label} has no variable "{unknown[0]}"',
                did_you_mean(unknown[0], self._template_variables(), otherwise="leave it out"),
            )
        return _VARIABLE.sub(self._filled, self._template)

    def _filled(self, variable: re.Match[str]) -> str:
        name, converter = variable["name"], variable["converter"] or "str"
        if name not in self._variables:
            raise ArgumentError(
                f'path "{self._template}" of {self._label} has the variable "{name}", which is no parameter of it',
                f"give it with connect(...).using(path_params={{{name!r}: ...}})",
            )
        value = self._variables[name]
        text = _text(value)
        pattern, taken = _TAKEN.get(converter, _TAKEN["path"])
        if text is None or not re.fullmatch(pattern, text):
            self._refuse(name, value, f'does not fit "{variable[0]}" in "{self._template}", which takes {taken}')
        return text or ""

    def _refuse(self, name: str, value: object, problem: str) -> None:
        raise ArgumentError(f"{self._label}: {name}={value!r} {problem}", "send it by its path: connect_path(app, ...)")


def _text(value: object) -> str | None:
    """Return a value as it stands in a URL or header; None for what has no such form."""
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f")  # never with an exponent, which no path converter takes
    try:
        plain = to_jsonable_python(value)
    except PydanticSerializationError:
        return None
    if isinstance(plain, bool):
        return "true" if plain else "false"
    return str(plain) if isinstance(plain, str | int | float) else None


def _cookie(value: str) -> str:
    return SimpleCookie().value_encode(value)[1]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names) or "none"
