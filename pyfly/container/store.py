"""The beans of one scope: those that are there, those being made, and how each is given up."""

from __future__ import annotations

import asyncio
import inspect
import logging
from concurrent.futures import Future
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final, NamedTuple, final

from pyfly.container.creation import Creation, lock
from pyfly.container.errors import BeanCreationError, BeanDeclarationError, ContainerClosedError
from pyfly.container.revision import Revision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pyfly.container.definitions import BeanDefinition

__all__ = ["BeanStore", "Cleanup"]

_logger = logging.getLogger("pyfly.container")

_closings: ContextVar[tuple[Future[None], ...]] = ContextVar("pyfly_store_closings", default=())
"""The closings that the current task carries out; what it calls may not wait for their end."""


@final
class Cleanup(NamedTuple):
    """One step of giving a bean up.

    Attributes:
        definition: The bean.
        name: What is called, for the log.
        call: Called with nothing; awaited where it returns an awaitable.
    """

    definition: BeanDefinition
    name: str
    call: Callable[[], Any]


@final
class SetAside(NamedTuple):
    """Beans that were taken out of a store.

    Attributes:
        beans: The beans.
        generation: How often the store had been closed by then.
    """

    beans: Mapping[BeanDefinition, Any]
    generation: int


@final
class BeanStore:
    """Beans by definition, from when they are made until the store closes.

    Args:
        name: What messages call it: ``the container``, ``the session scope``.
        beans: Those that are there from the beginning.
        revision: Told whenever a bean is there no more.
    """

    __slots__ = ("_cleanups", "_closing", "_creations", "_generation", "_revision", "beans", "name")

    def __init__(
        self, name: str, beans: Mapping[BeanDefinition, Any] | None = None, *, revision: Revision | None = None
    ) -> None:
        self.name: Final = name
        self._revision: Final = revision or Revision()
        self.beans: Final[dict[BeanDefinition, Any]] = dict(beans or {})
        self._creations: Final[dict[BeanDefinition, Creation]] = {}
        self._cleanups: list[Cleanup] = []
        self._closing: Future[None] | None = None
        self._generation = 0

    def creation_of(self, definition: BeanDefinition, *, asynchronous: bool) -> tuple[Creation, bool]:
        """Return the creation of a bean, and whether it begins here: then the caller carries it out.

        Raises:
            ContainerClosedError: The store is closing, or has closed for good.
        """
        with lock:
            if definition in self.beans:  # it came while the caller was on the way here
                creation = Creation(definition, asynchronous=asynchronous)
                creation.succeed(self.beans[definition])
                return creation, False
            pending = self._creations.get(definition)
            if pending is not None:
                return pending, False
            if self._closing is not None:
                state = "is closed" if self._closing.done() else "is closing"
                raise ContainerClosedError(f"{definition.label} cannot be created: {self.name} {state}")
            creation = self._creations[definition] = Creation(definition, asynchronous=asynchronous)
            return creation, True

    def is_awaited(self, definition: BeanDefinition) -> bool:
        """Whether a bean is being made by a task, so that no thread may block for it."""
        creation = self._creations.get(definition)
        return creation is not None and creation.asynchronous

    def keep(self, creation: Creation, bean: Any, cleanups: list[Cleanup]) -> None:
        """Put a finished bean where everybody finds it."""
        with lock:
            self.beans[creation.definition] = bean
            self._cleanups.extend(cleanups)
            del self._creations[creation.definition]
        creation.succeed(bean)

    def give_up(self, creation: Creation, error: BaseException) -> None:
        """Report a failed creation to all who wait for it; whoever asks next tries again."""
        definition = creation.definition
        definition.note_on(error)
        with lock:
            del self._creations[definition]
        if not isinstance(error, Exception):
            stopped = BeanCreationError(f"the creation of {definition} was stopped by {type(error).__name__}")
            stopped.__cause__ = error
            error = stopped
        creation.fail(error)

    def set_aside(self, definitions: Iterable[BeanDefinition]) -> SetAside:
        """Take beans out, so that they are made anew when they are asked for; `put_back` undoes it.

        They are given up with the store all the same.

        Raises:
            BeanDeclarationError: One of them is being made at the moment.
        """
        wanted = list(definitions)
        with lock:
            for definition in wanted:
                if definition in self._creations:
                    raise BeanDeclarationError(
                        None,
                        f"{definition.label} is being made, with what is to be replaced",
                        "replace it before or after",
                    )
            beans = {definition: self.beans.pop(definition) for definition in wanted if definition in self.beans}
            self._revision.advance()
        return SetAside(beans, self._generation)

    def put_back(self, aside: SetAside, *, instead_of: Iterable[BeanDefinition]) -> None:
        """Put beans back that were set aside, unless the store has closed since and given them up.

        Args:
            aside: What `set_aside` returned.
            instead_of: Beans to take out, which are given up with the store.
        """
        with lock:
            for definition in instead_of:
                self.beans.pop(definition, None)
            self._revision.advance()
            if aside.generation == self._generation:
                self.beans.update(aside.beans)

    async def close(self, *, reopen: bool) -> None:
        """Cancel what is being made, then give up all beans, the last one made first.

        A step that fails is logged, and the others follow. Cancelling the caller does not stop it: the cancellation is
        raised when everything is done. A second caller waits for the first, but a bean that is being given up does not.

        Args:
            reopen: Whether beans may be made again afterwards.

        Raises:
            ContainerClosedError: A bean of this store is closing the store while it is being created.
        """
        with lock:
            self._refuse_closing_from_within()
            under_way = self._closing
            closing = self._closing = under_way or Future()
        if under_way is not None:
            if under_way not in _closings.get():
                await _finished(asyncio.wrap_future(under_way))
            return
        try:
            if self._creations or self._cleanups:
                await _finished(asyncio.create_task(self._give_up_all(closing)))
        finally:
            self._end_closing(reopen=reopen)

    async def _give_up_all(self, closing: Future[None]) -> None:
        _closings.set((*_closings.get(), closing))
        with lock:
            creations = list(self._creations.values())
        for creation in creations:
            creation.cancel()
        await asyncio.gather(*(creation.wait_async() for creation in creations), return_exceptions=True)
        while self._cleanups:
            cleanup = self._cleanups.pop()
            self.beans.pop(cleanup.definition, None)
            self._revision.advance()
            try:
                result = cleanup.call()
                if inspect.isawaitable(result):
                    await result
            except (Exception, asyncio.CancelledError):
                _logger.exception("%s of %s failed", cleanup.name, cleanup.definition)

    def _end_closing(self, *, reopen: bool) -> None:
        with lock:
            closing = self._closing
            self.beans.clear()
            self._revision.advance()
            self._generation += 1
            if reopen:
                self._closing = None
        if closing is not None:
            closing.set_result(None)

    def _refuse_closing_from_within(self) -> None:
        for creation in Creation.around_caller():
            if self._creations.get(creation.definition) is creation:
                raise ContainerClosedError(f"{self.name} cannot close inside the creation of {creation.definition}")


async def _finished(work: asyncio.Future[None]) -> None:
    """Wait until some work is done, whatever happens to the caller; a cancellation is raised when it is."""
    cancelled: asyncio.CancelledError | None = None
    while not work.done():
        try:
            await asyncio.wait([work])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled
    work.result()
