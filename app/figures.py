"""The soft figures of a square, counted from its cases and from what anybody may read of them."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Final

from msgspec import Struct

from app.clock import Clock
from app.openings import openings_seen
from app.store.cases import cases_after, durations, versions_among
from app.store.emergencies import count_emergencies
from app.store.engines import Database, Tx
from app.store.ledger import read_head
from governance.figures import Figures, figures
from governance.figures.judged import Judged, judge

AT_ONCE: Final = 1_000
"""Cases read together."""

FRESH: Final = 60_000
"""Milliseconds for which a count is shown again, however much has been decided since."""


class Counted(Struct, frozen=True):
    """The figures, and how many entries the ledger had then."""

    figures: Figures
    size: int


class Counting:
    """Counts when somebody asks, once for all who ask at that time."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._last: Counted | None = None
        self._alone = asyncio.Lock()

    async def figures(self) -> Counted:
        """The figures as of now, or of a moment ago."""
        async with self._alone:
            now = self._clock.now()
            last = self._last
            if last is not None and 0 <= now - last.figures.at < FRESH:
                return last
            read = await self._database.read(partial(_read, now=now))
            # Like texts are found by comparing many: not on the thread that answers everybody.
            counted = await asyncio.to_thread(figures, read.cases, read.term, now, read.emergencies)
            self._last = Counted(counted, read.size)
            return self._last


class _Read(Struct, frozen=True):
    """What the figures are counted from, all as it was when the ledger had `size` entries."""

    cases: Sequence[Judged]
    term: int
    size: int
    emergencies: int


async def _read(tx: Tx, *, now: int) -> _Read:
    # One transaction sees one state: a case that is decided meanwhile is open in all of it.
    size = (await read_head(tx)).size
    term = (await durations(tx, ["decision"]))["decision"]
    judged: list[Judged] = []
    while True:
        piece = await _piece(tx, after=judged[-1].case if judged else 0, now=now)
        judged += piece
        if len(piece) < AT_ONCE:
            return _Read(judged, term, size, await count_emergencies(tx))


async def _piece(tx: Tx, *, after: int, now: int) -> list[Judged]:
    cases = await cases_after(tx, after, AT_ONCE)
    versions = await versions_among(tx, {(case.rule, case.rule_version) for case in cases.values()})
    # A case bears the number of the report that opened it: what that reported, where everyone may read it.
    seen = await openings_seen(tx, list(cases), None, now)
    texts = {row.entry: row.value for row in seen if row.field == "content"}
    return [
        judge(number, case, versions[case.rule, case.rule_version], texts.get(number)) for number, case in cases.items()
    ]
