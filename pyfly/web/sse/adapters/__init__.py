"""The event streams' outside: Starlette."""
