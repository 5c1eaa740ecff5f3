"""Applications that run for tests: started by their first client, stopped after their last."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final, final

from pyfly.context import ApplicationContext, LifecycleState
from pyfly.server.lifespan import Lifespan
from pyfly.testing.adapters.starlette import contexts_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from pyfly.server.ports import ASGIApp, Receive, Scope, Send

__all__ = ["running"]


@asynccontextmanager
async def running(app: ASGIApp) -> AsyncGenerator[Mapping[str, Any]]:
    """Run an application's lifespan for as long as the block lasts.

    `connect` does so by itself, from the first client's handshake to the last one's end; clients that come one after
    the other then meet an application that was started anew. Inside this block they meet the same.

    An application whose context somebody else has started, a lifespan manager say, is left to them.

    Args:
        app: The application.

    Returns:
        A context manager that gives what the application put into its lifespan state.

    Raises:
        PyflyError: The application does not start.
        Exception: What it raised while it stopped.
    """
    key = id(app), id(asyncio.get_running_loop())
    run = _runs.get(key)
    if run is None and _is_started(app):
        yield {}
        return
    if run is None:
        run = _runs[key] = _Run(app)
    run.users += 1
    failed = False
    try:
        await run.start()
        yield run.lifespan.state
    except BaseException:
        failed = True
        raise
    finally:
        run.users -= 1
        if not run.users:
            del _runs[key]
            await run.stop(quietly=failed)


@final
class _Run:
    """One application in one event loop."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._started: asyncio.Future[None] | None = None
        self._failure: Exception | None = None
        self.lifespan = Lifespan(self._observed)
        self.users = 0

    async def start(self) -> None:
        """Start the application, or wait for the start in progress."""
        if self._started is None:
            self._started = asyncio.ensure_future(self.lifespan.start())
        await asyncio.shield(self._started)
        # An application that knows no lifespan says so by an error.
        self._failure = None

    async def stop(self, *, quietly: bool) -> None:
        """Stop the application.

        Args:
            quietly: Whether what goes wrong is only logged, since an error is on its way already.
        """
        if self._started is not None and not self._started.done():
            self._started.cancel()
        await self.lifespan.stop()
        if self._failure is not None and not quietly:
            raise self._failure

    async def _observed(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except Exception as error:
            self._failure = error
            raise


def _is_started(app: object) -> bool:
    contexts = contexts_of(app)
    return any(isinstance(found, ApplicationContext) and found.state is LifecycleState.STARTED for found in contexts)


_runs: Final[dict[tuple[int, int], _Run]] = {}
"""What runs, by application and event loop."""
