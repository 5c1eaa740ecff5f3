"""The bean that decides about handshakes, and how endpoints come by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from pyfly.context import ApplicationContext, Settings, load_settings
from pyfly.websocket.security.admission import Admission

if TYPE_CHECKING:
    from pyfly.container import BeanContext
    from pyfly.websocket.open_sessions import OpenSessions

__all__ = ["AdmissionBean", "register_admission"]


def register_admission(context: ApplicationContext) -> None:
    """Make `Admission` a bean, unless the application brings its own."""
    if context.scope_of(Admission) is None:
        context.register(Admission, name="pyfly_admission")


@final
class AdmissionBean:
    """The `Admission` of a context; of a container that is not pyfly's, one that the environment's settings make.

    Args:
        context: Where the bean lives.
        sessions: The sessions of the application; those of the context, where it is pyfly's.
    """

    __slots__ = ("_context", "_own")

    def __init__(self, context: BeanContext, sessions: OpenSessions) -> None:
        self._context = context
        self._own: Admission | None = None
        if not isinstance(context, ApplicationContext):
            self._own = Admission(load_settings(Settings, prefix="PYFLY_"), [], sessions)

    async def get(self) -> Admission:
        """Return the bean, which is made with the start of its context."""
        if self._own is not None or not isinstance(self._context, ApplicationContext):
            assert self._own is not None
            return self._own
        if (ready := self._context.container.ready_bean(Admission)) is not None:
            return ready
        await self._context.ensure_started()
        return await self._context.get_bean_async(Admission)
