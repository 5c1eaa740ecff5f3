# Generated from pyfly/server/adapters/__init__.py; edit that, then run: python -m tools.stubs
"""The servers pyfly can run on, one adapter each."""
