"""What is due: who waits for admission, which proposals and votes have reached their date."""

from typing import Final

from msgspec import Struct

from app.store.engines import Tx
from app.store.governed import values_of
from governance.proposals import Proposal
from governance.votes import Vote
from ledger.merkle import Edge, hash_leaf

AT_ONCE: Final = 4_096
"""Places of the register that are read together: a roll may have millions."""


class _Id(Struct, frozen=True):
    id: int


class _Until(Struct, frozen=True):
    until: int


async def waiting_accounts(tx: Tx) -> list[int]:
    """The accounts of people who have no number yet."""
    sql = "select id from account where kind = 'person' and member is null order by id"
    return [row.id for row in await tx.all(_Id, sql)]


async def admission_is_due(tx: Tx, now: int, next_at: int) -> bool:
    """Whether the time for admissions has come; if so, the next time is `next_at`.

    The time is kept as a row, so that newcomers wait for the next one whoever runs the clock.
    """
    row = await tx.one(_Until, "select until from job_lease where name = 'next admission'")
    if row is not None and now < row.until:
        return False
    sql = (
        "insert into job_lease (name, holder, until) values ('next admission', '', {})"
        " on conflict (name) do update set until = excluded.until"
    )
    await tx.run(sql, next_at)
    return row is not None or next_at <= now


async def due_proposals(tx: Tx, now: int) -> dict[int, Proposal]:
    """Proposals that wait for the clock, in order of their numbers."""
    sql = (
        "select id from gov_proposal where status in ('discussion', 'frozen', 'between', 'adopted')"
        " and due_at <= {} order by id limit 200"
    )
    ids = [row.id for row in await tx.all(_Id, sql, now)]
    found = await values_of(tx, Proposal, ids)
    return {id_: found[id_] for id_ in ids}


async def open_votes(tx: Tx) -> dict[int, Vote]:
    """Votes that are open, by number."""
    rows = await tx.all(_Id, "select id from gov_vote where status = 'open' order by id")
    found = await values_of(tx, Vote, [row.id for row in rows])
    return {int(id_): vote for id_, vote in found.items()}


async def read_roll(tx: Tx, edge: int) -> tuple[int, str]:
    """Size and root (hex) of the roll: the first `edge` places, less the accounts that are closed."""
    sql = "select id from gov_member where place >= {} and place < {} and closed = 0 order by place"
    roll = Edge()
    for first in range(0, edge, AT_ONCE):
        rows = await tx.all(_Id, sql, first, min(edge, first + AT_ONCE))
        roll = roll.extend(hash_leaf(f"m:{row.id}".encode()) for row in rows)
    return roll.size, roll.root().hex()
