"""The API documents' outside: Starlette."""
