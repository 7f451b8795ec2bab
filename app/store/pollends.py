"""Polls that are over: counted once more, and told to who answered, a piece a transaction.

A row of `poll_ending` says up to which account a poll's voters have been told. It is written with the recount, rises
with the notifications of each piece, and goes with the last: so whoever goes on, after whatever crash, misses nobody
and tells nobody twice, even who has read and dismissed it since.
"""

from collections import Counter

from msgspec import Struct

from app.store.engines import Tx
from app.store.polls import VOTERS, PollRow, Recount, lock_polls, parsed, polls_among, tallies_among


class Ending(Struct, frozen=True):
    """A poll whose voters are being told: who asks it, and the last of the voters that were told."""

    id: int
    asker: int
    last: int


class _Id(Struct, frozen=True):
    id: int


class _Same(Struct, frozen=True):
    choices: str
    n: int


async def due_for_recount(tx: Tx, now: int) -> list[int]:
    """The polls that have closed and were not recounted, those of deleted posts among them."""
    sql = "select id from poll where recounted_at is null and not certified and closes_at <= {} order by id"
    return [row.id for row in await tx.all(_Id, sql, now)]


async def lock_for_recount(tx: Tx, poll: int) -> PollRow:
    """A poll that takes no ballots until this transaction has ended."""
    await lock_polls(tx, [poll], "for update")
    return (await polls_among(tx, [poll]))[poll]


async def recount(tx: Tx, poll: int, now: int) -> Recount:
    """Count the ballots of a closed poll, which is locked, once more; note when, and whether the tallies agree."""
    counts: Counter[int] = Counter()
    sql = "select choices, count(*) as n from poll_ballot where poll = {} group by choices"
    for row in await tx.all(_Same, sql, poll):
        counts.update(dict.fromkeys((VOTERS, *parsed(row.choices)), row.n))
    result = Recount(poll, dict(counts), (await tallies_among(tx, [poll])).get(poll, {}))
    noted = now if result.agrees else -now
    if await tx.run("update poll set recounted_at = {} where id = {} and recounted_at is null", noted, poll):
        await tx.run("insert into poll_ending (id, last) values ({}, 0)", poll)
    return result


async def polls_ending(tx: Tx) -> list[int]:
    """The polls whose voters are not all told, the one asked first before the others."""
    return [row.id for row in await tx.all(_Id, "select id from poll_ending order by id")]


async def lock_ending(tx: Tx, poll: int) -> Ending | None:
    """How far the telling of a poll's end has come, for nobody else to go on until this transaction has ended.

    None where all are told, or where nobody is told any more, because its post is deleted.
    """
    await tx.lock("select id from poll_ending where id = {} for update", poll)
    sql = (
        "select e.id, p.account as asker, e.last from poll_ending e join post p on p.id = e.id "
        "where e.id = {} and p.deleted_at is null"
    )
    return await tx.one(Ending, sql, poll)


async def voters_after(tx: Tx, poll: int, account: int, most: int) -> list[int]:
    """The accounts that answered a poll, in order, from the next one on."""
    sql = "select account as id from poll_ballot where poll = {} and account > {} order by account limit {}"
    return [row.id for row in await tx.all(_Id, sql, poll, account, most)]


async def note_told(tx: Tx, poll: int, last: int) -> None:
    """The voters of a poll are told up to this one."""
    await tx.run("update poll_ending set last = {} where id = {}", last, poll)


async def end_telling(tx: Tx, poll: int) -> None:
    """Nobody is left to be told."""
    await tx.run("delete from poll_ending where id = {}", poll)
