"""What routes of path templates have in common, and which routes match as their template says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, cast

from starlette.convertors import CONVERTOR_TYPES
from starlette.routing import BaseRoute, Match, Mount, Route, WebSocketRoute

from pyfly.metadata import PathTemplate, PathTemplateError, PathVariable
from pyfly.web.path_index import CONVERTER_PATTERNS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.convertors import Convertor
    from starlette.types import Scope

__all__ = ["TemplateRoute", "template_of"]

_FLAGS: Final = re.compile("").flags


class TemplateRoute(BaseRoute):
    """Mixed into Starlette's ``Route`` or ``WebSocketRoute``: a route of a path template that was parsed before.

    Its regular expression is compiled when somebody asks for it, which an index does not.

    Attributes:
        template: The full path.
    """

    template: PathTemplate
    _path_regex: re.Pattern[str] | None = None
    path: str
    path_format: str
    param_convertors: dict[str, Convertor[Any]]

    def take_template(self, template: PathTemplate) -> None:
        """Become the route of a template; it was built for the path ``/``, which costs next to nothing."""
        self.template = template
        self.path = template.text
        self.path_format = "".join(f"/{''.join(map(_formatted, segment))}" for segment in template.segments)
        self.param_convertors = {name: CONVERTOR_TYPES[kind] for name, kind in template.variables.items()}
        self._path_regex = None

    @property
    def path_regex(self) -> re.Pattern[str]:
        """What Starlette compiles a path to."""
        if self._path_regex is None:
            self._path_regex = re.compile(_pattern(self.template, self.param_convertors))
        return self._path_regex

    @path_regex.setter
    def path_regex(self, pattern: re.Pattern[str]) -> None:
        self._path_regex = pattern

    @property
    def compiled_regex(self) -> re.Pattern[str] | None:
        """The regular expression, if it was asked for or set."""
        return self._path_regex

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Tell whether the route serves a path; a number too long to convert is no match."""
        try:
            return super().matches(scope)
        except ValueError:
            return Match.NONE, {}


def template_of(route: BaseRoute) -> PathTemplate | None:
    """Return the template that tells which paths a route may match; None for a route that matches by other means.

    These are hosts, routes whose class has another `matches`, paths beyond the grammar of templates, and routes with
    converters or a regular expression of the application's own.
    """
    template, convertors, pattern = _claimed(route)
    if template is None:
        return None
    usual = all(convertors[name].regex == CONVERTER_PATTERNS[kind] for name, kind in template.variables.items())
    if not usual:
        return None
    if pattern is not None and (pattern.flags != _FLAGS or pattern.pattern != _pattern(template, convertors)):
        return None
    return template


def _claimed(route: Any) -> tuple[PathTemplate | None, Mapping[str, Convertor[Any]], re.Pattern[str] | None]:
    """Return the template of a route, if it has one, its converters, and its regular expression if it is compiled."""
    if isinstance(route, TemplateRoute):
        return route.template, route.param_convertors, route.compiled_regex
    kind: Any = type(cast("object", route))
    if kind.matches in (Route.matches, WebSocketRoute.matches):
        path: str = route.path
    elif kind.matches is Mount.matches:
        path = f"{route.path}/{{path:path}}"
    else:
        return None, {}, None
    try:
        template = PathTemplate.parse(path)
    except PathTemplateError:
        return None, {}, None
    known = template if template.variables.keys() == route.param_convertors.keys() else None
    return known, route.param_convertors, route.path_regex


def _pattern(template: PathTemplate, convertors: Mapping[str, Convertor[Any]]) -> str:
    """Return the regular expression that Starlette makes of a template."""
    segments = (
        "".join(
            f"(?P<{part.name}>{convertors[part.name].regex})" if isinstance(part, PathVariable) else re.escape(part)
            for part in segment
        )
        for segment in template.segments
    )
    return f"^/{'/'.join(segments)}$"


def _formatted(part: str | PathVariable) -> str:
    return f"{{{part.name}}}" if isinstance(part, PathVariable) else part
