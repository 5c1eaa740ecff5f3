"""HTTP controllers as Starlette routes."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from pyfly.container import Stereotype
from pyfly.errors import as_exception, is_own_failure
from pyfly.metadata import DeclarationErrors, gathering
from pyfly.rules import HandlerFacts, check_http_handler, declaration_error
from pyfly.web.adapters.problems import answer_failure, problem_exception_handlers
from pyfly.web.adapters.routes import (
    NATIVES,
    ControllerRoute,
    collect_controller_routes,
    natives_of,
    shows_errors,
)
from pyfly.web.arguments import ArgumentPlan
from pyfly.web.controllers import registry_of
from pyfly.web.descriptors import HttpMapping
from pyfly.web.errors import HandlerResultError
from pyfly.web.mappings import handler_style
from pyfly.web.responses import JSONWriter

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from starlette.types import ASGIApp, Receive, Scope, Send

    from pyfly.container import BeanContext
    from pyfly.metadata import DeclarationError, MetadataRegistry
    from pyfly.web.controllers import ControllerBean
    from pyfly.web.endpoints import Endpoint

__all__ = ["ControllerRegistrar", "ControllerRoute", "problem_exception_handlers"]

# RFC 9110: these carry no content.
_WITHOUT_CONTENT = frozenset({204, 205, 304})


@final
class ControllerRegistrar:
    """Makes Starlette routes of controllers' HTTP mappings.

    Args:
        registry: Where the decorators recorded; the context's own by default.
        controllers: The controllers to look at; by default all that the context serves.
    """

    __slots__ = ("_controllers", "_endpoints", "_registry")

    def __init__(
        self,
        *,
        registry: MetadataRegistry | None = None,
        controllers: Iterable[type] | None = None,
        endpoints: Sequence[Endpoint[HttpMapping]] | None = None,
    ) -> None:
        self._registry = registry
        self._controllers = None if controllers is None else tuple(controllers)
        self._endpoints = endpoints

    def collect_routes(self, context: BeanContext) -> list[ControllerRoute]:
        """Return a route for each HTTP mapping, the most specific path first.

        Beans are asked for at the first request. The routes may be added to any Starlette or FastAPI application.

        Args:
            context: Where the controllers' beans live.

        Raises:
            DeclarationErrors: Mappings or signatures that can never work; each error names its place.
        """
        registry = registry_of(context, self._registry)
        debug = shows_errors(context)

        def make_app(endpoint: Endpoint[HttpMapping], bean: ControllerBean) -> ASGIApp:
            stereotype = registry.find(endpoint.controller, Stereotype)
            writes_html = stereotype is not None and stereotype.kind == "controller"
            return _HttpHandler(endpoint, bean, writes_html=writes_html, debug=debug)

        return collect_controller_routes(
            context,
            HttpMapping,
            make_app,
            registry=registry,
            controllers=self._controllers,
            endpoints=self._endpoints,
        )


@final
class _HttpHandler:
    """The ASGI application of one HTTP endpoint; what can be known before a request is found out here, once."""

    __slots__ = ("_bean", "_debug", "_is_async", "_label", "_name", "_plan", "_status_code", "_writer")

    def __init__(
        self, endpoint: Endpoint[HttpMapping], bean: ControllerBean, *, writes_html: bool, debug: bool
    ) -> None:
        function = endpoint.function
        facts = HandlerFacts(endpoint.written_name, endpoint.name, handler_style(function))
        faults: list[DeclarationError] = []
        if fault := check_http_handler(facts, endpoint.mapping.kind):
            faults.append(declaration_error(fault, endpoint.source))
        self._bean = bean
        self._name = endpoint.name
        self._label = endpoint.qualified_name
        self._status_code = endpoint.mapping.status_code
        self._is_async = inspect.iscoroutinefunction(function)
        self._debug = debug
        with gathering(faults):
            self._plan = ArgumentPlan.of(
                function,
                owner=endpoint.controller,
                template=endpoint.template,
                leading=1,
                natives=NATIVES,
                body=endpoint.mapping.method != "GET",
                source=endpoint.source,
            )
        self._writer: JSONWriter | None = None
        if not writes_html:
            with gathering(faults):
                self._writer = JSONWriter.of(function, owner=endpoint.controller, natives=(Response,))
        if faults:
            raise DeclarationErrors(faults)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        if (bean := self._bean.singleton) is not None:
            response = await self._answer(bean, request)
            await response(scope, receive, send)
            return
        opened = False
        try:
            async with self._bean.open({Request: request}) as bean:
                opened = True
                response = await self._answer(bean, request)
                await response(scope, receive, send)
        except Exception as error:
            if opened:
                raise
            response = answer_failure(request, error, handler=self._label, debug=self._debug)
            await response(scope, receive, send)

    async def _answer(self, bean: Any, request: Request) -> Response:
        try:
            arguments: dict[str, Any] = {}
            if not self._plan.is_empty:
                body = await request.body() if self._plan.reads_body else None
                arguments = self._plan.bind(request, body=body, natives=natives_of(request))
            method = getattr(bean, self._name)
            result = method(**arguments) if self._is_async else await run_in_threadpool(method, **arguments)
            return self._response(await result if inspect.isawaitable(result) else result)
        except BaseException as error:  # the application's edge: every failure becomes an answer
            if not is_own_failure(error):
                raise
            failure = as_exception(error, source=self._label)
            return answer_failure(request, failure, handler=self._label, debug=self._debug)

    def _response(self, result: Any) -> Response:
        if isinstance(result, Response):
            return result
        if self._status_code in _WITHOUT_CONTENT:
            return Response(status_code=self._status_code)
        if self._writer is not None:
            return Response(self._writer.write(result), self._status_code, media_type="application/json")
        if isinstance(result, str):
            return HTMLResponse(result, self._status_code)
        raise HandlerResultError(
            self._label,
            f"returned {type(result).__name__}; a @controller returns a Response or HTML text, "
            "a @rest_controller whatever becomes JSON",
        )
