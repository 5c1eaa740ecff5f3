# Generated from pyfly/web/security/__init__.py; edit that, then run: python -m tools.stubs
"""Who may use an endpoint."""

from pyfly.web.security.access import Access, access_of
from pyfly.web.security.decorators import AccessDecorator, authenticated, permit_all, requires
from pyfly.web.security.descriptors import AccessRule

__all__ = ["Access", "AccessDecorator", "AccessRule", "access_of", "authenticated", "permit_all", "requires"]
