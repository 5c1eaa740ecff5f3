# Generated from pyfly/container/errors.py; edit that, then run: python -m tools.stubs
"""What goes wrong with beans."""

from typing import ClassVar

from pyfly.errors import PyflyError
from pyfly.metadata import DeclarationError

__all__ = [
    "AmbiguousBeanError",
    "AsyncBeanError",
    "BeanCreationError",
    "BeanDeclarationError",
    "CaptiveBeanError",
    "CircularBeanError",
    "ContainerClosedError",
    "MissingBeanError",
    "ScanError",
    "ScopeError",
]

class MissingBeanError(DeclarationError):
    """Nothing is registered that fits."""

    rule: ClassVar[str]

class AmbiguousBeanError(DeclarationError):
    """Several beans fit, and none is preferred."""

    rule: ClassVar[str]

class CircularBeanError(DeclarationError):
    """A bean needs itself, directly or through others."""

    rule: ClassVar[str]

class CaptiveBeanError(DeclarationError):
    """A bean would hold one that does not live as long."""

    rule: ClassVar[str]

class BeanDeclarationError(DeclarationError):
    """A class or factory that no bean can be made of."""

    rule: ClassVar[str]

class ScanError(DeclarationError):
    """A module could not be imported; ``__cause__`` is what its import raised."""

class AsyncBeanError(PyflyError):
    """A bean that is created asynchronously was asked for synchronously."""

class BeanCreationError(PyflyError):
    """A bean's creation ended without a bean."""

class ScopeError(PyflyError):
    """A bean was asked for where its scope is not open."""

class ContainerClosedError(PyflyError):
    """A bean would have to be created while its container or scope closes, or after its scope closed."""
