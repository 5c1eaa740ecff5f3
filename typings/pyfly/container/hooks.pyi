# Generated from pyfly/container/hooks.py; edit that, then run: python -m tools.stubs
"""Methods that the container calls after a bean is made and before it is given up."""

from typing import NamedTuple, final

from pyfly.container.errors import BeanDeclarationError
from pyfly.metadata import MetadataRegistry

__all__ = ["Hooks", "HooksByClass"]

@final
class Hooks(NamedTuple):
    """A class's hooks by method name, in the order they are called.

    Attributes:
        post_construct: Base classes first.
        pre_destroy: Base classes last.
        asynchronous: Whether making a bean of the class has to be awaited for one of them.
        faults: Hooks that cannot be called.
    """

    post_construct: tuple[str, ...]
    pre_destroy: tuple[str, ...]
    asynchronous: bool
    faults: tuple[BeanDeclarationError, ...]

@final
class HooksByClass:
    """Looks hooks up in the registry, once a class."""
    def __init__(self, registry: MetadataRegistry) -> None: ...
    def __getitem__(self, cls: type) -> Hooks: ...
