"""The web layer's outside: Starlette."""
