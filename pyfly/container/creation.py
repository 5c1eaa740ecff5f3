"""Creations in progress: each shared bean is made once, whoever asks for it, and waiting never ends in a deadlock."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final, final

from pyfly.container.errors import CircularBeanError
from pyfly.container.search import Search

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from pyfly.container.definitions import BeanDefinition

__all__ = ["Creation"]

lock: Final = threading.Lock()
"""Held for a few instructions while a creation begins, is waited for, or ends; never while a bean is made."""

_current: ContextVar[Creation | None] = ContextVar("pyfly_bean_creation", default=None)


@final
class Creation:
    """The making of one bean, which any number of threads and tasks may wait for.

    Attributes:
        definition: What is made.
        asynchronous: Whether a task makes it, so that no thread may block for it.
        task: The task that makes it, where one does, until it is done.
    """

    __slots__ = ("_future", "_parent", "_waits_for", "asynchronous", "definition", "task")

    def __init__(self, definition: BeanDefinition, *, asynchronous: bool) -> None:
        self.definition: Final = definition
        self.asynchronous: Final = asynchronous
        self.task: asyncio.Task[None] | None = None
        self._parent = next(Creation.around_caller(), None)
        self._waits_for: list[Creation] = []
        self._future: Future[Any] = Future()
        # A running future is not cancelled by those who wait for it.
        self._future.set_running_or_notify_cancel()

    @staticmethod
    def around_caller() -> Iterator[Creation]:
        """Yield the unfinished creations that the caller runs in, innermost first.

        A task that was started by a creation and outlives it runs in none.
        """
        creation = _current.get()
        while creation is not None:
            if not creation.done:
                yield creation
            creation = creation._parent

    @property
    def done(self) -> bool:
        """Whether the bean is there, or its creation has failed."""
        return self._future.done()

    def succeed(self, bean: Any) -> None:
        """Hand the bean to all who wait."""
        self._future.set_result(bean)
        self._let_go()

    def fail(self, error: BaseException) -> None:
        """Raise an error for all who wait."""
        self._future.set_exception(error)
        self._let_go()

    def wait(self) -> Any:
        """Block until the bean is there, and return it; raises what its creation raised."""
        return self._future.result()

    async def wait_async(self) -> Any:
        """Wait until the bean is there, and return it; raises what its creation raised.

        Cancelling the caller leaves the creation running.
        """
        return await asyncio.wrap_future(self._future)

    def cancel(self) -> None:
        """Cancel the task that makes the bean, whatever loop it runs on."""
        task = self.task
        if task is not None and not task.done():
            task.get_loop().call_soon_threadsafe(task.cancel)

    @contextmanager
    def entered(self) -> Generator[None]:
        """Make this the creation that whatever is asked for inside belongs to."""
        token = _current.set(self)
        try:
            yield
        finally:
            _current.reset(token)

    @contextmanager
    def awaited(self) -> Generator[None]:
        """Let the creation around the caller wait for this one.

        Raises:
            CircularBeanError: This one waits for that one already, so that both would wait for ever.
        """
        asker = next(Creation.around_caller(), None)
        if asker is None:
            yield
            return
        with lock:
            way = self._way_to(asker)
            if way is not None:
                raise _circular([asker, *way])
            asker._waits_for.append(self)
        try:
            yield
        finally:
            with lock:
                asker._waits_for.remove(self)

    def refuse_recursion(self) -> None:
        """Check that the same bean is not being made around this creation, for beans that are made at each injection.

        Raises:
            CircularBeanError: It is.
        """
        way: list[Creation] = [self]
        for creation in Creation.around_caller():
            way.append(creation)
            if creation.definition is self.definition:
                raise _circular(way[::-1])

    def _let_go(self) -> None:
        # Tasks that the bean started keep this creation in their context; whoever asked for it must not live on there.
        self._parent = None
        self.task = None

    def _way_to(self, end: Creation) -> list[Creation] | None:
        """Return the creations that make this one wait for another, if they do."""
        search = Search[Creation]([self], lambda creation: creation._waits_for)
        return search.way_to(end) if end in search else None


def _circular(way: Sequence[Creation]) -> CircularBeanError:
    definition = way[0].definition
    return CircularBeanError(
        definition.source,
        f"circular beans: {' -> '.join(creation.definition.label for creation in way)}, "
        f"asked for while {definition.label} is being created, or in a task it has started",
        "ask for it after construction, when it is used",
    )
