"""Opens connections to handlers of an application in this process."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, final

from pyfly.testing.adapters.starlette import answering_route, find_handler
from pyfly.testing.addresses import request_at, request_for
from pyfly.testing.errors import ArgumentError
from pyfly.testing.in_process import in_process
from pyfly.testing.lifespans import running
from pyfly.testing.messages import Call
from pyfly.websocket.messages import UNTYPED, codec_for
from pyfly.websocket.signatures import plan_handler

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping
    from contextlib import AbstractAsyncContextManager

    from pyfly.server.ports import ASGIApp
    from pyfly.testing.in_process import InProcessTransport
    from pyfly.testing.messages import Options

__all__ = ["ApplicationDialer"]


@final
class ApplicationDialer:
    """Opens connections to one handler, or to a path, of an application.

    Args:
        app: The application.
        target: The handler as its class has it, or a path with its query.
        args: The handler's arguments after the session, by position.
        kwargs: The same, by name.
        run: Runs the application, and gives its lifespan state.
    """

    __slots__ = ("_app", "_args", "_kwargs", "_run", "_target")

    def __init__(
        self,
        app: ASGIApp,
        target: object,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
        *,
        run: Callable[[ASGIApp], AbstractAsyncContextManager[Mapping[str, Any]]] = running,
    ) -> None:
        self._app = app
        self._target = target
        self._args = args
        self._kwargs = kwargs or {}
        self._run = run

    def prepare(self, options: Options) -> Call:
        """Return the connection to open.

        Raises:
            EndpointError: The application serves no such handler.
            ArgumentError: The arguments make no handshake, or one that another handler answers.
        """
        if isinstance(self._target, str):
            request = request_at(self._target, options)
            return Call(label=request.path, request=request, codec=UNTYPED, receives=Any)
        served = find_handler(self._app, self._target, options.controller)
        endpoint = served.endpoint
        plan = plan_handler(endpoint)
        request = request_for(endpoint, plan, (self._args, self._kwargs), options, mounts=served.mounts)
        answering = answering_route(self._app, request.path)
        if answering is not None and answering is not served.route:
            name = getattr(answering, "name", None) or repr(answering)
            raise ArgumentError(
                f"{endpoint.qualified_name} is not reached at {request.path}: {name} answers there",
                "give it arguments that no other path matches",
            )
        return Call(
            label=endpoint.qualified_name,
            request=request,
            codec=codec_for(plan.outgoing, plan.incoming, frames=endpoint.mapping.frames),
            receives=plan.outgoing,
        )

    @asynccontextmanager
    async def open(self, call: Call, options: Options) -> AsyncGenerator[InProcessTransport]:
        """Run the application, and open a connection to it."""
        async with (
            self._run(self._app) as state,
            in_process(self._app, call, state=state, seconds=options.timeout) as transport,
        ):
            yield transport
