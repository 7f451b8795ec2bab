"""What every page says of the square, in one look at the database."""

from typing import Final

from msgspec import Struct

from app.store.benches import MySeat, seats_of
from app.store.engines import Tx
from app.store.governed import value_of
from app.store.notifications import KINDS
from app.store.told import count_unread
from governance import members
from governance.members import number

MOST_UNREAD: Final = 99


class Standing(Struct, frozen=True):
    """A square as it stands: `signed` of its `entries` lie under a checkpoint, made at `signed_at` (Unix ms).

    `frozen` says why nothing is recorded now, "" while all is well.
    `open_votes` take ballots now; `for_me` are restrictions of the reader's posts in force, `unread` the notifications
    that they have not read, at most 99, `seats` the reader's in juries that have still to answer.
    """

    name: str = "Isegoria"
    founded: bool = False
    demonstration: bool = False
    entries: int = 0
    signed: int = 0
    signed_at: int = 0
    frozen: str = ""
    open_votes: int = 0
    for_me: int = 0
    unread: int = 0
    seats: tuple[MySeat, ...] = ()


class _Counts(Struct, frozen=True):
    entries: int
    frozen: str
    signed: int
    signed_at: int
    open_votes: int
    for_me: int
    sitting: int


async def standing_of(tx: Tx, member: str | None, now: int, account: int | None = None) -> Standing:
    """The square for everyone, and what waits for `member` ("m:17") and for an account."""
    square = await value_of(tx, members.Square, members.SQUARE)
    if square is None:
        return Standing()
    counts = await tx.one(
        _Counts,
        "select coalesce((select size from ledger_head where id = 0), 0) as entries, "
        "coalesce((select frozen from ledger_head where id = 0), '') as frozen, "
        "coalesce((select max(size) from ledger_checkpoint), 0) as signed, "
        "coalesce((select at from ledger_checkpoint order by size desc limit 1), 0) as signed_at, "
        "(select count(*) from gov_vote where status = 'open' and poll = '' and closes > {}) as open_votes, "
        "(select count(*) from gov_case where author = {} and outcome = 'restrict' and until > {}) as for_me, "
        "coalesce((select sitting from gov_juror where id = {}), 0) as sitting",
        *(now, member or "", now, number(member) if member is not None else -1),
    )
    assert counts is not None
    return Standing(
        name=square.name,
        founded=True,
        demonstration=square.demonstration,
        entries=counts.entries,
        signed=counts.signed,
        signed_at=counts.signed_at,
        frozen=counts.frozen,
        open_votes=counts.open_votes,
        for_me=counts.for_me,
        unread=await count_unread(tx, account, KINDS, now, MOST_UNREAD) if account is not None else 0,
        seats=await seats_of(tx, member, now) if counts.sitting else (),
    )
