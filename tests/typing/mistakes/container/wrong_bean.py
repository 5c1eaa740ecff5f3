"""A bean taken for another type."""

from pyfly.container import BeanContext, service


@service
class Basket: ...


@service
class Shelf: ...


def basket(context: BeanContext) -> Basket:
    return context.get_bean(Shelf)  # error
