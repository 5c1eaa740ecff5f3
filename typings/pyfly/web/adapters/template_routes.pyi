# Generated from pyfly/web/adapters/template_routes.py; edit that, then run: python -m tools.stubs
"""What routes of path templates have in common, and which routes match as their template says."""

import re
from typing import Any

from starlette.convertors import Convertor
from starlette.routing import BaseRoute, Match
from starlette.types import Scope

from pyfly.metadata import PathTemplate

__all__ = ["TemplateRoute", "template_of"]

class TemplateRoute(BaseRoute):
    """Mixed into Starlette's ``Route`` or ``WebSocketRoute``: a route of a path template that was parsed before.

    Its regular expression is compiled when somebody asks for it, which an index does not.

    Attributes:
        template: The full path.
    """

    template: PathTemplate
    path: str
    path_format: str
    param_convertors: dict[str, Convertor[Any]]
    def take_template(self, template: PathTemplate) -> None:
        """Become the route of a template; it was built for the path ``/``, which costs next to nothing."""
    @property
    def path_regex(self) -> re.Pattern[str]:
        """What Starlette compiles a path to."""
    @path_regex.setter
    def path_regex(self, pattern: re.Pattern[str]) -> None: ...
    @property
    def compiled_regex(self) -> re.Pattern[str] | None:
        """The regular expression, if it was asked for or set."""
    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Tell whether the route serves a path; a number too long to convert is no match."""

def template_of(route: BaseRoute) -> PathTemplate | None:
    """Return the template that tells which paths a route may match; None for a route that matches by other means.

    These are hosts, routes whose class has another `matches`, paths beyond the grammar of templates, and routes with
    converters or a regular expression of the application's own.
    """
