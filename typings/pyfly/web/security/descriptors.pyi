# Generated from pyfly/web/security/descriptors.py; edit that, then run: python -m tools.stubs
"""What the security decorators record."""

from pyfly.metadata import Descriptor

__all__ = ["AccessRule"]

class AccessRule(Descriptor):
    """Who may use an endpoint, or all endpoints of a controller.

    Attributes:
        scopes: What the user must be allowed to do, all of it.
        everybody: Whether anybody may, whatever the controller says.
    """

    scopes: tuple[str, ...] = ()
    everybody: bool = False
