# Generated from pyfly/context/adapters/__init__.py; edit that, then run: python -m tools.stubs
"""Where settings come from."""
