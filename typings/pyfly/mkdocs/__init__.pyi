# Generated from pyfly/mkdocs/__init__.py; edit that, then run: python -m tools.stubs
"""The plugin for MkDocs, called ``pyfly``: puts the documentation of an API into a site."""

from pyfly.mkdocs.plugin import PyflyOptions, PyflyPlugin

__all__ = ["PyflyOptions", "PyflyPlugin"]
