"""The test client's outside: Starlette's routes, and live servers through websockets."""
