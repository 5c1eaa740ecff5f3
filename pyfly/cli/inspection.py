"""Looks at an application the way its start does, and gathers what the start would reject."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from dataclasses import dataclass
from typing import TYPE_CHECKING, final

from pyfly.application import collect_routes, create_app
from pyfly.cli.adapters.starlette import contexts_of, routes_of
from pyfly.cli.beans import beans_of
from pyfly.cli.errors import NothingToServeError
from pyfly.cli.forgotten import forgotten_classes, forgotten_functions
from pyfly.cli.output import single_faults
from pyfly.cli.targets import Target
from pyfly.context import ApplicationContext
from pyfly.errors import PyflyError
from pyfly.metadata import keeping_refusals

if TYPE_CHECKING:
    from pyfly.cli.beans import ListedBean
    from pyfly.cli.routes import ListedRoute
    from pyfly.metadata import DeclarationError
    from pyfly.server.ports import ASGIApp

__all__ = ["Inspection", "inspect_target"]


@final
@dataclass(frozen=True, slots=True)
class Inspection:
    """What a look at a target has shown.

    Attributes:
        text: The target as the user wrote it.
        target: What it means; None when it is no target.
        application: The application; None when faults keep it from being made.
        routes: Its routes.
        contexts: The contexts of the application, also of one that cannot be made.
        beans: The beans of all its contexts, also of one whose application cannot be made.
        faults: Everything that its start would reject, each once.
        nothing: Why there is nothing to serve; None where there is something, or where faults may hide it.
        warnings: What a start passes over in silence.
    """

    text: str
    target: Target | None
    application: ASGIApp | None
    routes: tuple[ListedRoute, ...]
    contexts: tuple[ApplicationContext, ...]
    beans: tuple[ListedBean, ...]
    faults: tuple[PyflyError, ...]
    nothing: NothingToServeError | None
    warnings: tuple[DeclarationError, ...]

    @property
    def obstacles(self) -> tuple[PyflyError, ...]:
        """Everything that keeps it from being served."""
        return self.faults if self.nothing is None else (*self.faults, self.nothing)


def inspect_target(text: str) -> Inspection:
    """Import a target and check everything that can be checked without starting it.

    What it prints meanwhile goes to stderr: stdout is for what the command has to say.

    Args:
        text: What the user wrote.
    """
    faults: dict[str, PyflyError] = {}
    target: Target | None = None
    application: ASGIApp | None = None
    contexts: list[ApplicationContext] = []
    refused: list[DeclarationError] = []
    nothing: NothingToServeError | None = None
    with redirect_stdout(sys.stderr), keeping_refusals(refused):
        try:
            target = Target.parse(text)
            found = target.find()
            if isinstance(found, ApplicationContext):
                contexts = [found]
                routed = collect_routes(found)
                if not routed:
                    mend = "decorate a method, as with @get_mapping()"
                    raise NothingToServeError(text, "no controller has a mapping", mend, context=found)
                application = create_app(context=found)
            else:
                application = found
                contexts = contexts_of(found)
        except NothingToServeError as error:
            contexts = [error.context]
            nothing = None if refused else error  # what was refused may have been all there is
        except PyflyError as error:
            _keep(faults, error)
    for fault in refused:
        _keep(faults, fault)
    if refused:  # it would serve without what was refused
        application = None
    for context in contexts:
        try:
            context.check()
        except PyflyError as error:
            _keep(faults, error)
    routes = () if application is None else tuple(routes_of(application))
    warnings: list[DeclarationError] = []
    for context in contexts:
        warnings += context.container.doubts()
    if target is not None and contexts:
        served = {route.controller for route in routes}
        warnings += forgotten_classes(target.module(), contexts, served)
        warnings += forgotten_functions(target.module(), contexts, served)
    return Inspection(
        text=text,
        target=target,
        application=application,
        routes=routes,
        contexts=tuple(contexts),
        beans=tuple(beans_of(contexts)),
        faults=tuple(faults.values()),
        nothing=nothing,
        warnings=tuple(warnings),
    )


def _keep(faults: dict[str, PyflyError], error: PyflyError) -> None:
    for fault in single_faults(error):
        faults.setdefault(str(fault), fault)
