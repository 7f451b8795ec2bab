"""Streams: what happens is said to every process of the square, and told by each to the clients that it serves."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from hashlib import sha256
from typing import Final

import msgspec
import structlog
from litestar.channels import ChannelsPlugin, Subscriber
from litestar.channels.backends.memory import MemoryChannelsBackend
from msgspec import UNSET, Struct, UnsetType

from app.config import Config
from app.events import Event
from app.redis_channel import GAP, RedisChannel
from app.store.engines import Database, StoreError
from app.store.ledger import read_bodies
from app.store.oauth import tokens_among

log = structlog.get_logger()

MOST_BEHIND: Final = 10_000
"""Events that this process may have heard and not told yet."""

MOST_WAITING: Final = 200
"""Messages that may wait for one client: one that is slower is dropped."""

MOST_STREAMS: Final = 32
"""Streams of one account in one process."""

LOOK_AT_TOKENS: Final = 2.0
"""Seconds after which a stream whose token was revoked has ended, at the latest."""

Name = tuple[str, ...]
"""The name of a stream, as clients know it: ("user",), ("hashtag", "cats"), ("list", "12")."""


class Message(Struct, frozen=True):
    """What a client is told; `payload` is JSON of its own, an id, or nothing."""

    stream: Name
    event: str
    payload: str | UnsetType = UNSET


class TooManyStreams(Exception):
    """An account has as many streams as it may have."""


class Client:
    """A connection that reads streams: who speaks by which token, from which country, and what waits for it.

    `root` is the square's address as the client knows it; `notifications` says whether the token may read these too.
    """

    def __init__(self, account: int, token: int, country: str, root: str, *, notifications: bool) -> None:
        self.account: Final = account
        self.token: Final = token
        self.country: Final = country
        self.root: Final = root
        self.notifications: Final = notifications
        self.names: Final[set[Name]] = set()
        self._waiting: Final[asyncio.Queue[Message]] = asyncio.Queue(MOST_WAITING)
        self.over: Final = asyncio.Event()

    def tell(self, message: Message) -> None:
        """Have a message wait for the client, or end its streams where too many wait already."""
        try:
            self._waiting.put_nowait(message)
        except asyncio.QueueFull:
            self.end()

    def end(self) -> None:
        """End its streams; what waits is not sent any more."""
        self.over.set()

    async def next(self) -> Message:
        """The next message."""
        return await self._waiting.get()


Deliver = Callable[[Event, Sequence[Client]], Awaitable[None]]
"""Tells clients of an event, those of them who may hear of it."""


class _Backlog(Subscriber):
    """What this process has heard; it knows when it had to let something go."""

    is_full = False

    def put_nowait(self, item: bytes | None) -> bool:
        if super().put_nowait(item):
            return True
        self.is_full = True
        return False


class Streams:
    """The clients of this process, and the channel that all processes of the square share."""

    def __init__(self, config: Config, database: Database) -> None:
        self._config = config
        self._database = database
        self._clients: set[Client] = set()
        self._per_account: Counter[int] = Counter()
        self._say: Callable[[bytes], object] | None = None
        database.listener = self.publish

    def publish(self, events: Iterable[Struct]) -> None:
        """Say to every process what has happened, now that it is committed: from whatever thread, and at once.

        Databases call it with what transactions announce. A process that does not stream says nothing.
        """
        if self._say is not None:
            self._say(_encoder.encode(list(events)))

    @property
    def clients(self) -> Collection[Client]:
        """Those whom this process serves now."""
        return self._clients

    def open(self, client: Client) -> None:
        """Begin to tell a client. Raises TooManyStreams."""
        if self._per_account[client.account] >= MOST_STREAMS:
            raise TooManyStreams
        self._per_account[client.account] += 1
        self._clients.add(client)

    def close(self, client: Client) -> None:
        """Tell a client nothing more."""
        if client in self._clients:
            self._clients.remove(client)
            self._per_account[client.account] -= 1

    def end(self) -> None:
        """End every stream: clients come again and catch up by what they have."""
        for client in self._clients:
            client.end()

    @asynccontextmanager
    async def running(self, deliver: Deliver) -> AsyncGenerator[None, None]:
        """Clients are told while this lasts; at its end every stream ends."""
        # Squares on one Redis are told apart by what nobody else's ledger begins with.
        first = await self._database.read(lambda tx: read_bodies(tx, 0, 1))
        channel = f"isegoria:{sha256(first[0]).hexdigest()}"
        redis = self._config.redis
        channels = ChannelsPlugin(
            RedisChannel(redis) if redis else MemoryChannelsBackend(),
            channels=[channel],
            subscriber_class=_Backlog,
            subscriber_max_backlog=MOST_BEHIND,
        )
        async with channels:
            heard = await channels.subscribe(channel)
            assert isinstance(heard, _Backlog)
            tasks = [asyncio.create_task(self._tell_all(heard, deliver)), asyncio.create_task(self._watch_tokens())]
            loop = asyncio.get_running_loop()
            self._say = partial(loop.call_soon_threadsafe, partial(channels.publish, channels=channel))
            try:
                yield
            finally:
                self._say = None
                self.end()
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def _tell_all(self, heard: _Backlog, deliver: Deliver) -> None:
        async for said in heard.iter_events():
            if said == GAP or heard.is_full:
                heard.is_full = False
                self.end()
            for event in _decoder.decode(said) if self._clients and said != GAP else ():
                try:
                    await deliver(event, [client for client in self._clients if not client.over.is_set()])
                except Exception as error:
                    # What one event breaks must not silence the next; those who missed it come again and fetch it.
                    log.error("clients could not be told of an event", exc_info=error)
                    self.end()

    async def _watch_tokens(self) -> None:
        """End the streams of tokens that were revoked."""
        while True:
            await asyncio.sleep(LOOK_AT_TOKENS)
            tokens = sorted({client.token for client in self._clients})
            with suppress(StoreError):
                alive = await self._database.read(partial(tokens_among, tokens=tokens))
                for client in self._clients:
                    if client.token in tokens and client.token not in alive:
                        client.end()


_encoder: Final = msgspec.json.Encoder()
_decoder: Final = msgspec.json.Decoder(list[Event])
