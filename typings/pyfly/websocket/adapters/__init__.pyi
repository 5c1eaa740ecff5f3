# Generated from pyfly/websocket/adapters/__init__.py; edit that, then run: python -m tools.stubs
"""WebSocket endpoints on the frameworks that serve them."""
