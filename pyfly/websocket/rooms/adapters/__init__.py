"""Backplanes that reach other processes."""
