"""Which of the endpoints there are is meant by a handler."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, final

from pyfly.container import Stereotype
from pyfly.metadata import DeclarationError, default_registry, label_of
from pyfly.testing.errors import EndpointError
from pyfly.web.endpoints import Endpoint, gather_endpoints
from pyfly.websocket import WebSocketMapping

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfly.metadata import MetadataRegistry

__all__ = ["ServedHandler", "choose", "controllers_in", "is_same", "label"]


@final
class ServedHandler(NamedTuple):
    """A handler, and where it is served.

    Attributes:
        endpoint: The handler.
        mounts: Path templates in front of its own, from the outermost.
        route: What serves it; None where that is not known.
    """

    endpoint: Endpoint[WebSocketMapping]
    mounts: tuple[str, ...]
    route: object

    @property
    def address(self) -> str:
        """The whole path template."""
        return "".join((*self.mounts, self.endpoint.path))


def choose(served: Sequence[ServedHandler], handler: object, controller: type | None) -> ServedHandler | None:
    """Return the one that a handler means; None for none of them.

    Args:
        served: All there are.
        handler: The method as its class has it.
        controller: Which of several controllers is meant, where they share the method.

    Raises:
        EndpointError: Several controllers share the method.
    """
    found = [one for one in served if is_same(one.endpoint.function, handler)]
    if controller is not None:
        found = [one for one in found if one.endpoint.controller is controller]
    if len({one.endpoint.controller for one in found}) > 1:
        names = " and ".join(f"{one.endpoint.controller.__name__} at {one.address}" for one in found)
        raise EndpointError(
            f"{label(handler)} belongs to several controllers: {names}",
            f"choose one: connect(...).using(controller={found[0].endpoint.controller.__name__})",
        )
    return found[0] if found else None


def controllers_in(registry: MetadataRegistry | None) -> list[Endpoint[WebSocketMapping]]:
    """Return the WebSocket endpoints of all controllers that a registry knows; the process-wide one by default."""
    registry = default_registry if registry is None else registry
    controllers = [
        declaration.target
        for declaration in registry.declarations(Stereotype)
        if declaration.descriptor.kind in ("controller", "rest_controller")
    ]
    # What is wrong elsewhere is nothing to a test of one handler.
    faults: list[DeclarationError] = []
    return gather_endpoints(controllers, WebSocketMapping, registry, faults)


def is_same(function: object, handler: object) -> bool:
    """Tell whether a handler is a function, perhaps bound to an object."""
    return function is handler or function is getattr(handler, "__func__", handler)


def label(handler: Any) -> str:
    """Return how messages call a handler."""
    return label_of(handler) if hasattr(handler, "__qualname__") else repr(handler)
