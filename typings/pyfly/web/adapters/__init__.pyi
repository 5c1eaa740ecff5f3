# Generated from pyfly/web/adapters/__init__.py; edit that, then run: python -m tools.stubs
"""The web layer's outside: Starlette."""
