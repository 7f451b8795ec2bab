"""How often somebody may ask, counted without asking the database each time.

A process counts what it answers itself, exactly. Of those who ask often it tells the others through the database, and
hears from them, at most once a second: so over all processes somebody may be answered more often than a limit says by
what the others took since the last exchange, and by `UNTOLD` for each of them. Who asks seldom is written down nowhere,
and what was written goes with its window: no table tells when a member was here (app/store/sessions.py).
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from msgspec import Struct

from app.store.engines import Database, StoreError
from app.store.rates import Spent, exchange

UNTOLD: Final = 30
EVERY: Final = 1_000
"""Milliseconds between two exchanges with other processes."""


class Rate(Struct, frozen=True):
    """What is left of a limit: of `most` calls `left`, -1 where this one is too many; anew at `anew` (Unix ms)."""

    most: int
    left: int
    anew: int


class _Count(Struct):
    ours: int = 0
    told: int = 0
    others: int = 0


class Rates:
    """The counts of one process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._counts: dict[tuple[str, int], _Count] = {}
        self._exchanged = 0
        self._sweep_at = 0

    async def count(self, who: str, most: int, window: int, now: int) -> Rate:
        """Count one call of `who` in the window (milliseconds) that `now` lies in."""
        anew = now - now % window + window
        count = self._counts.setdefault((who, anew), _Count())
        count.ours += 1
        if count.ours - count.told >= UNTOLD and not 0 <= now - self._exchanged < EVERY:
            self._exchanged = now
            # A limit is worth no refused call: where nothing can be written each process counts for itself.
            with suppress(StoreError):
                await self._exchange(now)
        if now >= self._sweep_at or self._sweep_at > anew:
            self._sweep(now, anew)
        return Rate(most, max(most - count.ours - count.others, -1), anew)

    async def _exchange(self, now: int) -> None:
        news = {key: count.ours for key, count in self._counts.items() if count.ours - count.told >= UNTOLD}
        rows = [Spent(who, anew, ours - self._counts[who, anew].told) for (who, anew), ours in news.items()]
        told = await self._database.write(lambda tx: exchange(tx, rows, now))
        for key, ours in news.items():
            self._counts[key].told = ours
        self._hear(told)

    def _hear(self, told: Mapping[tuple[str, int], int]) -> None:
        """What all processes have told of whom we count, ours taken away."""
        for key, all_of_it in told.items():
            if key in self._counts:
                self._counts[key].others = max(all_of_it - self._counts[key].told, 0)

    def _sweep(self, now: int, anew: int) -> None:
        for key in [key for key in self._counts if key[1] <= now]:
            del self._counts[key]
        self._sweep_at = min((key[1] for key in self._counts), default=anew)
