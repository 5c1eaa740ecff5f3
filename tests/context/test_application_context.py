import asyncio
import gc
import sys
import weakref
from collections.abc import AsyncIterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pydantic import BaseModel

from pyfly.container import (
    AsyncBeanContext,
    BeanContext,
    Container,
    MissingBeanError,
    Scope,
    ScopedBeanContext,
    bean,
    component,
    configuration,
    controller,
    post_construct,
    pre_destroy,
    rest_controller,
    service,
)
from pyfly.context import (
    ApplicationContext,
    ContextEvent,
    ContextStarted,
    ContextStarting,
    ContextStateError,
    ContextStopped,
    ContextStopping,
    LifecycleState,
    Settings,
    SettingsError,
)
from pyfly.events import EventPublisher, event_listener
from pyfly.metadata import DeclarationErrors, MetadataRegistry, default_registry


class Ordered:
    pass


class ShopSettings(Settings):
    currency: str = "EUR"


class Journal:
    """Notes what happens, in order."""

    def __init__(self) -> None:
        self.lines: list[str] = []


@pytest.fixture
def journal() -> Journal:
    return Journal()


@pytest.fixture
def context(journal: Journal) -> ApplicationContext:
    context = ApplicationContext(settings=Settings())
    context.container.register_instance(journal)
    return context


def state_of(context: ApplicationContext) -> LifecycleState:
    return context.state


def faults_of(context: ApplicationContext) -> list[str]:
    with pytest.raises(DeclarationErrors) as caught:
        context.check()
    return [fault.message for fault in caught.value.faults]


class TestOwnBeans:
    def test_context_container_events_and_settings_are_beans(self) -> None:
        context = ApplicationContext(settings=ShopSettings())
        assert context.get_bean(ApplicationContext) is context
        assert context.get_bean(Container) is context.container
        assert context.get_bean(EventPublisher) is context.events
        assert context.get_bean(ShopSettings) is context.settings
        assert context.get_bean(Settings) is context.settings

    def test_context_can_be_injected_by_its_ports(self) -> None:
        context = ApplicationContext(settings=Settings())
        assert isinstance(context, ScopedBeanContext)
        ports: list[type[object]] = [ScopedBeanContext, AsyncBeanContext, BeanContext]
        assert [context.get_bean(port) for port in ports] == [context, context, context]

    def test_models_are_not_beans_by_pydantics_own_base(self) -> None:
        with pytest.raises(MissingBeanError):
            ApplicationContext(settings=ShopSettings()).get_bean(BaseModel)

    def test_any_model_may_be_given_beside_the_frameworks_settings(self) -> None:
        class Shop(BaseModel):
            name: str

        context = ApplicationContext(settings=Shop(name="Corner"))
        assert context.get_bean(Shop).name == "Corner"
        assert context.get_bean(Settings) is context.settings
        context.check()

    def test_settings_come_from_the_environment_by_default(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("PYFLY_DEBUG", "true")
        (tmp_path / ".env").write_text("PYFLY_SSE_KEEP_ALIVE=2.5\n")
        assert ApplicationContext().settings == Settings(debug=True, sse_keep_alive=2.5)
        monkeypatch.setenv("PYFLY_DEBUG", "maybe")
        with pytest.raises(SettingsError, match=r"^PYFLY_DEBUG \(environment\): got 'maybe'"):
            ApplicationContext()

    def test_registry_is_the_process_wide_one_unless_given(self) -> None:
        registry = MetadataRegistry()
        assert ApplicationContext(settings=Settings()).registry is default_registry
        assert ApplicationContext(settings=Settings(), registry=registry).registry is registry
        container = Container(registry)
        assert ApplicationContext(settings=Settings(), container=container).registry is registry
        assert ApplicationContext(settings=Settings(), container=container, registry=registry).container is container

    def test_container_of_another_registry_is_refused(self) -> None:
        with pytest.raises(ValueError, match=r"^the container belongs to another registry; give only one of the two$"):
            ApplicationContext(settings=Settings(), container=Container(), registry=MetadataRegistry())


class TestRegistering:
    def test_scan_registers_what_a_module_holds(self, context: ApplicationContext) -> None:
        @service
        class Shop:
            pass

        class Plain:
            pass

        module = ModuleType("tests_context_shop")
        for cls in (Shop, Plain):
            cls.__module__ = module.__name__
            cls.__qualname__ = cls.__name__
            setattr(module, cls.__name__, cls)
        context.scan(module)
        assert isinstance(context.get_bean(Shop), Shop)
        assert context.scope_of(Plain) is None

    def test_register_takes_options(self, context: ApplicationContext) -> None:
        class Shop:
            pass

        context.register(Shop, scope="transient", name="corner", primary=True)
        described = context.container.definitions[-1]
        assert (described.name, described.scope, described.primary) == ("corner", Scope.TRANSIENT, True)
        assert context.scope_of(Shop) is Scope.TRANSIENT

    def test_controllers_are_told_in_registration_order(self, context: ApplicationContext) -> None:
        @rest_controller
        class Second:
            pass

        @service
        class Shop:
            pass

        @controller(scope="session")
        class First:
            pass

        for cls in (Second, Shop, First):
            context.register(cls)
        assert context.controllers() == (Second, First)

    async def test_scopes_are_opened_on_the_container(self, context: ApplicationContext) -> None:
        @service(scope="session")
        class Basket:
            pass

        context.register(Basket)
        async with context.open_scope(Scope.SESSION) as scope:
            basket = await scope.get_bean_async(Basket)
            assert scope.get_bean(Basket) is basket

    async def test_beans_can_be_had_without_a_start(self, context: ApplicationContext, journal: Journal) -> None:
        @service
        class Shop:
            @pre_destroy
            def close(self) -> None:
                journal.lines.append("closed")

        context.register(Shop)
        assert context.get_bean(Shop) is await context.get_bean_async(Shop)
        await context.stop()
        assert journal.lines == ["closed"]


class TestStartAndStop:
    async def test_everything_happens_in_order(self, context: ApplicationContext, journal: Journal) -> None:
        @component
        class Listener:
            def __init__(self, journal: Journal) -> None:
                journal.lines.append("Listener made")
                self.journal = journal

            @event_listener
            async def hear(self, event: ContextEvent) -> None:
                self.journal.lines.append(f"heard {type(event).__name__}")

            @pre_destroy
            def close(self) -> None:
                self.journal.lines.append("Listener destroyed")

        @component
        class Database:
            def __init__(self, journal: Journal) -> None:
                journal.lines.append("Database made")
                self.journal = journal

            @pre_destroy
            async def close(self) -> None:
                self.journal.lines.append("Database destroyed")

        @service
        class Shop:
            def __init__(self, database: Database, journal: Journal) -> None:
                journal.lines.append("Shop made")
                self.journal = journal

            @pre_destroy
            def close(self) -> None:
                self.journal.lines.append("Shop destroyed")

        @rest_controller
        class ShopController:
            def __init__(self, journal: Journal) -> None:
                journal.lines.append("ShopController made")

        for cls in (Shop, ShopController, Database, Listener):
            context.register(cls)
        context.events.subscribe(ContextStopped, lambda event: journal.lines.append("heard ContextStopped"))
        assert state_of(context) is LifecycleState.STOPPED
        async with context as entered:
            assert entered is context
            assert state_of(context) is LifecycleState.STARTED
            assert journal.lines == [
                "Listener made",
                "heard ContextStarting",
                "Database made",
                "Shop made",
                "heard ContextStarted",
            ]
            journal.lines.clear()
        assert journal.lines == [
            "heard ContextStopping",
            "Shop destroyed",
            "Database destroyed",
            "Listener destroyed",
            "heard ContextStopped",
        ]
        assert state_of(context) is LifecycleState.STOPPED

    async def test_events_carry_the_context(self, context: ApplicationContext) -> None:
        heard: list[ContextEvent] = []
        context.events.subscribe(ContextEvent, heard.append)
        async with context:
            pass
        assert heard == [kind(context) for kind in (ContextStarting, ContextStarted, ContextStopping, ContextStopped)]

    async def test_asynchronous_beans_are_made_by_the_start(self, context: ApplicationContext) -> None:
        class Connection:
            open = True

        @configuration
        class Connections:
            @bean
            async def connection(self) -> AsyncIterator[Connection]:
                connection = Connection()
                yield connection
                connection.open = False

        context.register(Connections)
        async with context:
            connection = context.get_bean(Connection)
            assert connection.open
        assert not connection.open

    async def test_other_scopes_are_left_to_those_who_open_them(self, context: ApplicationContext) -> None:
        made: list[str] = []

        @service(scope="session")
        class Basket:
            def __init__(self) -> None:
                made.append("Basket")

        @service(scope="transient")
        class Stamp:
            def __init__(self) -> None:
                made.append("Stamp")

        context.register(Basket)
        context.register(Stamp)
        async with context:
            assert made == []

    async def test_bean_and_its_base_class_may_both_be_beans(self, context: ApplicationContext) -> None:
        made: list[str] = []

        @service
        class Base:
            def __init__(self) -> None:
                made.append(type(self).__name__)

        @service
        class Derived(Base):
            pass

        context.register(Base)
        context.register(Derived)
        async with context:
            assert made == ["Base", "Derived"]

    async def test_many_requests_at_once_start_it_once(self, context: ApplicationContext) -> None:
        made: list[object] = []

        @service
        class Slow:
            @post_construct
            async def connect(self) -> None:
                await asyncio.sleep(0)
                made.append(self)

        context.register(Slow)
        await asyncio.wait_for(asyncio.gather(*(context.ensure_started() for _ in range(100))), 10)
        assert len(made) == 1
        await context.stop()

    async def test_stopped_context_starts_again_with_new_beans(self, context: ApplicationContext) -> None:
        made: list[object] = []

        @service
        class Shop:
            def __init__(self) -> None:
                made.append(self)

            @event_listener
            def hear(self, event: Ordered) -> None:
                heard.append(self)

        heard: list[object] = []
        context.register(Shop)
        async with context:
            await context.events.publish(Ordered())
        await context.events.publish(Ordered())
        async with context:
            await context.events.publish(Ordered())
        assert len(made) == 2
        assert heard == made

    async def test_request_after_the_stop_does_not_start_it_again(self, context: ApplicationContext) -> None:
        async with context:
            pass
        with pytest.raises(ContextStateError):
            await context.ensure_started()

    async def test_stopping_twice_or_unstarted_is_harmless(self, context: ApplicationContext) -> None:
        heard: list[ContextEvent] = []
        context.events.subscribe(ContextEvent, heard.append)
        await context.stop()
        assert heard == []
        await context.start()
        await context.stop()
        await context.stop()
        assert len(heard) == 4

    async def test_cancelled_stop_leaves_no_bean_behind(self, context: ApplicationContext, journal: Journal) -> None:
        @service
        class Shop:
            @pre_destroy
            async def close(self) -> None:
                await asyncio.sleep(0)
                journal.lines.append("closed")

        async def hold(event: ContextStopping) -> None:
            stopping.set()
            await asyncio.Event().wait()

        stopping = asyncio.Event()
        context.register(Shop)
        context.events.subscribe(ContextStopping, hold)
        await context.start()
        stop = asyncio.create_task(context.stop())
        await asyncio.wait_for(stopping.wait(), 5)
        stop.cancel()
        with pytest.raises(asyncio.CancelledError):
            await stop
        assert journal.lines == ["closed"]
        assert state_of(context) is LifecycleState.STOPPED

    async def test_what_is_being_started_may_ask_for_the_start(self, context: ApplicationContext) -> None:
        @service
        class Shop:
            def __init__(self, context: ApplicationContext) -> None:
                self.context = context

            @post_construct
            async def connect(self) -> None:
                await self.context.ensure_started()

        context.register(Shop)
        await asyncio.wait_for(context.start(), 5)
        await context.stop()

    async def test_what_is_being_started_cannot_stop_it(
        self, context: ApplicationContext, caplog: pytest.LogCaptureFixture
    ) -> None:
        async def stop(event: ContextStarted) -> None:
            await context.stop()

        context.events.subscribe(ContextStarted, stop, name="stopper")
        await asyncio.wait_for(context.start(), 5)
        assert caplog.messages == ["event listener stopper failed on ContextStarted"]
        assert state_of(context) is LifecycleState.STARTED
        await context.stop()

    async def test_context_that_nobody_holds_goes_away(self) -> None:
        context = ApplicationContext(settings=Settings())
        async with context:
            pass
        gone = weakref.ref(context)
        del context
        gc.collect()
        assert gone() is None


class TestFailingStart:
    async def test_every_fault_is_reported_and_nothing_is_made(self, context: ApplicationContext) -> None:
        class Missing:
            pass

        @service
        class Shop:
            def __init__(self, missing: Missing) -> None: ...

        @service(scope="session")
        class Basket:
            @event_listener
            def hear(self, event: Ordered) -> None: ...

        @service
        class Late:
            @event_listener
            def hear(self, event: ContextStopped | Ordered) -> None: ...

            @event_listener
            def broken(self, event: None) -> None: ...

        @service
        class Last:
            @event_listener
            def hear(self, event: ContextStopped) -> None: ...

        heard: list[ContextEvent] = []
        context.events.subscribe(ContextEvent, heard.append)
        for cls in (Shop, Basket, Late, Last):
            context.register(cls)
        reports = [faults_of(context)]
        for attempt in (context.start, context.ensure_started):
            with pytest.raises(DeclarationErrors) as caught:
                await attempt()
            reports.append([fault.message for fault in caught.value.faults])
        assert reports[0][0].startswith("Shop.__init__(missing): no bean of type Missing (Shop -> Missing)")
        assert reports[0][1:] == [
            "Basket.hear would never hear an event: its bean has the session scope; listen in a singleton",
            "Late.broken(event): None is not an event class",
            "Last.hear would never hear ContextStopped: its bean is destroyed before; "
            "listen for ContextStopping, or mark the method with @pre_destroy",
        ]
        assert reports == [reports[0]] * 3
        assert heard == []
        await context.stop()

    async def test_failing_bean_undoes_the_start_and_fails_the_same_way_again(
        self, context: ApplicationContext, journal: Journal
    ) -> None:
        @service
        class Database:
            def __init__(self) -> None:
                journal.lines.append("Database made")

            @pre_destroy
            def close(self) -> None:
                journal.lines.append("Database destroyed")

            @event_listener
            def hear(self, event: Ordered) -> None:
                journal.lines.append("heard")

        @service
        class Shop:
            def __init__(self, database: Database) -> None:
                if closed:
                    raise ConnectionError("the shop is closed")

        closed = True
        context.register(Shop)
        context.register(Database)
        for _ in range(2):
            with pytest.raises(ConnectionError, match="the shop is closed") as caught:
                await context.start()
            assert any("while creating Shop" in note for note in caught.value.__notes__)
            assert journal.lines == ["Database made", "Database destroyed"]
            journal.lines.clear()
            assert state_of(context) is LifecycleState.STOPPED
        await context.events.publish(Ordered())
        assert journal.lines == []
        closed = False
        await context.ensure_started()
        await context.stop()
        assert journal.lines == ["Database made", "Database destroyed"]

    async def test_each_waiting_request_gets_the_error(self, context: ApplicationContext) -> None:
        @service
        class Shop:
            @post_construct
            async def connect(self) -> None:
                await asyncio.sleep(0)
                raise ConnectionError("the shop is closed")

        context.register(Shop)
        outcomes = await asyncio.wait_for(
            asyncio.gather(*(context.ensure_started() for _ in range(5)), return_exceptions=True), 10
        )
        assert [str(outcome) for outcome in outcomes] == ["the shop is closed"] * 5

    async def test_stop_after_a_failed_start_is_harmless(self, context: ApplicationContext) -> None:
        @service
        class Shop:
            def __init__(self) -> None:
                raise ConnectionError("the shop is closed")

        heard: list[ContextEvent] = []
        context.register(Shop)
        context.events.subscribe(ContextEvent, heard.append)
        with pytest.raises(ConnectionError):
            async with context:
                pass
        await context.stop()
        assert [type(event) for event in heard] == [ContextStarting]

    async def test_cancelled_start_destroys_what_it_made(self, context: ApplicationContext, journal: Journal) -> None:
        @service
        class Database:
            @pre_destroy
            async def close(self) -> None:
                await asyncio.sleep(0)
                journal.lines.append("Database destroyed")

        @service
        class Slow:
            def __init__(self, database: Database) -> None: ...

            @post_construct
            async def connect(self) -> None:
                connecting.set()
                await asyncio.Event().wait()

        connecting = asyncio.Event()
        context.register(Slow)
        context.register(Database)
        start = asyncio.create_task(context.start())
        await asyncio.wait_for(connecting.wait(), 5)
        start.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(start, 5)
        assert journal.lines == ["Database destroyed"]
        assert state_of(context) is LifecycleState.STOPPED


class TestBeanListeners:
    async def test_bean_is_made_at_the_first_event_it_hears(self, context: ApplicationContext) -> None:
        made: list[object] = []

        @rest_controller
        class Orders:
            def __init__(self) -> None:
                made.append(self)

            @event_listener
            def hear(self, event: Ordered) -> None:
                heard.append(self)

        heard: list[object] = []
        context.register(Orders)
        async with context:
            assert made == []
            await context.events.publish(Ordered())
            await context.events.publish(Ordered())
            assert len(made) == 1
            assert heard == made * 2
            assert context.get_bean(Orders) is made[0]

    async def test_listeners_of_all_beans_are_called_by_order_then_by_registration(
        self, context: ApplicationContext, journal: Journal
    ) -> None:
        @component
        class First:
            @event_listener(order=1)
            def late(self, event: Ordered) -> None:
                journal.lines.append("First.late")

            @event_listener
            async def hear(self, event: Ordered) -> None:
                journal.lines.append("First.hear")

        @component
        class Second:
            @event_listener(Ordered, order=-1)
            async def early(self, event: object) -> None:
                journal.lines.append("Second.early")

            @event_listener
            def hear(self, event: object) -> None:
                if isinstance(event, Ordered):
                    journal.lines.append("Second.hear")

        context.register(First)
        context.register(Second)
        async with context:
            await context.events.publish(Ordered())
        assert journal.lines == ["Second.early", "First.hear", "Second.hear", "First.late"]

    async def test_beans_of_factories_and_instances_listen_each_for_itself(self, context: ApplicationContext) -> None:
        class Outbox:
            def __init__(self, name: str) -> None:
                self.name = name

            @event_listener
            def hear(self, event: Ordered) -> None:
                heard.append(self.name)

        @configuration
        class Outboxes:
            @bean
            def mail(self) -> Outbox:
                return Outbox("mail")

            @bean
            async def letters(self) -> Outbox:
                return Outbox("letters")

        heard: list[str] = []
        context.register(Outboxes)
        context.container.register_instance(Outbox("pigeons"), name="pigeons")
        async with context:
            await context.events.publish(Ordered())
        assert heard == ["mail", "letters", "pigeons"]

    async def test_failing_listener_is_logged_by_the_name_of_its_bean(
        self, context: ApplicationContext, caplog: pytest.LogCaptureFixture
    ) -> None:
        @component
        class Base:
            @event_listener
            def hear(self, event: Ordered) -> None:
                raise ValueError("broken")

        @component
        class Derived(Base):
            pass

        @rest_controller
        class Unmade:
            def __init__(self) -> None:
                raise ConnectionError("closed")

            @event_listener
            def hear(self, event: Ordered) -> None: ...

        for cls in (Base, Derived, Unmade):
            context.register(cls)
        async with context:
            await context.events.publish(Ordered())
        assert caplog.messages == [
            "event listener Base.hear failed on Ordered",
            "event listener Derived.hear failed on Ordered",
            "event listener Unmade.hear failed on Ordered",
        ]

    async def test_late_bean_listens_and_is_wired_at_first_use(self, context: ApplicationContext) -> None:
        made: list[object] = []

        @component
        class Late:
            def __init__(self) -> None:
                made.append(self)

            @event_listener
            def hear(self, event: Ordered) -> None:
                heard.append(self)

        heard: list[object] = []
        async with context:
            assert not context.events.has_listeners(Ordered)
            context.register(Late)
            context.register(Late)
            assert context.events.has_listeners(Ordered)
            assert made == []
            await context.events.publish(Ordered())
            assert heard == made
            assert len(made) == 1
        assert not context.events.has_listeners(Ordered)

    async def test_late_bean_with_a_wrong_listener_is_refused(self, context: ApplicationContext) -> None:
        @component(scope="request")
        class Late:
            @event_listener
            def hear(self, event: Ordered) -> None: ...

        async with context:
            with pytest.raises(DeclarationErrors, match=r"Late\.hear would never hear an event"):
                context.register(Late)

    async def test_event_of_a_bean_that_is_being_destroyed_makes_no_new_beans(
        self, context: ApplicationContext
    ) -> None:
        made: list[object] = []

        @component
        class Farewell:
            def __init__(self, events: EventPublisher) -> None:
                self.events = events

            @pre_destroy
            async def close(self) -> None:
                await self.events.publish(Ordered())

        @rest_controller
        class Orders:
            def __init__(self) -> None:
                made.append(self)

            @event_listener
            def hear(self, event: Ordered) -> None: ...

        context.register(Farewell)
        context.register(Orders)
        async with context:
            pass
        assert made == []

    async def test_declarations_of_another_registry_are_heeded(self) -> None:
        registry = MetadataRegistry()

        @component(registry=registry)
        class Listener:
            @event_listener(registry=registry)
            def hear(self, event: Ordered) -> None:
                heard.append(event)

        heard: list[Ordered] = []
        context = ApplicationContext(settings=Settings(), registry=registry)
        context.register(Listener)
        async with context:
            await context.events.publish(Ordered())
        assert len(heard) == 1


def test_scanned_package_is_imported_by_name(
    context: ApplicationContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "tests_context_package"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "beans.py").write_text("from pyfly.container import service\n\n@service\nclass Shop: ...\n")
    monkeypatch.syspath_prepend(tmp_path)
    try:
        context.scan("tests_context_package")
        assert [bean.name for bean in context.container.definitions][-1] == "shop"
    finally:
        for name in ("tests_context_package.beans", "tests_context_package"):
            sys.modules.pop(name, None)


class Told:
    pass


class Deaf:
    @event_listener
    def hear(self, event: ContextStopped) -> None: ...


class Hearing:
    def __init__(self) -> None:
        self.heard: list[Told] = []

    @event_listener
    def hear(self, event: Told) -> None:
        self.heard.append(event)


class Port:
    pass


class HearingPort(Port, Hearing):
    pass


class TestLateListeners:
    async def test_bean_whose_listener_is_refused_is_not_registered(self) -> None:
        async with ApplicationContext() as context:
            with pytest.raises(DeclarationErrors, match=r"Deaf\.hear would never hear ContextStopped"):
                context.register(Deaf)
            assert context.scope_of(Deaf) is None
            context.register(Hearing)
            await context.events.publish(told := Told())
            assert context.get_bean(Hearing).heard == [told]

    async def test_objects_and_factories_registered_after_the_start_listen(self) -> None:
        def make() -> Hearing:
            return Hearing()

        one, two = Hearing(), Hearing()
        async with ApplicationContext() as context:
            context.register_instance(one, name="one", types=[Hearing])
            context.register_factory(make, primary=True)
            context.container.register_instance(two, name="two", types=[Hearing])
            await context.events.publish(told := Told())
            assert one.heard == two.heard == context.get_bean(Hearing).heard == [told]

    async def test_bean_whose_factory_names_an_interface_listens(self) -> None:
        def make() -> Port:
            return HearingPort()

        context = ApplicationContext()
        context.register_factory(make)
        async with context:
            await context.events.publish(told := Told())
            port = context.get_bean(Port)
            assert isinstance(port, HearingPort)
            assert port.heard == [told]


@pytest.mark.parametrize(
    ("given", "got"), [({"debug": True}, r"\{'debug': True\}"), (Settings, "the class Settings")], ids=["dict", "class"]
)
def test_settings_that_are_no_object_of_a_model_are_refused(given: Any, got: str) -> None:
    message = f"^settings are an object of a pydantic model, got {got}; write Settings\\(debug=True\\)$"
    with pytest.raises(SettingsError, match=message):
        ApplicationContext(settings=given)
