"""A ranking as of a minute: the same for everyone who asks, in whichever process."""

import asyncio
from functools import partial
from typing import Final

from msgspec import Struct

from app.clock import Clock
from app.feeds.lively import Facts, Scored, rank
from app.rankings import rankings_in_force
from app.store.engines import Database, Tx
from app.store.rankings import candidates_since, counts_among
from app.store.restrictions import restrictions_of
from governance.rankings import Formula

MINUTE: Final = 60_000
LOOKS_BACK: Final = 3 * 24 * 60 * MINUTE
"""Posts that are older are ranked no more."""

MOST: Final = 1_000
"""Posts that are ranked: the newest so many."""

STAYS: Final = 60
"""Minutes for which somebody can read on in a ranking as it was."""

KEPT: Final = 8


class Ranked(Struct, frozen=True):
    """A ranking as of `at` (Unix ms, a whole minute), computed by the formula that was in force then."""

    at: int
    formula: Formula
    posts: tuple[Scored, ...]

    def place_of(self, post: int) -> int | None:
        """The place of a post, from 0."""
        return next((place for place, scored in enumerate(self.posts) if scored.post == post), None)


class Rankers:
    """Computes the ranking “lively” when somebody asks, once for all who ask for the same minute."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._kept: dict[int, Ranked | None] = {}
        self._alone = asyncio.Lock()

    async def lively(self, at: int = 0) -> Ranked | None:
        """The ranking as of `at`, of this minute where that is none of the last hour's; None where none is offered."""
        now = self._clock.now()
        newest = now - now % MINUTE
        if not newest - STAYS * MINUTE <= at <= newest or at % MINUTE:
            at = newest
        async with self._alone:
            if at not in self._kept:
                read = await self._database.read(partial(_read, at=at))
                self._kept[at] = await asyncio.to_thread(_rank, read, at) if read is not None else None
                while len(self._kept) > KEPT:
                    del self._kept[next(iter(self._kept))]
            return self._kept[at]


class _Read(Struct, frozen=True):
    formula: Formula
    facts: list[Facts]


async def _read(tx: Tx, *, at: int) -> _Read | None:
    formula = (await rankings_in_force(tx)).formula("lively")
    if formula is None:
        return None
    found = await candidates_since(tx, at - LOOKS_BACK, at, MOST)
    members = {one.member for one in found if one.member is not None}
    standing = await restrictions_of(tx, [*(str(one.id) for one in found), *sorted(members)], at)
    shunned = {subject for subject, its in standing.items() if any(one.sanction == "unrecommend" for one in its)}
    kept = [one for one in found if str(one.id) not in shunned and one.member not in shunned]
    counts = await counts_among(tx, [one.id for one in kept], at)
    return _Read(
        formula,
        [
            Facts(
                post=one.id,
                account=one.account,
                created_at=one.created_at,
                replies=counts.replies.get(one.id, 0),
                boosts=counts.boosts.get(one.id, 0),
                favourites=counts.favourites.get(one.id, 0),
            )
            for one in kept
        ],
    )


def _rank(read: _Read, at: int) -> Ranked:
    weights = {weight.name: weight.value for weight in read.formula.weights}
    return Ranked(at, read.formula, tuple(rank(read.facts, weights, at)))
