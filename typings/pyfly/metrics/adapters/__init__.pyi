# Generated from pyfly/metrics/adapters/__init__.py; edit that, then run: python -m tools.stubs
"""Metrics as foreign libraries have them."""
