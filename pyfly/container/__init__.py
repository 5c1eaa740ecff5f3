"""The container: beans made of marked classes and factories, injected by type."""

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
from pyfly.container.descriptors import (
    BeanFactory,
    PostConstruct,
    PreDestroy,
    Primary,
    Qualifier,
    Stereotype,
    StereotypeKind,
)
from pyfly.container.ports import AsyncBeanContext, BeanContext, ScopedBeanContext
from pyfly.container.scopes import Scope, ScopeName

__all__ = [
    "AsyncBeanContext",
    "BeanContext",
    "BeanFactory",
    "PostConstruct",
    "PreDestroy",
    "Primary",
    "Qualifier",
    "Scope",
    "ScopeName",
    "ScopedBeanContext",
    "Stereotype",
    "StereotypeKind",
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
