# Generated from pyfly/web/sse/adapters/__init__.py; edit that, then run: python -m tools.stubs
"""The event streams' outside: Starlette."""
