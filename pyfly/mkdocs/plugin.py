"""What MkDocs calls: options, files, pages and what to watch."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import partial
from pathlib import Path
from posixpath import relpath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, final
from urllib.parse import urlsplit

from mkdocs.config.base import BaseConfigOption, Config, ValidationError
from mkdocs.config.config_options import Optional
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, get_plugin_logger
from mkdocs.structure.files import File, InclusionLevel

from pyfly.metadata import did_you_mean
from pyfly.mkdocs.listing import list_endpoints

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.livereload import LiveReloadServer
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

__all__ = ["PyflyOptions", "PyflyPlugin"]

_log: Final = get_plugin_logger("pyfly")
_MARKER: Final = re.compile(r"^<!-- pyfly: *(?P<folder>[^\s>]*) *-->$", re.MULTILINE)
_FENCE: Final = re.compile(r"^(?P<mark>`{3,}|~{3,}).*?^(?P=mark)[ \t]*$", re.MULTILINE | re.DOTALL)
_FOLDER: Final = re.compile(r"[\w.-]+(/[\w.-]+)*")


class _Text(BaseConfigOption[str]):
    """A text that has to hold something."""

    def run_validation(self, value: object, /) -> str:
        if not isinstance(value, str) or not value.strip():
            got = "nothing" if value is None else repr(value)
            raise ValidationError(f"expected a text, got {got}")
        return value.strip()


class _Folder(_Text):
    """A path inside the site."""

    def __init__(self) -> None:
        super().__init__()
        self.default = "api"

    def run_validation(self, value: object, /) -> str:
        text = super().run_validation(value).strip("/")
        if not _FOLDER.fullmatch(text) or {".", ".."} & set(text.split("/")):
            raise ValidationError(f"expected a folder of the site such as 'reference/api', got {value!r}")
        return text


class _Server(_Text):
    """The address of a server."""

    def run_validation(self, value: object, /) -> str:
        text = super().run_validation(value)
        parts = urlsplit(text)
        if parts.scheme not in ("http", "https", "ws", "wss") or not parts.netloc:
            raise ValidationError(f"expected an address such as https://api.example.com, got {text!r}")
        return text


class PyflyOptions(Config):  # type: ignore[no-untyped-call]  # mkdocs' own hook has no types
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
class PyflyPlugin(BasePlugin[PyflyOptions]):  # type: ignore[no-untyped-call]  # as above
    """Puts the page of an API, its documents and its assets into a site.

    A line ``<!-- pyfly: FOLDER -->`` of a page becomes a list of the endpoints, with links to them.
    """

    supports_multiple_instances = True

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Export the API anew, in a process of its own: what it imports may have changed since."""
        with TemporaryDirectory() as name:
            options = [f"--site={name}", *([f"--server={self.config.server}"] if self.config.server else [])]
            command = [sys.executable, "-m", "pyfly", "docs", "export", self.config.target, *options]
            done = subprocess.run(command, cwd=_directory_of(config), capture_output=True, text=True, check=False)
            if done.returncode:
                raise PluginError(f"pyfly cannot document {self.config.target}:\n{done.stderr.strip()}")
            root = Path(name)
            files = (path for path in root.rglob("*") if path.is_file())
            self._files = {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(files)}

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add what was exported, so that links to it are known."""
        # By where they end up: api.md becomes api/index.html as well.
        written = (file for file in files if file.inclusion.value > InclusionLevel.DRAFT.value)
        known = {file.dest_uri: file.src_uri for file in written}
        for name, content in self._files.items():
            path = f"{self.config.folder}/{name}"
            if path in known:
                source = f", from {known[path]}" if known[path] != path else ""
                mend = f"give another folder for {self.config.target}"
                raise PluginError(f"pyfly: the site has a file {path} already{source}; {mend}")
            files.append(File.generated(config, path, content=content))
        return files

    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Put the list of endpoints where a page asks for it."""
        fences = [match.span() for match in _FENCE.finditer(markdown)]
        return _MARKER.sub(partial(self._replaced, page=page, config=config, fences=fences), markdown)

    def on_serve(self, server: LiveReloadServer, /, *, config: MkDocsConfig, builder: Any) -> LiveReloadServer:
        """Build anew when the target changes."""
        here = _directory_of(config)
        place, colon, _ = self.config.target.rpartition(":")
        named = place if colon else self.config.target
        package = named.partition(".")[0]
        found = next((path for path in (here / named, here / package, here / f"{package}.py") if path.exists()), None)
        if found is not None:
            server.watch(str(found))
        return server

    def _replaced(
        self, match: re.Match[str], *, page: Page, config: MkDocsConfig, fences: list[tuple[int, int]]
    ) -> str:
        if any(start <= match.start() < end for start, end in fences):
            return match[0]  # shown as code
        folder = match["folder"].strip("/")
        if folder != self.config.folder:
            self._check_folder(folder, page, config)
            return match[0]  # another instance's
        base = relpath(folder, str(Path(page.file.src_uri).parent.as_posix()))
        attributes = "attr_list" in config.markdown_extensions
        documents = self._files["openapi.json"], self._files["asyncapi.json"]
        return list_endpoints(*documents, base=base, attributes=attributes)

    def _check_folder(self, folder: str, page: Page, config: MkDocsConfig) -> None:
        """Warn of a folder that none of the plugin's instances has; the first of them does."""
        plugins: Any = config.plugins  # without types, as mkdocs has it
        instances = [plugin for plugin in plugins.values() if isinstance(plugin, PyflyPlugin)]
        folders = [plugin.config.folder for plugin in instances]
        if folder not in folders and self is instances[0]:
            mend = did_you_mean(folder, folders, otherwise=f"known are: {', '.join(folders)}")
            _log.warning('%s: no API lies in the folder "%s"; %s', page.file.src_uri, folder, mend)


def _directory_of(config: MkDocsConfig) -> Path:
    return Path(config.config_file_path).resolve().parent
