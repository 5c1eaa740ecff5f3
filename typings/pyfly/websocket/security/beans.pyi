# Generated from pyfly/websocket/security/beans.py; edit that, then run: python -m tools.stubs
"""The bean that decides about handshakes, and how endpoints come by it."""

from typing import final

from pyfly.container import BeanContext
from pyfly.context import ApplicationContext
from pyfly.websocket.open_sessions import OpenSessions
from pyfly.websocket.security.admission import Admission

__all__ = ["AdmissionBean", "register_admission"]

def register_admission(context: ApplicationContext) -> None:
    """Make `Admission` a bean, unless the application brings its own."""

@final
class AdmissionBean:
    """The `Admission` of a context; of a container that is not pyfly's, one that the environment's settings make.

    Args:
        context: Where the bean lives.
        sessions: The sessions of the application; those of the context, where it is pyfly's.
    """
    def __init__(self, context: BeanContext, sessions: OpenSessions) -> None: ...
    async def get(self) -> Admission:
        """Return the bean, which is made with the start of its context."""
