# Generated from pyfly/web/decorators.py; edit that, then run: python -m tools.stubs
"""``@request_mapping`` for controllers and the five HTTP mappings for their methods."""

from typing import Any, TypeVar, final

from pyfly.metadata import MetadataRegistry, Method
from pyfly.web.descriptors import HttpMapping, RequestMapping

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
    def __init__(self, mapping: RequestMapping, registry: MetadataRegistry | None) -> None: ...
    def __call__(self, cls: Controller, /) -> Controller:
        """Record the base path for the class."""

@final
class HttpMappingDecorator:
    """What `get_mapping` and its siblings return: maps a method and hands it back unchanged."""
    def __init__(self, mapping: HttpMapping, registry: MetadataRegistry | None) -> None: ...
    def __call__(self, handler: ControllerMethod, /) -> ControllerMethod:
        """Record the mapping for the method."""

def request_mapping(path: str = "", *, registry: MetadataRegistry | None = None) -> RequestMappingDecorator:
    """Give a controller the base path of all its mappings.

    Args:
        path: Path template such as ``/ws`` or ``/tenants/{tenant}``.
        registry: Where to record; the process-wide registry by default.

    Raises:
        DeclarationError: The path breaks the grammar, or the decorator is applied to something that is no class.
    """

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

def post_mapping(
    path: str = "", *, status_code: int = 200, registry: MetadataRegistry | None = None
) -> HttpMappingDecorator:
    """Map ``POST`` requests to a controller method; see `get_mapping` for the arguments."""

def put_mapping(
    path: str = "", *, status_code: int = 200, registry: MetadataRegistry | None = None
) -> HttpMappingDecorator:
    """Map ``PUT`` requests to a controller method; see `get_mapping` for the arguments."""

def patch_mapping(
    path: str = "", *, status_code: int = 200, registry: MetadataRegistry | None = None
) -> HttpMappingDecorator:
    """Map ``PATCH`` requests to a controller method; see `get_mapping` for the arguments."""

def delete_mapping(
    path: str = "", *, status_code: int = 200, registry: MetadataRegistry | None = None
) -> HttpMappingDecorator:
    """Map ``DELETE`` requests to a controller method; see `get_mapping` for the arguments."""
