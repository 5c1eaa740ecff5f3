from dataclasses import dataclass
from typing import Any, overload

from pydantic import BaseModel

from pyfly.container import bean, component, configuration, primary, repository, rest_controller, service
from pyfly.web import get_mapping


class Engine: ...


@rest_controller
class Served:
    @get_mapping("/served")
    def served(self) -> str:
        return ""



# case: annotated constructors
@component
class Store:
    def __init__(self, size: int = 1, *rest: Any, **options: Any) -> None: ...


@service
class Stock:
    def __init__(self, store: Store, more: "Store | None" = None) -> None: ...


@service
@dataclass
class Shop:
    store: Store


@configuration
class Settings:
    @bean
    def engine(self, store: Store) -> Engine:
        return Engine()


# case: parameter without an annotation
@service
class Stock:
    def __init__(self, store) -> None: ...  # E: Stock.__init__(store) has no type annotation, so no bean can be chosen for it; annotate it with the type of the bean, or give it a default  [pyfly-bean]  # M: Function is missing a type annotation for one or more parameters  [no-untyped-def]


# case: several parameters without an annotation
@repository
class Stock:
    def __init__(  # E: Stock.__init__(engine) has no type annotation, so no bean can be chosen for it; annotate it with the type of the bean, or give it a default  [pyfly-bean]  # E: Stock.__init__(store) has no type annotation, so no bean can be chosen for it; annotate it with the type of the bean, or give it a default  [pyfly-bean]  # M: Function is missing a type annotation  [no-untyped-def]
        self,
        store,
        size=1,
        *rest,
        engine,
    ): ...


# case: constructor of a base class
class Base:
    def __init__(self, store) -> None: ...  # E: Base.__init__(store) has no type annotation, so no bean can be chosen for it; annotate it with the type of the bean, or give it a default  [pyfly-bean]  # M: Function is missing a type annotation for one or more parameters  [no-untyped-def]


@service
class Stock(Base): ...


# case: constructor of a controller
@rest_controller(name="rooms")
class Rooms:
    def __init__(self, store): ...  # E: Rooms.__init__(store) has no type annotation, so no bean can be chosen for it; annotate it with the type of the bean, or give it a default  [pyfly-bean]  # M: Function is missing a type annotation  [no-untyped-def]

    @get_mapping("/")
    def one(self) -> str:
        return ""


# case: bean method without an annotation
@configuration
class Settings:
    @bean  # E: Settings.engine(store) has no type annotation, so no bean can be chosen for it; annotate it with the type of the bean, or give it a default  [pyfly-bean]
    def engine(self, store) -> Engine:  # M: Function is missing a type annotation for one or more parameters  [no-untyped-def]
        return Engine()

    @bean(name="other")  # E: Settings.other(store) has no type annotation, so no bean can be chosen for it; annotate it with the type of the bean, or give it a default  [pyfly-bean]
    def other(self, store) -> Engine:  # M: Function is missing a type annotation for one or more parameters  [no-untyped-def]
        return Engine()


# case: class that is no bean
class Stock:
    def __init__(self, store): ...  # M: Function is missing a type annotation  [no-untyped-def]


# case: bean method below its mark
@configuration
class Engines:
    @bean  # E: @bean marks methods, got a staticmethod; write @staticmethod above @bean  [pyfly-bean]
    @staticmethod
    def engine(size) -> Engine:  # M: Function is missing a type annotation for one or more parameters  [no-untyped-def]
        return Engine()

    @bean(scope="transient")  # E: @bean marks methods, got a classmethod; write @classmethod above @bean  [pyfly-bean]
    @classmethod
    def other(cls) -> Engine:
        return Engine()


# case: a class that makes itself
@service
class Stock:
    def __new__(cls):  # M: Function is missing a return type annotation  [no-untyped-def]
        return super().__new__(cls)


@service
class Shop:
    def __new__(cls, stock):  # E: Shop.__new__(stock) has no type annotation, so no bean can be chosen for it; annotate it with the type of the bean, or give it a default  [pyfly-bean]  # M: Function is missing a type annotation  [no-untyped-def]
        return super().__new__(cls)


# case: an overloaded constructor
@service
class Stock:
    @overload
    def __init__(self, engine: Engine) -> None: ...
    @overload
    def __init__(self, engine: Engine, size: int) -> None: ...
    def __init__(self, engine, size=1): ...  # E: Stock.__init__(engine) has no type annotation, so no bean can be chosen for it; annotate it with the type of the bean, or give it a default  [pyfly-bean]  # M: Function is missing a type annotation  [no-untyped-def]


# case: marks above what no class holds
@bean  # E: @bean marks methods, got function engine; write @bean above a method of a class  [pyfly-bean]
def engine() -> Engine:
    return Engine()


@primary  # E: @primary marks methods, got function other; write @primary above a method of a class  [pyfly-bean]
def other() -> Engine:
    return Engine()


@bean(name="pool")  # E: @bean marks methods, got class Pool; write @bean above a method of a class  [pyfly-bean]
class Pool: ...
