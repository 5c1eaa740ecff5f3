# Generated from pyfly/metadata/methods.py; edit that, then run: python -m tools.stubs
"""What a decorator of methods takes, in words that type checkers understand."""

from typing import Any, ParamSpec, Protocol

__all__ = ["Method"]

P = ParamSpec("P")

class Method(Protocol[P]):
    """A function with ``self`` and any further parameters, as the bound of a decorator's type variable.

    Unlike a plain ``Callable``, no class is one: calling a class makes an instance, but an instance does not bind it.
    """
    def __get__(self, instance: Any, owner: type[Any] | None = None, /) -> Any:
        """Bind the function to an instance."""
    def __call__(self, instance: Any, /, *args: P.args, **kwargs: P.kwargs) -> Any:
        """Call the function."""
