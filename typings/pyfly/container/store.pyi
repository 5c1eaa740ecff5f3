# Generated from pyfly/container/store.py; edit that, then run: python -m tools.stubs
"""The beans of one scope: those that are there, those being made, and how each is given up."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, final

from pyfly.container.creation import Creation
from pyfly.container.definitions import BeanDefinition

__all__ = ["BeanStore", "Cleanup"]

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
class BeanStore:
    """Beans by definition, from when they are made until the store closes.

    Args:
        name: What messages call it: ``the container``, ``the session scope``.
        beans: Those that are there from the beginning.
    """

    name: Final[str]
    beans: Final[dict[BeanDefinition, Any]]
    def __init__(self, name: str, beans: Mapping[BeanDefinition, Any] | None = None) -> None: ...
    def creation_of(self, definition: BeanDefinition, *, asynchronous: bool) -> tuple[Creation, bool]:
        """Return the creation of a bean, and whether it begins here: then the caller carries it out.

        Raises:
            ContainerClosedError: The store is closing, or has closed for good.
        """
    def is_awaited(self, definition: BeanDefinition) -> bool:
        """Whether a bean is being made by a task, so that no thread may block for it."""
    def keep(self, creation: Creation, bean: Any, cleanups: list[Cleanup]) -> None:
        """Put a finished bean where everybody finds it."""
    def give_up(self, creation: Creation, error: BaseException) -> None:
        """Report a failed creation to all who wait for it; whoever asks next tries again."""
    async def close(self, *, reopen: bool) -> None:
        """Cancel what is being made, then give up all beans, the last one made first.

        A step that fails is logged, and the others follow. Cancelling the caller does not stop it: the cancellation is
        raised when everything is done. A second caller waits for the first, but a bean that is being given up does not.

        Args:
            reopen: Whether beans may be made again afterwards.

        Raises:
            ContainerClosedError: A bean of this store is closing the store while it is being created.
        """
