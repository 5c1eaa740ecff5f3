# Generated from pyfly/health/adapters/__init__.py; edit that, then run: python -m tools.stubs
"""Health endpoints on the frameworks that serve them."""
