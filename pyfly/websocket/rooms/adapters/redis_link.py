"""One connection to Redis, from its opening to its loss: a subscriber, and a line of commands beside it."""

from __future__ import annotations

import asyncio
import codecs
import contextlib
from collections import deque
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast, final

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import BusyLoadingError, NoScriptError, ReadOnlyError, RedisError
from redis.exceptions import ConnectionError as RedisConnectionError

from pyfly.websocket.crowding import Crowding
from pyfly.websocket.rooms.adapters.redis_rooms import BEAT, CENSUS, ENTER, PUBLISH
from pyfly.websocket.rooms.adapters.tasks import until_first_ends

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from pyfly.websocket.rooms.adapters.redis_rooms import Script

__all__ = ["LinkLostError", "RedisLink", "check_url"]

BATCH: Final = 256
"""How many commands are sent at once."""
READING: Final = 8
"""How many messages could be delivered in the time that one takes to be read."""
CONNECTIONS: Final = 2
"""How many connections a link has."""
_QUIET_SECONDS: Final = 60.0
LOST: Final = (RedisError, OSError, AttributeError)
"""What redis-py raises where a connection is lost; the last is its own mistake, when that happens in a call."""


class LinkLostError(Exception):
    """The connection is gone.

    Attributes:
        sent: Whether the command may have reached Redis.
    """

    def __init__(self, *, sent: bool) -> None:
        super().__init__("the connection was lost")
        self.sent = sent


@final
class _Command(NamedTuple):
    parts: tuple[Any, ...]
    reply: asyncio.Future[Any]


@final
class RedisLink:
    """Two connections that live and die together: it never reconnects, since that would hide what was missed.

    The address may lead to another server meanwhile, so that one of them alone would be worth nothing.

    Args:
        url: Where Redis is.
        control: A channel of this process alone: there always is a subscription, and what is said there is heard.
        hear: Called with the channel and the content of each message.
        seconds: How long Redis may take to answer.
        interval: How often it is asked whether it is still there, in seconds.
    """

    __slots__ = (
        "_client",
        "_confirmations",
        "_control",
        "_echoed",
        "_given_up",
        "_hear",
        "_interval",
        "_line",
        "_lost",
        "_opened",
        "_pubsub",
        "_seconds",
        "_wanted",
    )

    def __init__(
        self, url: str, *, control: str, hear: Callable[[str, bytes], None], seconds: float, interval: float
    ) -> None:
        self._client = make_client(url, seconds=seconds, on_connect=self._connected)
        self._pubsub: Any = cast("Any", self._client).pubsub()
        self._control = control
        self._hear = hear
        self._seconds = seconds
        self._interval = interval
        self._line: deque[_Command] = deque()
        self._wanted = asyncio.Event()
        self._lost = self._opened = False
        self._given_up = asyncio.Event()
        self._echoed = asyncio.Event()
        self._confirmations: dict[str, asyncio.Future[None]] = {}

    async def open(self) -> None:
        """Connect.

        Raises:
            RedisError: Redis refuses.
            OSError: It is not there.
            TimeoutError: It does not answer.
        """
        async with asyncio.timeout(self._seconds):
            await self._pubsub.subscribe(self._control)
            # What is asked first beside the subscriber makes the connection that all commands go through.
            for script in (PUBLISH, ENTER, BEAT, CENSUS):
                await cast("Any", self._client).script_load(script.text)
        self._opened = True

    async def _connected(self, connection: Any) -> None:
        """Greet Redis on a new connection; redis-py makes one whenever it finds that an idle one was closed."""
        if self._opened:
            raise RedisConnectionError("Connection closed by server.")
        await connection.on_connect()

    async def run(self) -> None:
        """Read and write until the connection is lost, or the task is cancelled.

        Raises:
            Exception: Why the connection is lost.
        """
        await until_first_ends(self._read(), self._write(), self._watch())

    def give_up(self) -> None:
        """Have `run` end, since the connection is of no use any more."""
        self._given_up.set()

    async def close(self) -> None:
        """Give up the connection, and fail whatever waits for an answer; twice is harmless."""
        self._lost = True
        while self._line:
            _fail(self._line.popleft().reply, LinkLostError(sent=False))
        for confirmation in self._confirmations.values():
            _fail(confirmation, LinkLostError(sent=True))
        self._confirmations.clear()
        try:
            async with asyncio.timeout(self._seconds):
                await self._pubsub.aclose()
                await self._client.aclose()
        except (RedisError, OSError, TimeoutError):
            return  # there is nothing to be closed any more

    async def subscribe(self, channels: Sequence[str]) -> None:
        """Receive what is published in channels from the return on.

        Raises:
            LinkLostError: The connection is gone.
        """
        if self._lost:
            raise LinkLostError(sent=False)
        loop = asyncio.get_running_loop()
        confirmations: list[asyncio.Future[None]] = []
        for channel in channels:
            confirmation = self._confirmations.get(channel)
            if confirmation is None:
                confirmation = self._confirmations[channel] = loop.create_future()
            confirmations.append(confirmation)
        try:
            await self._pubsub.subscribe(*channels)
        except LOST:
            raise LinkLostError(sent=True) from None
        await asyncio.gather(*map(asyncio.shield, confirmations))

    async def unsubscribe(self, channel: str) -> None:
        """Receive nothing more from a channel.

        Raises:
            LinkLostError: The connection is gone.
        """
        if self._lost:
            raise LinkLostError(sent=False)
        try:
            await self._pubsub.unsubscribe(channel)
        except LOST:
            raise LinkLostError(sent=True) from None

    def check(self) -> None:
        """Make sure that there is a connection.

        Raises:
            LinkLostError: It is gone.
        """
        if self._lost:
            raise LinkLostError(sent=False)

    def send(self, *parts: Any) -> asyncio.Future[Any]:
        """Send a command behind those that wait already; what its answer will be.

        The future raises `LinkLostError` when the connection is lost, and `RedisError` when Redis refuses the command.
        """
        reply: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        if self._lost:
            reply.set_exception(LinkLostError(sent=False))
        else:
            self._line.append(_Command(parts, reply))
            self._wanted.set()
        return reply

    async def run_script(self, script: Script, keys: Sequence[str], *arguments: Any) -> Any:
        """Run a script.

        Raises:
            LinkLostError: The connection is gone.
            RedisError: Redis refuses.
        """
        try:
            return await self.send("EVALSHA", script.digest, len(keys), *keys, *arguments)
        except NoScriptError:  # somebody has made it forget them
            return await self.send("EVAL", script.text, len(keys), *keys, *arguments)

    async def _read(self) -> None:
        crowding = Crowding.here()
        while True:
            message = await self._pubsub.get_message(timeout=_QUIET_SECONDS)
            if message is None:
                continue
            match message["type"]:
                case "message":
                    channel = message["channel"].decode()
                    if channel == self._control:
                        self._echoed.set()
                        continue
                    self._hear(channel, message["data"])
                    crowding.count(READING)
                    await crowding.ease()
                case "subscribe":
                    confirmation = self._confirmations.pop(message["channel"].decode(), None)
                    if confirmation is not None and not confirmation.done():
                        confirmation.set_result(None)
                case _:
                    pass

    async def _write(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            while self._line:
                batch = [self._line.popleft() for _ in range(min(BATCH, len(self._line)))]
                await self._exchange([command for command in batch if not command.reply.done()])

    async def _exchange(self, batch: list[_Command]) -> None:
        pipeline = cast("Any", self._client).pipeline(transaction=False)
        for command in batch:
            pipeline.execute_command(*command.parts)
        try:
            async with asyncio.timeout(self._seconds):
                replies = await pipeline.execute(raise_on_error=False)
        except BaseException:
            for command in batch:
                _fail(command.reply, LinkLostError(sent=True))
            raise
        for command, reply in zip(batch, replies, strict=True):
            if isinstance(reply, Exception):
                _fail(command.reply, reply)
            elif not command.reply.done():
                command.reply.set_result(reply)
        for reply in replies:
            # It became a replica, or starts again: what is to be talked to may be elsewhere now.
            if isinstance(reply, ReadOnlyError | BusyLoadingError):
                raise reply

    async def _watch(self) -> None:
        """See to it that connections that are cut off without a word, or lead to different servers, are noticed."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._interval):
                    await self._given_up.wait()
                    raise LinkLostError(sent=True)
            self._echoed.clear()
            async with asyncio.timeout(self._seconds):
                await self.send("PUBLISH", self._control, "")
                await self._echoed.wait()


def check_url(url: str) -> None:
    """Make sure that a client can be made, and could ever work.

    Raises:
        ValueError: The URL, or one of its options, is wrong.
    """
    pool = cast("Any", make_client(url, seconds=1.0)).connection_pool
    try:
        pool.make_connection()
    except TypeError as error:
        _, unexpected, option = str(error).partition("unexpected keyword argument ")
        raise ValueError(f"redis-py has no option {option}; leave it out" if unexpected else str(error)) from None
    except RedisError as error:
        raise ValueError(f"an option has a value that redis-py does not take: {error}") from None
    options: dict[str, Any] = pool.connection_kwargs
    if options.get("decode_responses"):
        raise ValueError("the option decode_responses makes text of what must stay bytes; leave it out")
    encoding = options.get("encoding", "utf-8")
    if not _is_utf_8(encoding):
        raise ValueError(f"the option encoding must be utf-8, got {encoding!r}; leave it out")
    if pool.max_connections < CONNECTIONS:
        least = f"at least {CONNECTIONS}, as a process has so many connections"
        raise ValueError(f"the option max_connections must be {least}, got {pool.max_connections}; leave it out")
    for name in ("socket_timeout", "socket_connect_timeout"):
        if (seconds := options.get(name)) is not None and not seconds > 0:
            raise ValueError(f"the option {name} must be more than 0 seconds, got {seconds:g}; leave it out")


def _is_utf_8(encoding: str) -> bool:
    try:
        return codecs.lookup(encoding).name == "utf-8"
    except LookupError:
        return False


def make_client(url: str, *, seconds: float, on_connect: Callable[[Any], Awaitable[None]] | None = None) -> Redis:
    """Return a client that tries everything once.

    Args:
        url: Where Redis is.
        seconds: How long it may take to answer.
        on_connect: Greets Redis on each new connection.
    """
    client: Redis = cast("Any", Redis).from_url(
        url,
        retry=Retry(NoBackoff(), 0, supported_errors=()),
        socket_timeout=seconds,
        socket_connect_timeout=seconds,
        protocol=2,
        decode_responses=False,
        redis_connect_func=on_connect,
    )
    return client


def _fail(reply: asyncio.Future[Any], error: Exception) -> None:
    if not reply.done():
        reply.set_exception(error)
        reply.exception()  # whoever asked may be gone
