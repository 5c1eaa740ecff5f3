"""Who is let in, who is told what, and what is given back at the end."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.authentication import AuthCredentials, SimpleUser, UnauthenticatedUser

from pyfly.context import ApplicationContext, Settings
from pyfly.draining import Draining, DrainPlan
from pyfly.metadata import MetadataRegistry
from pyfly.web import ProblemError, QueryParam, authenticated, requires
from pyfly.websocket import HandshakeInterceptor, WebSocketSession, websocket_mapping
from pyfly.websocket.adapters.starlette import WebSocketRegistrar
from pyfly.websocket.open_sessions import OpenSessions
from pyfly.websocket.security import Admission, AdmissionDenied
from tests.websocket.security.handshakes import Client, application, session_fields


class Open:
    """Accepts, and receives until the end."""

    @websocket_mapping("/t")
    async def talk(self, session: WebSocketSession) -> None:
        await session.accept()
        async for _ in session:
            pass


def evil(**scope: Any) -> Client:
    return Client(headers=[("origin", "http://evil.com")], **scope)


async def test_a_page_of_another_origin_gets_nothing(caplog: pytest.LogCaptureFixture) -> None:
    asked: list[WebSocketSession] = []

    class Watch(HandshakeInterceptor):
        async def before_handshake(self, session: WebSocketSession) -> None:
            asked.append(session)

    with caplog.at_level(logging.INFO, "pyfly"):
        async with application(Open, Watch) as app:
            client = await app.serve(evil())
    assert client.status == 403
    assert client.problem == {
        "type": "about:blank",
        "title": "Forbidden",
        "status": 403,
        "detail": "Pages of this origin may not open sessions.",
    }
    assert app.denials == [("origin", 403)]
    assert asked == []
    assert "Open.talk: a handshake was denied (origin)" in caplog.text
    assert "evil" not in caplog.text


async def test_an_origin_that_the_settings_name_is_let_in() -> None:
    async with application(Open, allowed_origins=("http://evil.com",)) as app:
        client = await app.serve(evil(leaves=True))
    assert client.status == 101
    assert app.denials == []


async def test_who_names_no_origin_is_kept_out_where_the_settings_say_so() -> None:
    async with application(Open, allow_missing_origin=False) as app:
        assert (await app.serve(Client())).status == 403


async def test_a_server_without_denial_responses_gets_a_close() -> None:
    async with application(Open) as app:
        client = await app.serve(evil(extensions={}))
    assert [message["type"] for message in client.sent] == ["websocket.close"]


async def test_a_server_that_drains_lets_nobody_in_and_tells(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "pyfly.websocket")
    async with application(Open) as app:
        before = app.admission.draining
        await Draining.here().run(DrainPlan())
        assert (before, app.admission.draining) == (False, True)
        client = await app.serve(Client())
        Draining.here().end()
        assert (await app.serve(Client(leaves=True))).status == 101
    assert "Open.talk: a handshake was denied (draining)" in caplog.text
    assert (client.status, client.response_headers["retry-after"]) == (503, "1")
    assert app.denials == [("draining", 503)]


@pytest.mark.parametrize("path", ["/t\0", "/t\ufffd", chr(0xDC80)])
async def test_a_path_that_cannot_be_read_is_refused(path: str) -> None:
    async with application(Open) as app:
        assert (await app.serve(Client(path=path, raw_path=None))).status == 400
    assert app.denials == [("path", 400)]


async def test_places_are_given_back_however_a_session_ends() -> None:
    class Endings:
        @websocket_mapping("/t")
        async def end(self, session: WebSocketSession) -> None:
            if session.headers.get("how") == "deny":
                await session.deny()
                return
            await session.accept()
            if session.headers.get("how") == "fail":
                raise RuntimeError("no")
            async for _ in session:
                pass

    async with application(Endings, max_sessions=1) as app:
        for how in ("deny", "fail", "leave"):
            await app.serve(Client(headers=[("how", how)], leaves=True))
            assert (len(app.admission.places), len(app.admission.pending)) == (0, 0)
        async with app.serving(Client()):
            assert len(app.admission.places) == 1
            refused = await app.serve(Client())
            assert (refused.status, refused.response_headers["retry-after"]) == (503, "5")
        assert len(app.admission.places) == 0
    assert app.denials == [("handler", 403), ("sessions", 503)]


async def test_an_address_and_a_user_have_so_many_places() -> None:
    async with application(Open, max_sessions_per_address=1, max_sessions_per_user=1) as app:
        async with app.serving(Client(user="ada")):
            assert (await app.serve(Client(user="bob"))).status == 429
            assert (await app.serve(Client(user="ada", client=("192.0.2.2", 1)))).status == 429
            assert (await app.serve(Client(user="bob", client=("192.0.2.2", 1), leaves=True))).status == 101
        assert (await app.serve(Client(user="ada", leaves=True))).status == 101
    assert app.denials == [("address", 429), ("user", 429)]


async def test_nobody_is_not_counted_as_a_user() -> None:
    async with (
        application(Open, max_sessions_per_user=1) as app,
        app.serving(Client(user=UnauthenticatedUser())),
        app.serving(Client(user=UnauthenticatedUser())) as second,
    ):
        assert not second.done()


async def test_handshakes_that_wait_are_counted() -> None:
    waiting, go_on = asyncio.Event(), asyncio.Event()

    class Slow:
        @websocket_mapping("/t")
        async def wait(self, session: WebSocketSession) -> None:
            waiting.set()
            await go_on.wait()
            await session.accept()
            await session.receive()

    async with application(Slow, max_pending_handshakes=1) as app:
        first = Client()
        task = asyncio.create_task(app.serve(first))
        await waiting.wait()
        second = await app.serve(Client())
        go_on.set()
        await first.accepted.wait()
        async with app.serving(Client()) as third:
            assert not third.done()
        task.cancel()
        await asyncio.wait({task})
        assert (len(app.admission.pending), len(app.admission.places)) == (0, 0)
    assert (second.status, second.response_headers["retry-after"]) == (503, "5")
    assert app.denials == [("pending", 503)]


class Tokens(HandshakeInterceptor):
    """Knows Ada by her token."""

    async def before_handshake(self, session: WebSocketSession) -> None:
        if session.headers.get("token") == "ada's":
            session.user = "ada"
            session.scopes = ["read", "write"]
            session.attributes["seen"] = "by Tokens"


async def test_interceptors_tell_handlers_who_it_is() -> None:
    seen: list[object] = []

    class Secret:
        @authenticated
        @websocket_mapping("/t")
        async def talk(self, session: WebSocketSession) -> None:
            seen.extend([session.user, session.scopes, session.attributes["seen"], session.authenticated])
            await session.accept()

    async with application(Secret, Tokens) as app:
        assert (await app.serve(Client(headers=[("token", "ada's")]))).status == 101
        nobody = await app.serve(Client())
    assert seen == ["ada", frozenset({"read", "write"}), "by Tokens", True]
    assert (nobody.status, nobody.response_headers["www-authenticate"]) == (401, "Bearer")
    assert nobody.problem["detail"] == "This needs a user."
    assert app.denials == [("unauthenticated", 401)]


async def test_a_user_without_the_scopes_is_refused() -> None:
    class Secret:
        @requires("read", "admin")
        @websocket_mapping("/t")
        async def talk(self, session: WebSocketSession) -> None:
            await session.accept()

    async with application(Secret, Tokens) as app:
        client = await app.serve(Client(headers=[("token", "ada's")]))
    assert client.status == 403
    assert client.problem["missing_scopes"] == ["admin"]
    assert app.denials == [("forbidden", 403)]


async def test_the_user_of_starlette_s_middleware_is_honoured() -> None:
    class Secret:
        @requires("read")
        @websocket_mapping("/t")
        async def talk(self, session: WebSocketSession) -> None:
            assert session.user.display_name == "ada"
            assert session.scopes == {"read"}
            await session.accept()

    async with application(Secret) as app:
        ada: dict[str, Any] = {"user": SimpleUser("ada"), "auth": AuthCredentials(["read"])}
        assert (await app.serve(Client(**ada))).status == 101
        assert (await app.serve(Client(**{**ada, "auth": AuthCredentials()}))).status == 403
        assert (await app.serve(Client(user=UnauthenticatedUser(), auth=AuthCredentials()))).status == 401
        assert (await app.serve(Client())).status == 401


async def test_the_challenge_is_a_setting() -> None:
    class Secret:
        @authenticated
        @websocket_mapping("/t")
        async def talk(self, session: WebSocketSession) -> None: ...

    async with application(Secret, authentication_challenge='Basic realm="shop"') as app:
        assert (await app.serve(Client())).response_headers["www-authenticate"] == 'Basic realm="shop"'


async def test_interceptors_deny_with_a_status_and_a_body() -> None:
    handled: list[object] = []

    class Kept:
        @websocket_mapping("/t")
        async def talk(self, session: WebSocketSession) -> None:
            handled.append(session)

        async def on_disconnect(self, session: WebSocketSession) -> None:
            handled.append(session)

    class Denying(HandshakeInterceptor):
        async def before_handshake(self, session: WebSocketSession) -> None:
            if session.headers.get("how") == "problem":
                raise ProblemError(402, "Pay first.", headers={"X-Price": "5"})
            await session.deny(451, "not here", headers={"X-Law": "1"})

    async with application(Kept, Denying) as app:
        denied = await app.serve(Client())
        problem = await app.serve(Client(headers=[("how", "problem")]))
    assert (denied.status, denied.response_headers["x-law"], denied.sent[1]["body"]) == (451, "1", b"not here")
    assert (problem.status, problem.response_headers["x-price"]) == (402, "5")
    assert problem.problem["detail"] == "Pay first."
    assert app.denials == [("interceptor", 451), ("interceptor", 402)]
    assert handled == []


async def test_interceptors_are_asked_by_their_order_until_one_denies() -> None:
    asked: list[str] = []

    def interceptor(name: str, order_: int = 0, *, denies: bool = False) -> type:
        class Interceptor(HandshakeInterceptor):
            order = order_

            async def before_handshake(self, session: WebSocketSession) -> None:
                asked.append(name)
                if denies:
                    await session.deny()

        Interceptor.__name__ = Interceptor.__qualname__ = name
        return Interceptor

    beans = [interceptor("b"), interceptor("late", 5, denies=True), interceptor("last", 9), interceptor("first", -1)]
    async with application(Open, *beans) as app:
        await app.serve(Client())
    assert asked == ["first", "b", "late"]


async def test_an_interceptor_that_fails_denies_with_500_and_tells_the_log(caplog: pytest.LogCaptureFixture) -> None:
    class Failing(HandshakeInterceptor):
        async def before_handshake(self, session: WebSocketSession) -> None:
            raise TimeoutError("of its own")

    async with application(Open, Failing) as app:
        client = await app.serve(Client())
    assert client.status == 500
    assert "detail" not in client.problem
    assert app.denials == [("error", 500)]
    (record,) = [it for it in caplog.records if "A handshake interceptor failed in session" in it.message]
    assert session_fields(record) == ("/t", None, None)


async def test_an_interceptor_may_not_take_for_ever() -> None:
    class Stuck(HandshakeInterceptor):
        async def before_handshake(self, session: WebSocketSession) -> None:
            await asyncio.Event().wait()

    async with application(Open, Stuck, accept_timeout=0.05) as app:
        client = await app.serve(Client())
    assert client.status == 503
    assert app.denials == [("timeout", 503)]


class Users:
    def name_of(self, token: str | None) -> str | None:
        return token and token.removesuffix("'s")


class Known(HandshakeInterceptor):
    def __init__(self, users: Users) -> None:
        self._users = users

    async def before_handshake(self, session: WebSocketSession) -> None:
        session.user = self._users.name_of(session.headers.get("token"))


async def test_interceptors_are_injected_like_other_beans() -> None:
    class Secret:
        @authenticated
        @websocket_mapping("/t")
        async def talk(self, session: WebSocketSession) -> None:
            await session.accept()

    async with application(Secret, Users, Known) as app:
        assert (await app.serve(Client(headers=[("token", "bob's")]))).status == 101
        assert (await app.serve(Client())).status == 401


async def test_a_token_that_has_run_out_keeps_out() -> None:
    class Late(HandshakeInterceptor):
        async def before_handshake(self, session: WebSocketSession) -> None:
            session.user = "ada"
            session.expires_at = datetime.now(UTC) - timedelta(seconds=1)

    async with application(Open, Late) as app:
        client = await app.serve(Client())
    assert (client.status, client.response_headers["www-authenticate"]) == (401, "Bearer")
    assert app.denials == [("unauthenticated", 401)]


async def test_values_that_do_not_fit_and_failures_have_reasons_of_their_own(caplog: pytest.LogCaptureFixture) -> None:
    class Odd:
        @websocket_mapping("/t")
        async def talk(self, session: WebSocketSession, n: QueryParam[int]) -> None:
            if n == 1:
                raise RuntimeError("no")
            if n == 2:
                raise ProblemError(409)
            if n == 3:
                await session.close()

    caplog.set_level(logging.INFO, "pyfly.websocket")
    async with application(Odd) as app:
        for query in (b"n=x", b"n=1", b"n=2", b"n=3", b"n=4"):
            await app.serve(Client(query_string=query))
    assert app.denials == [("arguments", 422), ("error", 500), ("handler", 409), ("handler", 403), ("handler", 403)]
    told = [message for message in caplog.messages if "denied" in message]
    assert told == [f"Odd.talk: a handshake was denied ({reason})" for reason, _ in app.denials]


async def test_a_client_that_leaves_before_it_is_accepted_is_not_denied() -> None:
    async with application(Open) as app:
        client = Client()
        client.script.clear()
        client.script.append({"type": "websocket.disconnect", "code": 1006})
        await app.serve(client)
    assert app.denials == []


async def test_a_foreign_container_has_the_settings_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYFLY_ALLOWED_ORIGINS", "http://evil.com")

    class Beans:
        def get_bean(self, cls: Any) -> Any:
            return cls()

    (route,) = WebSocketRegistrar(controllers=[Open]).collect_routes(Beans())
    let_in, kept_out = evil(leaves=True), Client(headers=[("origin", "http://other.com")])
    for client in (let_in, kept_out):
        await route.app(client.scope, client.receive, client.send)
    assert (let_in.status, kept_out.status) == (101, 403)


async def test_an_application_may_bring_an_admission_of_its_own() -> None:
    context = ApplicationContext(settings=Settings(), registry=MetadataRegistry())
    own = Admission(Settings(allowed_origins=("*",)), [], OpenSessions())
    context.register_instance(own)
    WebSocketRegistrar(controllers=[Open]).collect_routes(context)
    assert context.get_bean(Admission) is own


async def test_a_stop_during_an_interceptor_ends_the_handshake() -> None:
    asked = asyncio.Event()

    class Stuck(HandshakeInterceptor):
        async def before_handshake(self, session: WebSocketSession) -> None:
            asked.set()
            await asyncio.Event().wait()

    async with application(Open, Stuck) as app:
        client = Client()
        task = asyncio.create_task(app.serve(client))
        await asked.wait()
        task.cancel()
        await asyncio.wait({task})
        assert task.cancelled()
        assert (len(app.admission.places), len(app.admission.pending)) == (0, 0)
    assert client.close == (1012, "")


def test_a_denial_tells_itself() -> None:
    assert str(AdmissionDenied("origin", ProblemError(403, "No."))) == "denied (origin): 403 No."
    assert str(AdmissionDenied("interceptor", None)) == "denied (interceptor)"


async def test_an_admission_that_cannot_be_had_denies_with_500(caplog: pytest.LogCaptureFixture) -> None:
    async with application(Open) as app:
        pass
    client = await app.serve(Client())
    assert client.status == 500
    assert "Open.talk: what its sessions need could not be had" in caplog.text


async def test_beans_that_are_stood_in_for_serve_the_next_session_and_no_more_than_those() -> None:
    class Greeter:
        word = "hello"

    class Other(Greeter):
        word = "goodbye"

    class Welcome:
        def __init__(self, greeter: Greeter) -> None:
            self._greeter = greeter

        @websocket_mapping("/t")
        async def talk(self, session: WebSocketSession) -> None:
            await session.accept()
            await session.send_text(self._greeter.word)

    Welcome.__init__.__annotations__["greeter"] = Greeter  # a local class, which its name does not find

    async with application(Welcome, Greeter) as app:

        async def heard() -> str:
            client = await app.serve(Client())
            return str(client.sent[1]["text"])

        assert [await heard(), await heard()] == ["hello", "hello"]
        with app.context.container.overridden(Greeter, Other()):
            assert [await heard(), await heard()] == ["goodbye", "goodbye"]
        assert await heard() == "hello"
        strict = Admission(Settings(allow_missing_origin=False), [], OpenSessions())
        with app.context.container.overridden(Admission, strict):
            assert (await app.serve(Client())).status == 403
        assert await heard() == "hello"
