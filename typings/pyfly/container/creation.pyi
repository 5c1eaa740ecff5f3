# Generated from pyfly/container/creation.py; edit that, then run: python -m tools.stubs
"""Creations in progress: each shared bean is made once, whoever asks for it, and waiting never ends in a deadlock."""

import asyncio
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any, Final, final

from pyfly.container.definitions import BeanDefinition

__all__ = ["Creation"]

@final
class Creation:
    """The making of one bean, which any number of threads and tasks may wait for.

    Attributes:
        definition: What is made.
        asynchronous: Whether a task makes it, so that no thread may block for it.
        task: The task that makes it, where one does, until it is done.
    """

    definition: Final[BeanDefinition]
    asynchronous: Final[bool]
    task: asyncio.Task[None] | None
    def __init__(self, definition: BeanDefinition, *, asynchronous: bool) -> None: ...
    @staticmethod
    def around_caller() -> Iterator[Creation]:
        """Yield the unfinished creations that the caller runs in, innermost first.

        A task that was started by a creation and outlives it runs in none.
        """
    @property
    def done(self) -> bool:
        """Whether the bean is there, or its creation has failed."""
    def succeed(self, bean: Any) -> None:
        """Hand the bean to all who wait."""
    def fail(self, error: BaseException) -> None:
        """Raise an error for all who wait."""
    def wait(self) -> Any:
        """Block until the bean is there, and return it; raises what its creation raised."""
    async def wait_async(self) -> Any:
        """Wait until the bean is there, and return it; raises what its creation raised.

        Cancelling the caller leaves the creation running.
        """
    def cancel(self) -> None:
        """Cancel the task that makes the bean, whatever loop it runs on."""
    @contextmanager
    def entered(self) -> Generator[None]:
        """Make this the creation that whatever is asked for inside belongs to."""
    @contextmanager
    def awaited(self) -> Generator[None]:
        """Let the creation around the caller wait for this one.

        Raises:
            CircularBeanError: This one waits for that one already, so that both would wait for ever.
        """
    def refuse_recursion(self) -> None:
        """Check that the same bean is not being made around this creation, for beans that are made at each injection.

        Raises:
            CircularBeanError: It is.
        """
