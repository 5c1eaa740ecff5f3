# Generated from pyfly/mkdocs/plugin.py; edit that, then run: python -m tools.stubs
"""What MkDocs calls: options, files, pages and what to watch."""

from typing import Any, final

from mkdocs.config.base import BaseConfigOption, Config
from mkdocs.config.config_options import Optional
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

__all__ = ["PyflyOptions", "PyflyPlugin"]

class _Text(BaseConfigOption[str]):
    """A text that has to hold something."""
    def run_validation(self, value: object, /) -> str: ...

class _Folder(_Text):
    """A path inside the site."""

    default: str
    def __init__(self) -> None: ...
    def run_validation(self, value: object, /) -> str: ...

class _Server(_Text):
    """The address of a server."""
    def run_validation(self, value: object, /) -> str: ...

class PyflyOptions(Config):
    """What ``mkdocs.yml`` says.

    Attributes:
        target: What has the controllers: a file, a module or package, or ``module:attribute``, found from the directory
            of ``mkdocs.yml``.
        folder: Where the page and its documents lie in the site.
        server: Where the API is served, until a reader names another server.
    """

    target = _Text()
    folder = _Folder()
    server = Optional(_Server())

@final
class PyflyPlugin(BasePlugin[PyflyOptions]):
    """Puts the page of an API, its documents and its assets into a site.

    A line ``<!-- pyfly: FOLDER -->`` of a page becomes a list of the endpoints, with links to them.
    """

    supports_multiple_instances = True
    def __init__(self) -> None: ...
    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Export the API anew, in a process of its own: what it imports may have changed since."""
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add what was exported, so that links to it are known."""
    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Put the list of endpoints where a page asks for it."""
    def on_serve(self, server: LiveReloadServer, /, *, config: MkDocsConfig, builder: Any) -> LiveReloadServer:
        """Build anew when the target changes."""
