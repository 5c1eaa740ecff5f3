# Generated from pyfly/websocket/rooms/adapters/__init__.py; edit that, then run: python -m tools.stubs
"""Backplanes that reach other processes."""
