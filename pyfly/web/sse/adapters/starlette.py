"""Event streams as Starlette routes."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator
from typing import TYPE_CHECKING, Any, Final, cast, final, get_args, get_origin

from starlette.requests import Request
from starlette.responses import Response

from pyfly.context import ApplicationContext
from pyfly.metadata import resolve_annotations
from pyfly.web.adapters.problems import answer_failure
from pyfly.web.adapters.routes import NATIVES, collect_controller_routes, natives_of, shows_errors
from pyfly.web.arguments import ArgumentPlan
from pyfly.web.responses import JSONWriter
from pyfly.web.signatures import defining_class
from pyfly.web.sse.decorators import check_generator
from pyfly.web.sse.descriptors import SseMapping
from pyfly.web.sse.events import ServerSentEvent, event_data_type, frame_event
from pyfly.web.sse.stream import STREAM_HEADERS, EventStream

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from starlette.types import ASGIApp, Receive, Scope, Send

    from pyfly.container import BeanContext
    from pyfly.metadata import MetadataRegistry
    from pyfly.web.adapters.routes import ControllerRoute
    from pyfly.web.controllers import ControllerBean
    from pyfly.web.endpoints import Endpoint

__all__ = ["SSERegistrar"]

_DEFAULT_KEEP_ALIVE: Final = 15.0
_STREAMS: Final = (AsyncIterator, AsyncGenerator, AsyncIterable)


@final
class SSERegistrar:
    """Makes Starlette routes of controllers' SSE mappings.

    Args:
        registry: Where the decorators recorded; the context's own by default.
        controllers: The controllers to look at; by default all that the context serves.
        keep_alive: Seconds of silence after which a stream sends a comment; by default what the context's settings
            say, or 15.
    """

    __slots__ = ("_controllers", "_endpoints", "_keep_alive", "_registry")

    def __init__(
        self,
        *,
        registry: MetadataRegistry | None = None,
        controllers: Iterable[type] | None = None,
        keep_alive: float | None = None,
        endpoints: Sequence[Endpoint[SseMapping]] | None = None,
    ) -> None:
        self._registry = registry
        self._controllers = None if controllers is None else tuple(controllers)
        self._endpoints = endpoints
        self._keep_alive = keep_alive

    def collect_routes(self, context: BeanContext) -> list[ControllerRoute]:
        """Return a route for each SSE mapping, the most specific path first.

        Beans are asked for at the first request. The routes may be added to any Starlette or FastAPI application.

        Args:
            context: Where the controllers' beans live.

        Raises:
            DeclarationErrors: Mappings or signatures that can never work; each error names its place.
        """
        debug = shows_errors(context)
        keep_alive = self._keep_alive
        if keep_alive is None:
            keep_alive = _DEFAULT_KEEP_ALIVE
            if isinstance(context, ApplicationContext):
                keep_alive = context.settings.sse_keep_alive

        def make_app(endpoint: Endpoint[SseMapping], bean: ControllerBean) -> ASGIApp:
            return _EventHandler(endpoint, bean, keep_alive=keep_alive, debug=debug)

        return collect_controller_routes(
            context,
            SseMapping,
            make_app,
            registry=self._registry,
            controllers=self._controllers,
            endpoints=self._endpoints,
        )


@final
class _EventHandler:
    """The ASGI application of one event stream endpoint."""

    __slots__ = ("_bean", "_debug", "_event_writer", "_keep_alive", "_label", "_name", "_plan", "_value_writer")

    def __init__(self, endpoint: Endpoint[SseMapping], bean: ControllerBean, *, keep_alive: float, debug: bool) -> None:
        function, owner = endpoint.function, endpoint.controller
        check_generator(function, endpoint.mapping)
        self._bean = bean
        self._name = endpoint.name
        self._label = endpoint.qualified_name
        self._keep_alive = keep_alive
        self._debug = debug
        self._plan = ArgumentPlan.of(
            function,
            owner=owner,
            template=endpoint.template,
            leading=1,
            natives=NATIVES,
            source=endpoint.source,
        )
        annotations = resolve_annotations(function, owner=defining_class(owner, function), target=owner)
        yielded = _item(annotations.get("return", Any))
        self._value_writer = JSONWriter(
            yielded, handler=self._label, source=endpoint.source, natives=(ServerSentEvent, str)
        )
        self._event_writer = JSONWriter(
            event_data_type(yielded), handler=self._label, source=endpoint.source, natives=(str,)
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        stream: EventStream | None = None
        answered = False
        try:
            async with self._bean.open({Request: request}) as bean:
                values = self._values(bean, request)
                if request.method == "HEAD":
                    await values.aclose()
                    answered = True
                    await _HeadersOnly()(scope, receive, send)
                    return
                stream = EventStream(
                    values,
                    frame=self._frame,
                    receive=receive,
                    send=send,
                    keep_alive=self._keep_alive,
                    handler=self._label,
                )
                await stream.run()
        except Exception as error:  # the application's edge: every failure becomes an answer
            if answered or (stream is not None and stream.is_open):
                raise
            response = answer_failure(request, error, handler=self._label, debug=self._debug)
            await response(scope, receive, send)

    def _values(self, bean: Any, request: Request) -> AsyncGenerator[Any, Any]:
        arguments = {} if self._plan.is_empty else self._plan.bind(request, natives=natives_of(request))
        return cast("AsyncGenerator[Any, Any]", getattr(bean, self._name)(**arguments))

    def _frame(self, value: Any) -> bytes:
        if isinstance(value, ServerSentEvent):
            event = cast("ServerSentEvent[object]", value)
            return frame_event(event, None if event.data is None else _text(event.data, self._event_writer))
        return frame_event(_PLAIN, _text(value, self._value_writer))


_PLAIN: Final = ServerSentEvent()


@final
class _HeadersOnly(Response):
    """The answer to HEAD: what a stream would start with, and no stream."""

    def __init__(self) -> None:
        super().__init__()
        self.raw_headers = list(STREAM_HEADERS)


def _text(value: Any, writer: JSONWriter) -> str:
    return value if isinstance(value, str) else writer.write(value).decode()


def _item(annotation: Any) -> Any:
    """Return what an async generator's return annotation says it yields."""
    arguments = get_args(annotation)
    return arguments[0] if arguments and get_origin(annotation) in _STREAMS else Any
