"""Writes the stubs in ``typings/`` from the sources in ``pyfly/``."""
