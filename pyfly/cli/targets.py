"""What can be run: a file, a module or package, or ``module:attribute``."""

from __future__ import annotations

import difflib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, Final, Self, final

from pyfly.application import create_app
from pyfly.cli.callables import is_application, is_plain_application, make_application
from pyfly.cli.errors import NothingToServeError, TargetError
from pyfly.cli.importing import import_file, import_name, shown_name
from pyfly.container.errors import ScanError
from pyfly.context import ApplicationContext
from pyfly.metadata import did_you_mean

if TYPE_CHECKING:
    from types import ModuleType

    from pyfly.server.ports import ASGIApp

__all__ = ["TARGET_VARIABLE", "Target", "load"]

TARGET_VARIABLE: Final = "PYFLY_RUN_TARGET"
"""The environment variable that tells a server's processes what to load."""

DEFAULT_ATTRIBUTE: Final = "app"

_DOTTED: Final = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")


def load() -> ASGIApp:
    """Make the application that `TARGET_VARIABLE` names; what each process of a server calls.

    Raises:
        PyflyError: There is no such application, or it has faults.
    """
    return Target.parse(os.environ.get(TARGET_VARIABLE, "")).load()


@final
@dataclass(frozen=True, slots=True)
class Target:
    """Something to run, before it is imported.

    Attributes:
        text: What the user wrote.
        place: The file, or the dotted name.
        attribute: The name of the application in it, dotted where it is an attribute's attribute; None for none given.
    """

    text: str
    place: Path | str
    attribute: str | None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Tell what the user means.

        Raises:
            TargetError: It is no target, or there is no such file.
        """
        place, attribute = _split(text)
        if attribute is not None and not _DOTTED.fullmatch(attribute):
            raise TargetError(text, f"expected a name after the colon, got {attribute!r}", _example(place))
        if _is_path(place):
            return cls(text, _find_file(text, place), attribute)
        if not _DOTTED.fullmatch(place):
            if Path(place).is_file():
                raise _no_python(text)
            mend = _near_file(Path(place)) if place else ""
            raise TargetError(text, "expected a file, a module or module:attribute", mend or _example("echo.py"))
        return cls(text, place, attribute)

    def for_other_processes(self) -> str:
        """Return the text that means the same in a process with another working directory."""
        return str(self.place) if self.attribute is None else f"{self.place}:{self.attribute}"

    def load(self) -> ASGIApp:
        """Return the application, importing and making what has to be.

        Raises:
            PyflyError: There is no such application, or it has faults.
        """
        found = self.find()
        return create_app(context=found) if isinstance(found, ApplicationContext) else found

    def find(self) -> ASGIApp | ApplicationContext:
        """Import the target and return its application, or a context of the controllers to make one of.

        An application of the author's own wins over controllers.

        Raises:
            TargetError: There is no such module or attribute.
            NothingToServeError: There is no controller or application in it.
            DeclarationError: It cannot be imported, or holds something wrong.
            PyflyError: Its own code raised this.
        """
        module = self.module()
        if self.attribute is not None:
            value = self._attribute(module, self.attribute)
            return value if is_application(value) else make_application(value, self.text)
        own = getattr(module, DEFAULT_ATTRIBUTE, None)
        if is_plain_application(own):
            return own
        context = ApplicationContext()
        context.scan(module)
        if not context.controllers():
            raise NothingToServeError(self.text, *self._nothing(module), context=context)
        return context

    def module(self) -> ModuleType:
        """Import the module it names, unless that is done already.

        Raises:
            TargetError: There is no such module.
            DeclarationError: It cannot be imported, or holds something wrong.
        """
        if isinstance(self.place, Path):
            return import_file(self.place)
        try:
            return import_name(self.place)
        except ScanError as error:
            cause = error.__cause__
            if not isinstance(cause, ModuleNotFoundError) or not f"{self.place}.".startswith(f"{cause.name}."):
                raise
            if Path(self.place).is_file():
                raise _no_python(self.text) from None
            problem = f"there is no module {cause.name!r} in {os.getcwd()} or on the Python path"
            near = did_you_mean(cause.name, [module.name for module in iter_modules([os.getcwd()])], shown="{}")
            raise TargetError(self.text, problem, near or error.mend) from None

    def _attribute(self, module: ModuleType, attribute: str) -> Any:
        value: Any = module
        path = shown_name(module.__name__)
        for name in attribute.split("."):
            try:
                value = getattr(value, name)
            except AttributeError:
                near = did_you_mean(name, dir(value))
                raise TargetError(self.text, f"{path} has no attribute {name!r}", near) from None
            path = f"{path}.{name}"
        return value

    def _nothing(self, module: ModuleType) -> tuple[str, str]:
        app = getattr(module, DEFAULT_ATTRIBUTE, None)
        found = f"is an object of type {type(app).__name__}, not an ASGI application"
        kind = "" if app is None else f", and its {DEFAULT_ATTRIBUTE} {found}"
        others = [name for name, value in vars(module).items() if is_plain_application(value)]
        mend = "decorate a class with @rest_controller, or name what makes an application, as in {}:create"
        return (
            f"nothing to serve: no controller{kind or f' and no {DEFAULT_ATTRIBUTE}'}",
            f'did you mean "{self.text}:{others[0]}"?' if others else mend.format(self.text),
        )


def _split(text: str) -> tuple[str, str | None]:
    place, colon, attribute = text.rpartition(":")
    # The colon of a Windows drive is followed by a path.
    if not colon or "/" in attribute or "\\" in attribute:
        return text, None
    return place, attribute


def _is_path(place: str) -> bool:
    return (
        place.endswith(".py")
        or place in (".", "..")
        or "/" in place
        or os.sep in place
        or (os.altsep is not None and os.altsep in place)
    )


def _find_file(text: str, place: str) -> Path:
    path = Path(place)
    if path.is_file() and path.suffix == ".py":
        return path.resolve()
    if path.is_dir():
        if (path / "__init__.py").is_file():
            return path.resolve() / "__init__.py"
        names = _python_files(path)
        raise TargetError(
            text, "is a directory, and no package", f'name a file in it: "{path / names[0]}"' if names else ""
        )
    if path.is_file():
        raise _no_python(text)
    if not path.parent.is_dir():
        raise TargetError(text, f"there is no directory {path.parent}")
    raise TargetError(text, "there is no such file", _near_file(path))


def _no_python(text: str) -> TargetError:
    return TargetError(text, "is no Python file", _example("echo.py"))


def _python_files(directory: Path) -> list[str]:
    return sorted(entry.name for entry in directory.iterdir() if entry.suffix == ".py")


def _near_file(path: Path) -> str:
    # Without the endings, which would make all of them alike.
    near = difflib.get_close_matches(path.stem, [Path(name).stem for name in _python_files(path.parent)], n=1)
    return f'did you mean "{path.with_name(near[0])}.py"?' if near else ""


def _example(place: str) -> str:
    return f'write "{place or "echo.py"}" for its controllers or "{place or "echo.py"}:app" for an application in it'
