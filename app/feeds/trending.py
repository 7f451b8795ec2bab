"""What hashtags trend as of a minute: the same for everyone who asks within it, and computed once."""

import asyncio

from msgspec import Struct

from app.clock import Clock
from app.feeds.ranked import MINUTE
from app.feeds.trends import Trend, rank_tags
from app.store.engines import Database
from app.store.trends import voices_of_tags


class Trending(Struct, frozen=True):
    """The hashtags that trend as of `at` (Unix ms, a whole minute), most points first."""

    at: int
    tags: tuple[Trend, ...]


class Trends:
    """Counts when somebody asks, and once a minute."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._newest = Trending(-1, ())
        self._alone = asyncio.Lock()

    async def now(self) -> Trending:
        """The hashtags that trend as of this minute."""
        now = self._clock.now()
        at = now - now % MINUTE
        async with self._alone:
            if self._newest.at != at:
                voices = await self._database.read(lambda tx: voices_of_tags(tx, at))
                self._newest = Trending(at, tuple(rank_tags(voices)))
            return self._newest
