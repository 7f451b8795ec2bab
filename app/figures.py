"""The soft figures of a square, counted from its cases and from what anybody may read of them."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Final

from msgspec import Struct

from app.clock import Clock
from app.openings import public_openings
from app.store.cases import cases_after, durations, versions_among
from app.store.engines import Database, Tx
from app.store.ledger import read_head
from governance.cases import Case
from governance.figures import Figures, figures
from governance.figures.judged import Judged, judge
from governance.rules import RuleVersion

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
            size = (await self._database.read(read_head)).size
            last = self._last
            if last is not None and 0 <= now - last.figures.at < FRESH:
                return last
            term = (await self._database.read(lambda tx: durations(tx, ["decision"])))["decision"]
            cases = await self._judged(await self._contents(now))
            # Like texts are found by comparing many: not on the thread that answers everybody.
            self._last = Counted(await asyncio.to_thread(figures, cases, term, now), size)
            return self._last

    async def _contents(self, now: int) -> dict[int, str]:
        """What was reported, by the entry of the report, where everyone may read it."""
        return {row.entry: row.value async for row in public_openings(self._database, now) if row.field == "content"}

    async def _judged(self, contents: dict[int, str]) -> Sequence[Judged]:
        judged: list[Judged] = []
        last = 0
        while True:
            cases, versions = await self._database.read(partial(_piece, after=last))
            judged += [
                judge(number, case, versions[case.rule, case.rule_version], contents.get(number))
                for number, case in cases.items()
            ]
            if len(cases) < AT_ONCE:
                return judged
            last = max(cases)


async def _piece(tx: Tx, *, after: int) -> tuple[dict[int, Case], dict[tuple[int, int], RuleVersion]]:
    cases = await cases_after(tx, after, AT_ONCE)
    return cases, await versions_among(tx, {(case.rule, case.rule_version) for case in cases.values()})
