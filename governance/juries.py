"""Juries: the register of jurors, who is drawn from it, who is excused, and when the jury votes."""

from collections.abc import Iterator
from hashlib import sha256
from itertools import islice
from typing import Literal

import msgspec
from msgspec import Struct

from governance.acts.juries import DrawJury, ExcuseJuror
from governance.acts.votes import CloseVote, OpenVote
from governance.draw import places, seed_of
from governance.entry import Entry
from governance.errors import Refused
from governance.matters import Matter, after_draw, check_may_be_drawn, matter_of
from governance.members import Member, check_member, number
from governance.state import Changes, Key, State
from governance.terms import count, duration
from ledger.merkle import hash_leaf, root_of

JURORS = "jurors"

AT_ONCE = 64
"""Places of the register that are looked at together."""


class JuryRegister(Struct, frozen=True, gc=False):
    """The append-only register of jurors: how many places have been taken."""

    length: int


class JuryPlace(Struct, frozen=True, gc=False):
    """A place in the register of jurors: whose it is."""

    member: int


class Juror(Struct, frozen=True, gc=False):
    """A member (its key) with a place in the register, theirs since a time; `left` is 0 while they may be drawn.

    `sitting` counts the juries that they sit in and that have not answered yet.
    """

    place: int
    since: int
    left: int
    sitting: int


Out = Literal["apart", "new", "left", "busy", "closed"]
"""Why a place is passed over: a party or a decider (or of the first jury), too new, left, in enough juries, closed."""


class Passed(Struct, frozen=True, gc=False):
    """A place of the register that the seed drew and that was passed over, and why."""

    place: int
    why: Out


class Drawn(Struct, frozen=True):
    """What a seed draws: members in their order, and the places that were passed over before the last of them."""

    seats: tuple[int, ...]
    passed: tuple[Passed, ...]


class Jury(Struct, frozen=True, gc=False):
    """A jury, named by its draw. `matter` is what it judges: an appeal in `case`.

    `seats` are members in the order of the draw, of whom the first `size` who are not `excused` (by place) sit. Until
    `evidence_until` the evidence is open; then it votes. `asks` is what the vote is on: whether the decision is upheld,
    or whether the case is returned to be decided anew. `closed` is the entry by which it ended, 0 for none yet.
    `excuses` are the entries of the `excused`, in their order; `passed` are the places that the draw passed over among
    the first `pool` of the register.
    """

    matter: int
    case: int
    asks: Literal["uphold", "return"]
    instance: int
    size: int
    seats: tuple[int, ...]
    drawn_at: int
    evidence_until: int
    excused: tuple[int, ...] = ()
    excuses: tuple[int, ...] = ()
    pool: int = 0
    passed: tuple[Passed, ...] = ()
    vote: int = 0
    status: Literal["evidence", "voting", "carried", "failed", "void", "dissolved"] = "evidence"
    closed: int = 0

    @property
    def is_sitting(self) -> bool:
        """Whether it has still to answer."""
        return self.status in ("evidence", "voting")

    @property
    def present(self) -> tuple[int, ...]:
        """The members who are not excused, in the order of their seats: who sit, and behind them the alternates."""
        return tuple([member for place, member in enumerate(self.seats) if place not in self.excused])

    @property
    def serving(self) -> tuple[int, ...]:
        """The members who sit, in the order of their seats."""
        return self.present[: self.size]

    @property
    def roll(self) -> tuple[int, ...]:
        """The members who sit, by number: the roll of the vote."""
        return tuple(sorted(self.serving))


def jury_of(state: State, index: int) -> Jury:
    """The jury; raises Refused [jury-1] where there is none."""
    jury = state[Jury, index]
    if jury is None:
        raise Refused("jury-1", "there is no jury %(jury)s", jury=index)
    return jury


def register_length(state: State) -> int:
    """How many places of the register of jurors are taken."""
    register = state[JuryRegister, JURORS]
    return register.length if register is not None else 0


def check_join_jury(state: State, entry: Entry) -> None:
    """A member who has no place takes one, and who left it takes it again."""
    check_member(state, entry.by)
    juror = state[Juror, number(entry.by)]
    if juror is not None and not juror.left:
        raise Refused("jury-1", "you have place %(place)s in the register of jurors already", place=juror.place)


def apply_join_jury(state: State, entry: Entry) -> Changes:
    """The next place, or the one that was left; it counts anew from now."""
    member = number(entry.by)
    juror = state[Juror, member]
    if juror is not None:
        return {(Juror, member): Juror(juror.place, entry.at, 0, juror.sitting)}
    place = register_length(state)
    return {
        (Juror, member): Juror(place, entry.at, 0, 0),
        (JuryPlace, place): JuryPlace(member),
        (JuryRegister, JURORS): JuryRegister(place + 1),
    }


def check_leave_jury(state: State, entry: Entry) -> None:
    """Only who may be drawn leaves."""
    check_member(state, entry.by)
    juror = state[Juror, number(entry.by)]
    if juror is None or juror.left:
        raise Refused("jury-1", "you have no place in the register of jurors that you could leave")


def apply_leave_jury(state: State, entry: Entry) -> Changes:
    """They are passed over from now on."""
    member = number(entry.by)
    juror = state[Juror, member]
    assert juror is not None
    return {(Juror, member): Juror(juror.place, juror.since, entry.at, juror.sitting)}


def check_draw_jury(state: State, act: DrawJury, entry: Entry) -> None:
    """The clock draws, once, from the secret that was committed to, exactly those whom the seed names."""
    if entry.by != "clock":
        raise Refused("jury-2", "a jury is drawn by the clock")
    matter = matter_of(state, act.matter)
    check_may_be_drawn(state, matter, entry.at)
    if sha256(bytes.fromhex(act.secret)).hexdigest() != matter.coin:
        raise Refused("jury-3", "this is not the secret to which the square had committed before anybody appealed")
    if (act.coin == "") == matter.may_be_appealed:
        raise Refused("jury-3", "a draw commits to the secret of the next one exactly where there may be another")
    if act.coin == matter.coin:
        raise Refused("jury-3", "the secret of the next draw is another than that of this one")
    seats = drawn_seats(state, matter, act.secret)
    if len(seats) < count(state, "jury_quorum"):
        raise Refused("jury-5", "only %(n)s members can be drawn, fewer than the term `jury_quorum`", n=len(seats))
    if act.seats != seats:
        raise Refused("jury-4", "the seats are not those that this seed draws")


def drawn_seats(state: State, matter: Matter, secret: str) -> tuple[int, ...]:
    """The members whom the seed draws for a matter: a jury and as many alternates, or as many as there are."""
    return draw(state, matter, secret).seats


def draw(state: State, matter: Matter, secret: str) -> Drawn:
    """The members whom the seed draws, and whom it passes over."""
    seed = seed_of(matter.case, matter.pool, bytes.fromhex(secret), bytes.fromhex(matter.nonce))
    wanted = 2 * _size(state, matter)
    seats: list[int] = []
    passed: list[Passed] = []
    drawn = places(seed, matter.pool)
    while len(seats) < wanted and (some := list(islice(drawn, AT_ONCE))):
        for place, member, why in _jurors_at(state, matter, some):
            if len(seats) == wanted:
                break
            if why:
                passed.append(Passed(place, why))
            else:
                seats.append(member)
    return Drawn(tuple(seats), tuple(passed))


def _jurors_at(state: State, matter: Matter, some: list[int]) -> Iterator[tuple[int, int, Out | Literal[""]]]:
    """Who has these places, and why they cannot sit, "" where they can."""
    state.need([(JuryPlace, place) for place in some])
    members = {place: found.member for place in some if (found := state[JuryPlace, place]) is not None}
    state.need([key for member in members.values() for key in ((Juror, member), (Member, member))])
    too_new = matter.decided_at - duration(state, "vote_after")
    most = count(state, "juror_cases")
    for place, number_ in members.items():
        juror, member = state[Juror, number_], state[Member, number_]
        why: Out | Literal[""] = ""
        if juror is None or member is None or member.closed:
            why = "closed"
        elif number_ in matter.apart:
            why = "apart"
        elif juror.left:
            why = "left"
        elif juror.since > too_new:
            why = "new"
        elif juror.sitting >= most:
            why = "busy"
        yield place, number_, why


def _size(state: State, matter: Matter) -> int:
    return count(state, "jury_size" if matter.instance == 1 else "jury_second")


def apply_draw_jury(state: State, act: DrawJury, entry: Entry, index: int) -> Changes:
    """The jury sees the evidence."""
    matter = matter_of(state, act.matter)
    jury = Jury(
        matter=act.matter,
        case=matter.case,
        asks=matter.asks,
        instance=matter.instance,
        size=_size(state, matter),
        seats=act.seats,
        drawn_at=entry.at,
        evidence_until=entry.at + duration(state, "evidence"),
        pool=matter.pool,
        passed=draw(state, matter, act.secret).passed,
    )
    changes: Changes = {(Jury, index): jury}
    changes |= after_draw(state, act, index)
    return changes | _sit(state, act.seats, 1)


def _sit(state: State, members: tuple[int, ...], more: int) -> Changes:
    """These members sit in one jury more, or one less."""
    keys: list[Key] = [(Juror, member) for member in members]
    state.need(keys)
    changes: Changes = {}
    for member in members:
        juror = state[Juror, member]
        if juror is not None:  # of a juror who was never in the register, the draw itself is the breach
            changes[Juror, member] = Juror(juror.place, juror.since, juror.left, juror.sitting + more)
    return changes


def released(state: State, jury: Jury) -> Changes:
    """The jury has answered, or never will: its members may be drawn elsewhere."""
    return _sit(state, jury.present, -1)


def check_excuse_juror(state: State, act: ExcuseJuror, entry: Entry) -> None:
    """A juror or an alternate is excused without a cause while the evidence is open."""
    jury = jury_of(state, act.jury)
    check_member(state, entry.by)
    if act.place >= len(jury.seats) or jury.seats[act.place] != number(entry.by):
        raise Refused("jury-6", "seat %(place)s of jury %(jury)s is not yours", place=act.place, jury=act.jury)
    if act.place in jury.excused:
        raise Refused("jury-6", "you are excused already")
    if jury.status != "evidence" or entry.at >= jury.evidence_until:
        raise Refused("jury-6", "a juror is excused while the evidence is open; later one need not vote")


def excused(state: State, act: ExcuseJuror, index: int) -> Jury:
    """The jury without this juror: the next seat moves up; nobody is drawn anew."""
    jury = jury_of(state, act.jury)
    return msgspec.structs.replace(jury, excused=(*jury.excused, act.place), excuses=(*jury.excuses, index))


def is_broken(state: State, jury: Jury) -> bool:
    """Whether so many are excused that the jury cannot judge any more."""
    left = len(jury.seats) - len(jury.excused)
    return len(jury.excused) >= count(state, "jury_excuses") or left < count(state, "jury_quorum")


def check_open_jury(state: State, act: OpenVote, entry: Entry) -> None:
    """A jury votes when its evidence is closed, and its roll are those who sit."""
    jury = jury_of(state, act.jury)
    if jury.status != "evidence" or entry.at < jury.evidence_until:
        raise Refused("jury-7", "a jury votes once, when its time for the evidence is over")
    leaves = [hash_leaf(f"m:{member}".encode()) for member in jury.roll]
    if (act.closures, act.roll_size, act.roll_root) != (0, len(leaves), root_of(leaves).hex()):
        raise Refused("jury-7", "the roll of a jury's vote are those who sit in it")


def check_reasons_of_jurors(act: CloseVote, *, is_jury: bool) -> None:
    """Only jurors give reasons, under no number; each is committed to once."""
    wanted = [f"reasons/{place}" for place in range(1, len(act.commits) + 1)]
    if not is_jury and act.commits:
        raise Refused("jury-9", "only a jury gives reasons with its vote")
    if [commit.field for commit in act.commits] != wanted or len(act.commits) > act.size + act.late:
        raise Refused("jury-9", "the reasons of jurors are numbered from 1, and are no more than their ballots")
