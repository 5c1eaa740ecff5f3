"""Which of the checks mypy calls for what."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, final

from mypy.errors import CompileError
from mypy.nodes import CallExpr
from mypy.plugin import Plugin

from pyfly import __version__
from pyfly.mypy.annotations import marker_digest
from pyfly.mypy.controllers import ClassCheck
from pyfly.mypy.declarations import keep, path_argument, path_of
from pyfly.mypy.dependencies import depend_on_bases, depend_on_constants, show_base_path
from pyfly.mypy.handlers import HandlerCheck
from pyfly.mypy.hooks import MarkedMethodCheck
from pyfly.mypy.reporting import Reporter
from pyfly.mypy.sessions import PathParamsCheck
from pyfly.rules.options import RuleOptions, RuleOptionsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy.options import Options
    from mypy.plugin import (
        ClassDefContext,
        FunctionContext,
        MethodContext,
        MethodSigContext,
        ReportConfigContext,
    )
    from mypy.types import FunctionLike, Type

__all__ = ["PyflyPlugin"]

_CONTAINER: Final = "pyfly.container.decorators."
_STEREOTYPES: Final = {
    f"{_CONTAINER}{kind}": kind
    for kind in ("component", "service", "repository", "controller", "rest_controller", "configuration")
}
_CLASS_DECORATORS: Final = frozenset({f"{_CONTAINER}StereotypeMarker.__call__", f"{_CONTAINER}ClassDecorator.__call__"})
_METHOD_MARKERS: Final = frozenset({f"{_CONTAINER}Marker.__call__", f"{_CONTAINER}Decorator.__call__"})
_REQUEST_MAPPING: Final = "pyfly.web.decorators.request_mapping"
_MAPPINGS: Final = frozenset(
    {
        "pyfly.websocket.decorators.WebSocketMappingDecorator.__call__",
        "pyfly.web.decorators.HttpMappingDecorator.__call__",
        "pyfly.web.sse.decorators.SseMappingDecorator.__call__",
    }
)
_FACTORIES: Final = {
    "pyfly.websocket.decorators.websocket_mapping": "websocket_mapping",
    "pyfly.web.sse.decorators.sse_mapping": "sse_mapping",
    **{f"pyfly.web.decorators.{name}_mapping": f"{name}_mapping" for name in ("get", "post", "put", "patch", "delete")},
    _REQUEST_MAPPING: "request_mapping",
}


@final
class PyflyPlugin(Plugin):
    """Checks controllers and other beans by the rules of a start.

    Args:
        options: mypy's options; ``[tool.pyfly]`` is looked for where mypy's own configuration stands.
    """

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        try:
            self._rules = RuleOptions.load(Path(options.config_file).parent if options.config_file else None)
        except RuleOptionsError as error:
            raise CompileError([f"{error.file}: error: {error.problem}"], use_stdout=True) from None
        reporter = Reporter(self._rules)
        self._classes = ClassCheck(reporter)
        self._handlers = HandlerCheck(reporter)
        self._marked = MarkedMethodCheck(reporter)
        self._path_params = PathParamsCheck(reporter)

    def report_config_data(self, ctx: ReportConfigContext) -> Any:
        """Return what makes results of another run worthless: other options, another version, other marked aliases."""
        if f"{os.sep}typeshed{os.sep}" in ctx.path:  # no rule is broken there
            return None
        data = {"version": __version__, "rules": self._rules.as_json()}
        digest = "" if f"{os.sep}site-packages{os.sep}" in ctx.path else marker_digest(ctx.path)
        # A part of the module's interface, so that modules which import it are checked again.
        return {**data, "markers": digest} if digest else data

    def get_class_decorator_hook_2(self, fullname: str) -> Callable[[ClassDefContext], bool] | None:
        """Keep what decorators say of a class, before its body is checked."""
        if fullname in _STEREOTYPES:
            return partial(_keep_stereotype, _STEREOTYPES[fullname])
        return _keep_base_path if fullname == _REQUEST_MAPPING else None

    def get_function_hook(self, fullname: str) -> Callable[[FunctionContext], Type] | None:
        """Check methods that are marked by a plain function, and that mappings are called."""
        if fullname in _FACTORIES:
            return partial(self._handlers.factory, decorator=_FACTORIES[fullname])
        return self._marked.applied if fullname == f"{_CONTAINER}bean" else None

    def get_method_signature_hook(self, fullname: str) -> Callable[[MethodSigContext], FunctionLike] | None:
        """Check what is mapped, and what is looked up in path variables."""
        if fullname in _MAPPINGS:
            return self._handlers.signature
        return self._path_params.signature if fullname == "builtins.dict.__getitem__" else None

    def get_method_hook(self, fullname: str) -> Callable[[MethodContext], Type] | None:
        """Check paths and classes."""
        if fullname in _MAPPINGS:
            return self._handlers.applied
        if fullname in _CLASS_DECORATORS:
            return self._classes.applied
        if fullname in _METHOD_MARKERS:
            return self._marked.applied
        if fullname == "pyfly.web.decorators.RequestMappingDecorator.__call__":
            return self._handlers.base
        return None


def _keep_stereotype(kind: str, context: ClassDefContext) -> bool:
    info, module = context.cls.info, context.api.modules.get(context.cls.info.module_name)
    keep(info, "stereotype", kind)
    if module is not None:
        depend_on_bases(info, module)
    return True


def _keep_base_path(context: ClassDefContext) -> bool:
    if isinstance(context.reason, CallExpr):
        info, argument = context.cls.info, path_argument(context.reason)
        module = context.api.modules.get(info.module_name)
        path = path_of(context.reason)
        keep(info, "base", [path])
        show_base_path(info, path, context.api.named_type("builtins.str"))
        if argument is not None and module is not None:
            depend_on_constants(argument, info.module_name, module)
    return True
