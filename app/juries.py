"""Juries as people meet them: the register, a member's own seats, and the course of one jury."""

from typing import Literal

from msgspec import Struct

from app.draws import DrawTold, draw_of
from app.evidence import Evidence, evidence_for, evidence_of_emergency
from app.openings import openings_seen
from app.store import boxes
from app.store.accounts import Account
from app.store.benches import MySeat, Sits, Status, seats_of, sits_of, status_of
from app.store.cases import durations, entries_among
from app.store.engines import Tx
from app.store.governed import value_of
from app.store.jurors import Verdicts, juries_before, jurors_present, verdicts
from app.store.reporters import reported_by
from app.voting import VoteShown, show_vote
from governance.juries import JURORS, Juror, Jury, JuryRegister
from governance.members import Member, number
from governance.terms import Term, size_of
from governance.votes import Vote

NEWEST = 2**53
MOST_SHOWN = 50


class Place(Struct, frozen=True):
    """The reader's place in the register: taken at `since`, it counts from `counts` on; `left` is 0 while it does."""

    place: int
    since: int
    counts: int
    left: int


class JuryLine(Struct, frozen=True):
    """A jury in a list."""

    jury: int
    is_emergency: bool
    case: int
    asks: Literal["uphold", "return"]
    instance: int
    status: Status
    drawn_at: int
    closed: int


class Registered(Struct, frozen=True):
    """The register of jurors: places taken, members who may be drawn; juries by side and status; the latest juries.

    `member` is the reader's number, `is_guest` whether they are a guest; `place` is theirs, None for none.
    """

    length: int
    present: int
    verdicts: tuple[Verdicts, ...]
    juries: tuple[JuryLine, ...]
    member: str | None
    is_guest: bool
    place: Place | None
    seats: tuple[MySeat, ...]


class SeatTold(Struct, frozen=True):
    """A seat: whose it is, and whether they sit, stand by or were excused, in which entry (0 for none)."""

    seat: int
    member: str
    sits: Sits
    excuse: int


class Step(Struct, frozen=True):
    """What happened to a jury, when and in which entry, or what comes (entry None)."""

    what: Literal["drawn", "excused", "opened", "closed"]
    at: int
    entry: int | None
    by: str = ""


class Rights(Struct, frozen=True):
    """The reader's own seat, and what they may do in it; who `has_reported` what is judged casts no ballot."""

    seat: int
    sits: Sits
    has_reported: bool
    has_voted: bool
    may_be_excused: bool
    may_vote: bool


class JuryFile(Struct, frozen=True):
    """A jury: its course, its seats, how it was drawn, and after the close its vote and the reasons of jurors.

    `date` is when the evidence closes, the vote closes, or the jury ended. A reason that was erased is None. `evidence`
    is for who sits in it, while it sits. `matter` is the appeal, or the emergency that it judges.
    """

    jury: int
    matter: int
    is_emergency: bool
    case: int
    asks: Literal["uphold", "return"]
    instance: int
    size: int
    quorum: int
    excuses: int
    status: Status
    drawn_at: int
    evidence_until: int
    date: int
    closed: int
    seats: tuple[SeatTold, ...]
    steps: tuple[Step, ...]
    draw: DrawTold
    vote: VoteShown | None
    reasons: tuple[str | None, ...]
    mine: Rights | None
    evidence: Evidence | None


async def register_of(tx: Tx, account: Account | None, now: int) -> Registered:
    """The register for this reader, None a visitor."""
    register, member = await value_of(tx, JuryRegister, JURORS), account.member if account else None
    latest = await juries_before(tx, NEWEST, MOST_SHOWN)
    person = await value_of(tx, Member, number(member)) if member is not None else None
    return Registered(
        length=register.length if register is not None else 0,
        present=await jurors_present(tx),
        verdicts=tuple(await verdicts(tx)),
        juries=tuple([await _line(tx, index, jury, now) for index, jury in latest.items()]),
        member=member,
        is_guest=person is not None and person.guest,
        place=await _place(tx, member),
        seats=await seats_of(tx, member, now),
    )


async def _place(tx: Tx, member: str | None) -> Place | None:
    juror = await value_of(tx, Juror, number(member)) if member is not None else None
    if juror is None:
        return None
    waits = (await durations(tx, ["vote_after"]))["vote_after"]
    return Place(juror.place, juror.since, juror.since + waits, juror.left)


async def _line(tx: Tx, index: int, jury: Jury, now: int) -> JuryLine:
    status, _ = await status_of(tx, jury, now)
    return JuryLine(index, is_emergency(jury), jury.case, jury.asks, jury.instance, status, jury.drawn_at, jury.closed)


async def jury_file(tx: Tx, index: int, account: Account | None, now: int) -> JuryFile | None:
    """A jury as this account sees it, a visitor where it is None; None where there is no such jury."""
    jury = await value_of(tx, Jury, index)
    if jury is None:
        return None
    status, date = await status_of(tx, jury, now)
    terms = {name: await value_of(tx, Term, name) for name in ("jury_quorum", "jury_excuses", "secret_roll")}
    quorum, excuses, secret_roll = (int(size_of(term.value)) for term in terms.values() if term is not None)
    vote = await value_of(tx, Vote, jury.vote) if jury.vote else None
    mine = await _rights(tx, jury, vote, account, now)
    steps = await _steps(tx, index, jury, vote)
    sees = account is not None and mine is not None and mine.sits == "serves" and jury.is_sitting
    return JuryFile(
        jury=index,
        matter=jury.matter,
        is_emergency=is_emergency(jury),
        case=jury.case,
        asks=jury.asks,
        instance=jury.instance,
        size=jury.size,
        quorum=quorum,
        excuses=excuses,
        status=status,
        drawn_at=jury.drawn_at,
        evidence_until=jury.evidence_until,
        date=date or steps[-1].at,
        closed=jury.closed,
        seats=_seats(jury),
        steps=steps,
        draw=await draw_of(tx, index, jury),
        vote=await show_vote(tx, jury.vote, vote, secret_roll, now) if vote is not None else None,
        reasons=await _reasons(tx, vote, now),
        mine=mine,
        evidence=await _evidence(tx, jury, account, now) if account is not None and sees else None,
    )


def is_emergency(jury: Jury) -> bool:
    """Whether it judges an emergency, which is its own case, and no appeal."""
    return jury.matter == jury.case


async def _evidence(tx: Tx, jury: Jury, juror: Account, now: int) -> Evidence | None:
    if is_emergency(jury):
        return await evidence_of_emergency(tx, juror, jury.matter, now)
    return await evidence_for(tx, juror, jury.case, now)


def _seats(jury: Jury) -> tuple[SeatTold, ...]:
    excuses = dict(zip(jury.excused, jury.excuses, strict=True))
    return tuple(
        SeatTold(seat, f"m:{member}", sits_of(jury, seat), excuses.get(seat, 0))
        for seat, member in enumerate(jury.seats)
    )


async def _steps(tx: Tx, index: int, jury: Jury, vote: Vote | None) -> tuple[Step, ...]:
    entries = await entries_among(tx, {*jury.excuses, jury.closed} - {0})
    steps = [Step("drawn", jury.drawn_at, index)]
    steps += [Step("excused", entries[entry].at, entry, entries[entry].by) for entry in jury.excuses]
    if vote is not None:
        steps.append(Step("opened", vote.opened_at, jury.vote))
    elif jury.is_sitting:
        steps.append(Step("opened", jury.evidence_until, None))
    if jury.closed:
        steps.append(Step("closed", entries[jury.closed].at, jury.closed))
    else:
        waits = (await durations(tx, ["verdict"]))["verdict"]
        steps.append(Step("closed", vote.closes if vote is not None else jury.evidence_until + waits, None))
    return tuple(steps)


async def _reasons(tx: Tx, vote: Vote | None, now: int) -> tuple[str | None, ...]:
    """What jurors gave as their reasons, for everyone, by the numbers under which they are bound."""
    if vote is None or not vote.closed:
        return ()
    entry = (await entries_among(tx, [vote.closed]))[vote.closed]
    seen = {row.field: row.value for row in await openings_seen(tx, [vote.closed], None, now)}
    return tuple(seen.get(commit.field) for commit in getattr(entry.act, "commits", ()))


async def _rights(tx: Tx, jury: Jury, vote: Vote | None, account: Account | None, now: int) -> Rights | None:
    """What the reader may do, None for who was not drawn."""
    member = number(account.member) if account is not None and account.member is not None else -1
    if account is None or member not in jury.seats:
        return None
    seat = jury.seats.index(member)
    sits = sits_of(jury, seat)
    has_reported = jury.is_sitting and bool(await reported_by(tx, account.id, [jury.case]))
    has_voted = jury.vote > 0 and await boxes.is_marked(tx, jury.vote, member)
    is_open = vote is not None and vote.status == "open" and now < vote.closes
    return Rights(
        seat=seat,
        sits=sits,
        has_reported=has_reported,
        has_voted=has_voted,
        may_be_excused=sits != "excused" and jury.status == "evidence" and now < jury.evidence_until,
        may_vote=is_open and sits == "serves" and not has_voted and not has_reported,
    )
