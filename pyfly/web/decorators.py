"""``@request_mapping`` for controllers and the five HTTP mappings for their methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, final

from pyfly.metadata import DeclarationError, Method, default_registry, refuse, refusing
from pyfly.web.descriptors import HttpMapping, RequestMapping, checked_status_code
from pyfly.web.mappings import declare_method, declare_path, uncalled

if TYPE_CHECKING:
    from pyfly.metadata import MetadataRegistry

__all__ = [
    "HttpMappingDecorator",
    "RequestMappingDecorator",
    "delete_mapping",
    "get_mapping",
    "patch_mapping",
    "post_mapping",
    "put_mapping",
    "request_mapping",
]

Controller = TypeVar("Controller", bound=type[Any])
ControllerMethod = TypeVar("ControllerMethod", bound=Method[...])


@final
class RequestMappingDecorator:
    """What `request_mapping` returns: gives a class its base path and hands it back unchanged."""

    __slots__ = ("_mapping", "_registry")

    def __init__(self, mapping: RequestMapping, registry: MetadataRegistry | None) -> None:
        self._mapping = mapping
        self._registry = default_registry if registry is None else registry

    def __call__(self, cls: Controller, /) -> Controller:
        """Record the base path for the class."""
        with refusing():
            self._record(cls)
        return cls

    def _record(self, cls: object) -> None:
        if not isinstance(cls, type):
            name = getattr(cls, "__qualname__", f"an object of type {type(cls).__name__}")
            raise DeclarationError(
                self._mapping.source,
                f"@request_mapping decorates a class, not {name}",
                "use @get_mapping, @sse_mapping or @websocket_mapping on a method",
                "pyfly-handler",
            )
        self._registry.record(cls, self._mapping)


@final
class HttpMappingDecorator:
    """What `get_mapping` and its siblings return: maps a method and hands it back unchanged."""

    __slots__ = ("_mapping", "_registry")

    def __init__(self, mapping: HttpMapping, registry: MetadataRegistry | None) -> None:
        self._mapping = mapping
        self._registry = registry

    def __call__(self, handler: ControllerMethod, /) -> ControllerMethod:
        """Record the mapping for the method."""
        decorator = f"{self._mapping.method.lower()}_mapping"
        with refusing():
            declare_method(handler, self._mapping, decorator=decorator, registry=self._registry)
        return handler


def request_mapping(path: str = "", *, registry: MetadataRegistry | None = None) -> RequestMappingDecorator:
    """Give a controller the base path of all its mappings.

    Args:
        path: Path template such as ``/ws`` or ``/tenants/{tenant}``.
        registry: Where to record; the process-wide registry by default.

    Raises:
        DeclarationError: The path breaks the grammar, or the decorator is applied to something that is no class.
    """
    try:
        path, source = declare_path(path, decorator="request_mapping")
        mapping = RequestMapping(path=path, source=source)
    except DeclarationError as fault:
        refuse(fault)
        return uncalled(path) or RequestMappingDecorator(
            RequestMapping(path="", source=fault.source, refused=True), registry
        )
    return RequestMappingDecorator(mapping, registry)


def get_mapping(
    path: str = "", *, status_code: int = 200, registry: MetadataRegistry | None = None
) -> HttpMappingDecorator:
    """Map ``GET`` (and ``HEAD``) requests to a controller method.

    Args:
        path: Path template below the controller's base path, such as ``/rooms/{room_id}``.
        status_code: Status of an ordinary answer.
        registry: Where to record; the process-wide registry by default.

    Raises:
        DeclarationError: The path breaks the grammar, or the decorator is applied to something that is no method.
    """
    return _http_mapping("GET", path, status_code, registry)


def post_mapping(
    path: str = "", *, status_code: int = 200, registry: MetadataRegistry | None = None
) -> HttpMappingDecorator:
    """Map ``POST`` requests to a controller method; see `get_mapping` for the arguments."""
    return _http_mapping("POST", path, status_code, registry)


def put_mapping(
    path: str = "", *, status_code: int = 200, registry: MetadataRegistry | None = None
) -> HttpMappingDecorator:
    """Map ``PUT`` requests to a controller method; see `get_mapping` for the arguments."""
    return _http_mapping("PUT", path, status_code, registry)


def patch_mapping(
    path: str = "", *, status_code: int = 200, registry: MetadataRegistry | None = None
) -> HttpMappingDecorator:
    """Map ``PATCH`` requests to a controller method; see `get_mapping` for the arguments."""
    return _http_mapping("PATCH", path, status_code, registry)


def delete_mapping(
    path: str = "", *, status_code: int = 200, registry: MetadataRegistry | None = None
) -> HttpMappingDecorator:
    """Map ``DELETE`` requests to a controller method; see `get_mapping` for the arguments."""
    return _http_mapping("DELETE", path, status_code, registry)


def _http_mapping(method: str, path: str, status_code: int, registry: MetadataRegistry | None) -> HttpMappingDecorator:
    try:
        path, source = declare_path(path, decorator=f"{method.lower()}_mapping")
        status_code = checked_status_code(status_code, source)
        mapping = HttpMapping(method=method, path=path, status_code=status_code, source=source)
    except DeclarationError as fault:
        refuse(fault)
        return uncalled(path) or HttpMappingDecorator(
            HttpMapping(method=method, path="", source=fault.source, refused=True), registry
        )
    return HttpMappingDecorator(mapping, registry)
