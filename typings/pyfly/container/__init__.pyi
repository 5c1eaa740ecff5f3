# Generated from pyfly/container/__init__.py; edit that, then run: python -m tools.stubs
"""The container: beans made of marked classes and factories, injected by type."""

from pyfly.container.bean_scope import BeanScope
from pyfly.container.container import Container
from pyfly.container.decorators import (
    bean,
    component,
    configuration,
    controller,
    post_construct,
    pre_destroy,
    primary,
    repository,
    rest_controller,
    service,
)
from pyfly.container.definitions import BeanDescription
from pyfly.container.descriptors import (
    BeanFactory,
    PostConstruct,
    PreDestroy,
    Primary,
    Qualifier,
    Stereotype,
    StereotypeKind,
)
from pyfly.container.errors import (
    AmbiguousBeanError,
    AsyncBeanError,
    BeanCreationError,
    BeanDeclarationError,
    CaptiveBeanError,
    CircularBeanError,
    ContainerClosedError,
    MissingBeanError,
    ScanError,
    ScopeError,
)
from pyfly.container.ports import AsyncBeanContext, BeanContext, ScopedBeanContext
from pyfly.container.scanner import StereotypeScanner
from pyfly.container.scopes import Scope, ScopeName

__all__ = [
    "AmbiguousBeanError",
    "AsyncBeanContext",
    "AsyncBeanError",
    "BeanContext",
    "BeanCreationError",
    "BeanDeclarationError",
    "BeanDescription",
    "BeanFactory",
    "BeanScope",
    "CaptiveBeanError",
    "CircularBeanError",
    "Container",
    "ContainerClosedError",
    "MissingBeanError",
    "PostConstruct",
    "PreDestroy",
    "Primary",
    "Qualifier",
    "ScanError",
    "Scope",
    "ScopeError",
    "ScopeName",
    "ScopedBeanContext",
    "Stereotype",
    "StereotypeKind",
    "StereotypeScanner",
    "bean",
    "component",
    "configuration",
    "controller",
    "post_construct",
    "pre_destroy",
    "primary",
    "repository",
    "rest_controller",
    "service",
]
