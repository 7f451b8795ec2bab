"""Redis between the processes of a square, as a backend of Litestar's channels that outlives Redis's absence."""

import asyncio
import time
from collections.abc import AsyncGenerator, Iterable
from typing import Final

import structlog
from litestar.channels import ChannelsBackend
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

log = structlog.get_logger()

PATIENCE: Final = 2.0
"""Seconds after which Redis counts as gone."""

BETWEEN_TRIES: Final = 1.0
GAP: Final = b""
"""What a subscriber reads where something that others said may be missing."""


class RedisChannel(ChannelsBackend):
    """Says to all processes what one says; while Redis does not answer, a process hears itself alone.

    Redis keeps nothing: who was away learns by GAP that something may be missing.
    """

    def __init__(self, url: str) -> None:
        # Its own retries would go on as if nothing had been missed.
        never = Retry(NoBackoff(), 0)
        self._redis: Redis = Redis.from_url(
            url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, retry=never, health_check_interval=10
        )
        self._wanted: set[str] = set()
        self._here: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue()
        self._away_until = 0.0

    async def on_startup(self) -> None:
        """Nothing is connected before somebody listens."""

    async def on_shutdown(self) -> None:
        """Close every connection."""
        await self._redis.aclose()

    async def subscribe(self, channels: Iterable[str]) -> None:
        """Listen to these channels too, from when the connection is made."""
        self._wanted.update(channels)

    async def unsubscribe(self, channels: Iterable[str]) -> None:
        """Listen to these channels no more."""
        self._wanted.difference_update(channels)

    async def publish(self, data: bytes, channels: Iterable[str]) -> None:
        """Say something to all processes, or to this one where Redis does not answer."""
        for channel in channels:
            if not await self._said(channel, data):
                self._here.put_nowait((channel, data))

    async def stream_events(self) -> AsyncGenerator[tuple[str, bytes], None]:
        """What is said, for as long as the square runs."""
        was_away = False
        while True:
            listening = self._redis.pubsub()
            try:
                await listening.subscribe(*self._wanted)
                for channel in self._wanted if was_away else ():
                    yield channel, GAP
                was_away = False
                async for said in _heard(listening):
                    yield said
            except (RedisError, OSError) as error:
                log.warning("Redis is not available to the streams", why=type(error).__name__)
                was_away = True
            finally:
                await listening.aclose()  # type: ignore[no-untyped-call]
            async for said in self._said_here():
                yield said

    async def get_history(self, channel: str, limit: int | None = None) -> list[bytes]:
        """Nothing: clients catch up by since_id."""
        return []

    async def _said(self, channel: str, data: bytes) -> bool:
        if time.monotonic() < self._away_until:
            return False
        try:
            await self._redis.publish(channel, data)
        except (RedisError, OSError):
            # While nobody answers, what follows does not wait for it again.
            self._away_until = time.monotonic() + BETWEEN_TRIES
            return False
        return True

    async def _said_here(self) -> AsyncGenerator[tuple[str, bytes], None]:
        """What this process said while Redis is away, until Redis should be tried again."""
        until = time.monotonic() + BETWEEN_TRIES
        while (left := until - time.monotonic()) > 0:
            try:
                yield await asyncio.wait_for(self._here.get(), left)
            except TimeoutError:
                return


async def _heard(listening: PubSub) -> AsyncGenerator[tuple[str, bytes], None]:
    while True:
        message = await listening.get_message(ignore_subscribe_messages=True, timeout=PATIENCE / 2)
        if message is not None:
            yield message["channel"].decode(), message["data"]
