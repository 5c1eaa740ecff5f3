"""The documentation page as Starlette routes."""

from __future__ import annotations

import hashlib
import inspect
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

from pyfly.apidocs.guard import DocsGuard
from pyfly.apidocs.page import PAGE_HEADERS, find_asset, render_page
from pyfly.context import ApplicationContext
from pyfly.web.adapters.problems import answer_failure

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pyfly.container import BeanContext

    Guard = Callable[[Request], bool | Awaitable[bool]]
    Answer = Callable[[Request], Awaitable[Response]]

__all__ = ["DocsRoute", "docs_routes"]

_UTF8_JSON: Final = "application/json"


@final
class DocsRoute(Route):
    """A route of the documentation page, its documents or its assets.

    Attributes:
        is_page: Whether it is the page itself.
    """

    def __init__(self, path: str, answer: Answer, *, guard: Guard, is_page: bool = False) -> None:
        super().__init__(path, partial(_answer, answer, guard), methods=["GET"], include_in_schema=False)
        self.is_page = is_page


def docs_routes(
    context: BeanContext,
    *,
    openapi: Callable[[], bytes],
    asyncapi: Callable[[], bytes],
    path: str = "/docs",
    guard: Guard | None = None,
) -> list[DocsRoute]:
    """Return the routes of the documentation page, for any Starlette or FastAPI application.

    Args:
        context: Where beans that are a `DocsGuard` are looked for, at each request.
        openapi: Makes the OpenAPI document, as JSON; called at the first request for it.
        asyncapi: Makes the AsyncAPI document, likewise.
        path: Where the page is served; all else is below it.
        guard: Decides on each request besides.
    """
    allows = partial(_allowed, context, guard)
    page = render_page(path).encode()
    return [
        DocsRoute(path, _Content(lambda: page, "text/html"), guard=allows, is_page=True),
        DocsRoute(f"{path}/", _to_the_page(path), guard=allows),
        DocsRoute(f"{path}/openapi.json", _Content(openapi, _UTF8_JSON), guard=allows),
        DocsRoute(f"{path}/asyncapi.json", _Content(asyncapi, _UTF8_JSON), guard=allows),
        DocsRoute(f"{path}/assets/{{name:path}}", _asset, guard=allows),
    ]


async def _answer(answer: Answer, guard: Guard, request: Request) -> Response:
    try:
        allowed = guard(request)
        if not (await allowed if inspect.isawaitable(allowed) else allowed):
            raise HTTPException(403)
        return await answer(request)
    except Exception as error:  # the application's edge: every failure becomes an answer
        return answer_failure(request, error, handler="the documentation page", debug=False)


async def _allowed(context: BeanContext, guard: Guard | None, request: Request) -> bool:
    guards = [guard] if guard is not None else []
    if isinstance(context, ApplicationContext):
        beans = [bean for bean in context.container.definitions if _is_guard(bean.type)]
        if beans:
            await context.ensure_started()
        guards += [(await context.container.get_named_async(bean.name)).allows for bean in beans]
    for each in guards:
        allowed = each(request)
        if not (await allowed if inspect.isawaitable(allowed) else allowed):
            return False
    return True


def _is_guard(cls: Any) -> bool:
    return isinstance(cls, type) and issubclass(cls, DocsGuard)


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
    stat = await run_in_threadpool(file.stat)
    response = FileResponse(file, headers=PAGE_HEADERS, stat_result=stat)
    return _unless_known(request, response)


def _unless_known(request: Request, response: Response) -> Response:
    """Return the response, or a short one where the browser has its content already (RFC 9110, section 13.1.2)."""
    known = request.headers.get("if-none-match", "")
    if response.headers["etag"] not in [tag.strip().removeprefix("W/") for tag in known.split(",")]:
        return response
    return Response(status_code=304, headers={**PAGE_HEADERS, "etag": response.headers["etag"]})


@final
class _Content:
    """Something that is made at the first request, and kept."""

    __slots__ = ("_lock", "_make", "_made", "_media_type")

    def __init__(self, make: Callable[[], bytes], media_type: str) -> None:
        self._make = make
        self._media_type = media_type
        self._made: tuple[bytes, str] | None = None
        self._lock = Lock()

    async def __call__(self, request: Request) -> Response:
        content, tag = self._made or await run_in_threadpool(self._once)
        response = Response(content, headers={**PAGE_HEADERS, "etag": tag}, media_type=self._media_type)
        return _unless_known(request, response)

    def _once(self) -> tuple[bytes, str]:
        with self._lock:
            if self._made is None:
                content = self._make()
                self._made = content, f'"{hashlib.sha256(content).hexdigest()[:32]}"'
            return self._made
