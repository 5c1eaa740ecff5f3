"""Metrics as foreign libraries have them."""
