"""How a jury stands now, and which seats a member has in the juries that have still to answer."""

from typing import Literal

from msgspec import Struct

from app.store import boxes
from app.store.engines import Tx
from app.store.governed import value_of
from app.store.jurors import juries_with
from governance.juries import Jury
from governance.members import number
from governance.votes import Vote

Status = Literal["evidence", "voting", "counting", "carried", "failed", "void", "dissolved"]
Sits = Literal["serves", "alternate", "excused"]


class MySeat(Struct, frozen=True):
    """A seat of the reader's in a jury that has still to answer: until `date` it sees the evidence, or votes."""

    jury: int
    seat: int
    sits: Sits
    status: Status
    date: int
    has_voted: bool


async def status_of(tx: Tx, jury: Jury, now: int) -> tuple[Status, int]:
    """How a jury stands now, and the date that counts while it does, 0 after it has ended."""
    if jury.status == "evidence":
        return "evidence", jury.evidence_until
    if jury.status != "voting":
        return jury.status, 0
    vote = await value_of(tx, Vote, jury.vote)
    assert vote is not None, "a jury that votes has a vote"
    return ("voting" if now < vote.closes else "counting"), vote.closes


async def seats_of(tx: Tx, member: str | None, now: int) -> tuple[MySeat, ...]:
    """The seats of a member ("m:17") in the juries that have still to answer."""
    if member is None or not member.startswith("m:"):
        return ()
    told = []
    for index, jury in (await juries_with(tx, number(member))).items():
        seat = jury.seats.index(number(member))
        status, date = await status_of(tx, jury, now)
        has_voted = jury.vote > 0 and await boxes.is_marked(tx, jury.vote, number(member))
        told.append(MySeat(index, seat, sits_of(jury, seat), status, date, has_voted))
    return tuple(told)


def sits_of(jury: Jury, seat: int) -> Sits:
    """Whether who has a seat (from 0) sits, stands by, or was excused."""
    if seat in jury.excused:
        return "excused"
    return "serves" if jury.seats[seat] in jury.serving else "alternate"
