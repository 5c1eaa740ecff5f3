"""The documentation page as Starlette routes."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Awaitable, Callable
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, TypeAlias, final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

from pyfly.apidocs.asyncapi import asyncapi_document
from pyfly.apidocs.documents import info_of
from pyfly.apidocs.guard import DocsGuard
from pyfly.apidocs.openapi import openapi_document
from pyfly.apidocs.page import PAGE_HEADERS, find_asset, render_page
from pyfly.apidocs.site import document_text
from pyfly.context import ApplicationContext
from pyfly.web.adapters.problems import answer_failure
from pyfly.web.adapters.routes import shows_errors

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp, Receive, Scope, Send

    from pyfly.apidocs.info import ApiInfo
    from pyfly.container import BeanContext
    from pyfly.metadata import MetadataRegistry

    Answer: TypeAlias = Callable[[Request], Awaitable[Response]]

__all__ = ["DocsRegistrar", "DocsRoute", "Guard"]

Guard: TypeAlias = Callable[[Request], bool | Awaitable[bool]]
"""Decides whether a request may see the documentation page."""

_HANDLER: Final = "the documentation page"


@final
class DocsRoute(Route):
    """A route of the documentation page, its documents or its assets.

    Attributes:
        is_page: Whether it is the page itself.
    """

    def __init__(self, path: str, app: ASGIApp, *, is_page: bool = False) -> None:
        super().__init__(path, app, methods=["GET"], include_in_schema=False)
        self.is_page = is_page


@final
class DocsRegistrar:
    """Makes Starlette routes of the documentation page, its documents and its assets.

    Args:
        path: Where the page is served; all else is below it.
        info: What the documents say of the API as a whole; by default the context's `ApiInfo` bean, if there is one.
        guard: Decides on each request, before all beans that are a `DocsGuard`.
        registry: Where the decorators recorded; the context's own by default.
        controllers: The controllers to document; by default all that the context serves.
    """

    __slots__ = ("_controllers", "_guard", "_info", "_path", "_registry")

    def __init__(
        self,
        *,
        path: str = "/docs",
        info: ApiInfo | None = None,
        guard: Guard | None = None,
        registry: MetadataRegistry | None = None,
        controllers: Iterable[type] | None = None,
    ) -> None:
        self._path = path.rstrip("/")
        self._info = info
        self._guard = guard
        self._registry = registry
        self._controllers = None if controllers is None else tuple(controllers)

    def collect_routes(self, context: BeanContext) -> list[DocsRoute]:
        """Return the page's routes, which may be added to any Starlette or FastAPI application.

        The documents are made at the first request for them, and kept.

        Args:
            context: Where the controllers' beans live.
        """
        path, page = self._path, _Kept(partial(render_page, self._path), "text/html")
        debug = shows_errors(context)
        guarded = partial(_Guarded, guard=self._guard, context=context, debug=debug)
        return [
            DocsRoute(path, guarded(page), is_page=True),
            DocsRoute(f"{path}/", guarded(_to_the_page(path))),
            DocsRoute(f"{path}/openapi.json", guarded(self._document(openapi_document, context))),
            DocsRoute(f"{path}/asyncapi.json", guarded(self._document(asyncapi_document, context))),
            DocsRoute(f"{path}/assets/{{name:path}}", guarded(_asset)),
        ]

    def _document(self, write: Callable[..., dict[str, Any]], context: BeanContext) -> _Kept:
        def make() -> bytes:
            info = info_of(context) if self._info is None else self._info
            document = write(context, info=info, registry=self._registry, controllers=self._controllers)
            return document_text(document, indent=None).encode()

        return _Kept(make, "application/json")


@final
class _Guarded:
    """Answers the requests that all guards allow."""

    __slots__ = ("_answer", "_context", "_debug", "_guard")

    def __init__(self, answer: Answer, *, guard: Guard | None, context: BeanContext, debug: bool) -> None:
        self._answer = answer
        self._guard = guard
        self._context = context
        self._debug = debug

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        try:
            await self._check(request)
            response = await self._answer(request)
        except Exception as error:  # the application's edge: every failure becomes an answer
            response = answer_failure(request, error, handler=_HANDLER, debug=self._debug)
        await response(scope, receive, send)

    async def _check(self, request: Request) -> None:
        if isinstance(self._context, ApplicationContext):
            await self._context.ensure_started()
        for guard in await self._guards():
            allowed = guard(request)
            if not (await allowed if inspect.isawaitable(allowed) else allowed):
                raise HTTPException(403)

    async def _guards(self) -> list[Guard]:
        guards: list[Guard] = [self._guard] if self._guard is not None else []
        if isinstance(self._context, ApplicationContext):
            container = self._context.container
            for bean in container.definitions:
                if isinstance(bean.type, type) and issubclass(bean.type, DocsGuard):
                    guards.append((await container.get_named_async(bean.name)).allows)
        return guards


@final
class _Kept:
    """An answer that is made at the first request for it, and kept."""

    __slots__ = ("_lock", "_made", "_make", "_media_type")

    def __init__(self, make: Callable[[], bytes], media_type: str) -> None:
        self._make = make
        self._media_type = media_type
        self._made: tuple[bytes, str] | None = None
        self._lock = Lock()

    async def __call__(self, request: Request) -> Response:
        content, tag = await run_in_threadpool(self._once)
        response = Response(content, headers={**PAGE_HEADERS, "etag": tag}, media_type=self._media_type)
        return _unless_known(request, response)

    def _once(self) -> tuple[bytes, str]:
        with self._lock:
            if self._made is None:
                content = self._make()
                self._made = content, f'"{hashlib.sha256(content).hexdigest()[:32]}"'
            return self._made


def _to_the_page(path: str) -> Answer:
    name = path.rpartition("/")[2]

    async def redirect(request: Request) -> Response:
        # Relative, because a proxy may have taken away the beginning of the path.
        return RedirectResponse(f"../{name}", headers=PAGE_HEADERS)

    return redirect


async def _asset(request: Request) -> Response:
    file = await run_in_threadpool(find_asset, request.path_params["name"])
    if file is None:
        raise HTTPException(404)
    response = FileResponse(file, headers=PAGE_HEADERS, stat_result=await run_in_threadpool(file.stat))
    return _unless_known(request, response)


def _unless_known(request: Request, response: Response) -> Response:
    """Return the response, or a short one where the browser has its content already (RFC 9110, section 13.1.2)."""
    known = request.headers.get("if-none-match", "")
    tag = response.headers["etag"]
    if tag not in [each.strip().removeprefix("W/") for each in known.split(",")]:
        return response
    return Response(status_code=304, headers={**PAGE_HEADERS, "etag": tag})
