"""Beans replaced by type, for as long as a test needs it."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from pyfly.container import AmbiguousBeanError, BeanDeclarationError, Container, MissingBeanError
from pyfly.container.bean_types import describe_type
from pyfly.context import ApplicationContext
from pyfly.metadata import did_you_mean
from pyfly.testing.adapters.starlette import contexts_of
from pyfly.testing.errors import OverrideError

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

__all__ = ["replace_beans"]


@contextmanager
def replace_beans(target: object, replacements: Mapping[type[Any], object], /) -> Generator[None]:
    """Let objects stand in for beans until the block ends.

    It makes no difference whether the application is running, and whether the beans have been made: singletons that
    hold a replaced bean, directly or through others, are made anew when they are used, and those made before are back
    when the block ends. Controllers are such singletons. Connections that are open keep what they have.

    Args:
        target: An application made by `create_app`, or one that serves a context's routes; an `ApplicationContext`; or
            a `Container`.
        replacements: What stands in, by the type that it is asked for by.

    Raises:
        OverrideError: There is no such bean, or more than one, or it cannot be replaced.
    """
    containers = _containers_of(target)
    with ExitStack() as stack:
        for cls, instance in replacements.items():
            _override(stack, containers, cls, instance)
        yield


def _override(stack: ExitStack, containers: Sequence[Container], cls: type[Any], instance: object) -> None:
    """Replace a bean in each of the containers that has it."""
    missing: MissingBeanError | None = None
    replaced = False
    for container in containers:
        try:
            stack.enter_context(container.overridden(cls, instance))
            replaced = True
        except MissingBeanError as error:
            missing = error
        except (AmbiguousBeanError, BeanDeclarationError) as error:
            raise OverrideError(error.problem, error.mend) from None
    if missing is not None and not replaced:
        text = describe_type(cls)
        known = [describe_type(bean.type) for container in containers for bean in container.definitions]
        near = did_you_mean(text, known, shown="{}", otherwise=missing.mend)
        raise OverrideError(f"there is no bean of type {text} to replace", near) from None


def _containers_of(target: object) -> list[Container]:
    if isinstance(target, Container):
        return [target]
    if isinstance(target, ApplicationContext):
        return [target.container]
    contexts = contexts_of(target)
    containers = [context.container for context in contexts if isinstance(context, ApplicationContext)]
    if containers:
        return containers
    if contexts:
        kind = type(contexts[0]).__name__
        raise OverrideError(f"the beans of {target!r} come from a {kind}", "replace them there")
    raise OverrideError(
        f"{target!r} has no beans", "give an application made by create_app, an ApplicationContext or a Container"
    )
