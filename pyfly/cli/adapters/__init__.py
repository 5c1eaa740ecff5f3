"""The command line's outside: the applications it looks into."""
