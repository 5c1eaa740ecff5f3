# Generated from pyfly/apidocs/adapters/__init__.py; edit that, then run: python -m tools.stubs
"""The API documents' outside: Starlette."""
