# Generated from pyfly/container/store.py; edit that, then run: python -m tools.stubs
"""The beans of one scope: those that are there, those being made, and how each is given up."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple, final

from pyfly.container.creation import Creation
from pyfly.container.definitions import BeanDefinition
from pyfly.container.revision import Revision

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

    name: Final[str]
    beans: Final[dict[BeanDefinition, Any]]
    def __init__(
        self, name: str, beans: Mapping[BeanDefinition, Any] | None = None, *, revision: Revision | None = None
    ) -> None: ...
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
    def set_aside(self, definitions: Iterable[BeanDefinition]) -> SetAside:
        """Take beans out, so that they are made anew when they are asked for; `put_back` undoes it.

        They are given up with the store all the same.

        Raises:
            BeanDeclarationError: One of them is being made at the moment.
        """
    def put_back(self, aside: SetAside, *, instead_of: Iterable[BeanDefinition]) -> None:
        """Put beans back that were set aside, unless the store has closed since and given them up.

        Args:
            aside: What `set_aside` returned.
            instead_of: Beans to take out, which are given up with the store.
        """
    async def close(self, *, reopen: bool) -> None:
        """Cancel what is being made, then give up all beans, the last one made first.

        A step that fails is logged, and the others follow. Cancelling the caller does not stop it: the cancellation is
        raised when everything is done. A second caller waits for the first, but a bean that is being given up does not.

        Args:
            reopen: Whether beans may be made again afterwards.

        Raises:
            ContainerClosedError: A bean of this store is closing the store while it is being created.
        """
