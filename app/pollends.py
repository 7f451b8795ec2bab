"""The end of an everyday poll: its ballots are counted once more, and who asked and who answered are told."""

from typing import Final

from app.clock import Clock
from app.notifications import notify
from app.polls import MINUTE, time_of
from app.store.engines import Database, Tx
from app.store.pollends import (
    due_for_recount,
    end_telling,
    lock_ending,
    lock_for_recount,
    note_told,
    polls_ending,
    recount,
    voters_after,
)
from app.store.polls import Recount
from app.store.sessions import here_since

AWAY: Final = 7 * 24 * 60 * MINUTE
"""Who was not here for so long is not told that a poll is over."""

TOLD_AT_ONCE: Final = 1_000
"""Accounts that are told in one transaction that a poll is over."""


async def recount_due(database: Database, clock: Clock) -> list[Recount]:
    """Recount every poll that has closed since; each in its own transaction, so that it may stop anywhere."""
    due = await database.read(lambda tx: due_for_recount(tx, clock.now()))
    counted = []
    for poll in due:
        result = await _recount_one(database, clock, poll)
        if result is not None:
            counted.append(result)
    return counted


async def tell_ends(database: Database, clock: Clock) -> None:
    """Tell who asked, and who answered and was here within a week, that their polls are over.

    It may stop anywhere, and whoever goes on tells those that are left. So many are told at once that nobody waits for
    it: a poll of two million writes no two million rows in one go.
    """
    for poll in await database.read(polls_ending):
        while await database.write(lambda tx, poll=poll: _tell_some(tx, poll, clock.now())):  # type: ignore[misc]
            pass


async def _recount_one(database: Database, clock: Clock, poll: int) -> Recount | None:
    """None where the poll has not closed by the database's clock yet, which ballots are held against."""

    async def work(tx: Tx) -> Recount | None:
        closes_at = (await lock_for_recount(tx, poll)).closes_at
        now = await time_of(tx, clock)
        return await recount(tx, poll, now) if closes_at <= now else None

    return await database.write(work)


async def _tell_some(tx: Tx, poll: int, now: int) -> bool:
    """Tell the next thousand, and who asks before them; False when nobody is left."""
    ending = await lock_ending(tx, poll)
    voters = await voters_after(tx, poll, ending.last, TOLD_AT_ONCE) if ending is not None else []
    if ending is not None:
        here = await here_since(tx, [one for one in voters if one != ending.asker], now - AWAY)
        asker = {ending.asker} if ending.last == 0 else set()
        await notify(tx, sorted(here | asker), "poll", ending.asker, poll, now)
    if len(voters) == TOLD_AT_ONCE:
        await note_told(tx, poll, voters[-1])
    else:
        await end_telling(tx, poll)
    return len(voters) == TOLD_AT_ONCE
