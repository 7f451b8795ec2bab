"""What stands under a member's number: entries of the ledger, and marks of votes."""

from typing import Final

from msgspec import Struct

from app.store.engines import Tx
from app.store.governed import value_of, values_of
from app.store.ledger import EntryRow, read_head
from app.store.statements import holds
from governance.entry import Entry, decode
from governance.members import Member
from governance.votes import Vote, is_on_roll

LOOKED_THROUGH: Final = 50_000
"""Entries looked through at once: the ledger has no index of names, and a page must not read all of it."""


class Found(Struct, frozen=True):
    """Entries that name a member, newest first, by index; `before` is where to look on, 0 when all was looked at."""

    entries: dict[int, Entry]
    before: int


class Marked(Struct, frozen=True):
    """A vote in which a mark stands for a member."""

    vote: int
    proposal: int
    closes: int


class Told(Struct, frozen=True):
    """A vote that has closed, on whose roll a member stands: whether a mark says that they voted."""

    vote: int
    closes: int
    marked: bool


class _Closed(Struct, frozen=True):
    vote: int
    mine: int


async def entries_naming(tx: Tx, member: str, before: int, most: int) -> Found:
    """The entries before one that are by a member ("m:17") or name them, and the one that admitted them."""
    before = min(before, (await read_head(tx)).size)
    first = max(0, before - LOOKED_THROUGH)
    named = f'"{member}"'.encode()
    rows = await tx.all(
        EntryRow,
        f"select id, leaf_hash, body from ledger_entry where id >= {{}} and id < {{}} and ({holds('body', tx.kind)} "
        "or id = {} or id in (select id from gov_grant where member = {}) "
        "or id in (select id from gov_jury where id >= {} and id < {} and seats like {})) order by id desc limit {}",
        *(first, before, named, int(member[2:]), int(member[2:]), first, before, f"%/{member[2:]}/%", most),
    )
    # One more page may follow in what was looked through, or further back.
    further = rows[-1].id if len(rows) == most else first
    return Found({row.id: decode(row.body) for row in rows}, further)


async def closed_votes(tx: Tx, member: str, since: int, most: int) -> list[Told]:
    """What is told to a member of the roll of each vote that was to close since then, newest first.

    Of certified polls those are told who answered: whose roll is everybody's would fill everybody's page.
    """
    if not member.startswith("m:"):
        return []
    reader = int(member[2:])
    sql = (
        "select v.id as vote, (select count(*) from mark k where k.vote = v.id and k.member = {}) as mine"
        " from gov_vote v where v.status <> 'open' and v.closes >= {} and (v.poll = '' or exists"
        " (select 1 from mark k where k.vote = v.id and k.member = {})) order by v.id desc limit {}"
    )
    rows = await tx.all(_Closed, sql, reader, since, reader, most)
    person = await value_of(tx, Member, reader)
    votes = await values_of(tx, Vote, [row.vote for row in rows])
    return [
        Told(row.vote, votes[row.vote].closes, row.mine > 0)
        for row in rows
        if person is not None and is_on_roll(votes[row.vote], reader, person)
    ]


async def marks_of(tx: Tx, member: str) -> list[Marked]:
    """The votes in which a mark stands for a member, newest first; how they voted, nobody can look up."""
    sql = (
        "select v.id as vote, v.proposal, v.closes from gov_vote v "
        "where exists (select 1 from mark k where k.vote = v.id and k.member = {}) order by v.id desc"
    )
    return await tx.all(Marked, sql, int(member[2:]))
