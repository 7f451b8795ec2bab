"""The figures that a square tells of itself to every client, counted at most once in ten minutes."""

from app.clock import Clock
from app.store.census import Census, take_census
from app.store.engines import Database

KEPT = 600_000
"""Milliseconds for which a census is told."""


class CensusTaker:
    """Counts when somebody asks and the last count is old."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._taken = 0
        self._known = Census()

    async def census(self) -> Census:
        """The figures, at most ten minutes old."""
        now = self._clock.now()
        if not self._taken or not 0 <= now - self._taken < KEPT:
            self._known = await self._database.read(lambda tx: take_census(tx, now))
            self._taken = now
        return self._known
