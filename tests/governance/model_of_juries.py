"""Juries told a second time, from the entries alone and in other words."""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Literal

from governance.acts.appeals import Appeal
from governance.acts.cases import Decide
from governance.acts.juries import DrawJury, ExcuseJuror, JoinJury, LeaveJury
from governance.acts.votes import CloseVote, OpenVote
from governance.entry import Entry

Ended = Literal["sitting", "upheld", "reversed", "returned", "kept", "unheard"]


@dataclass
class Plea:
    """An appeal, or a signed emergency, as far as a jury may hear it. `coin` is what its draw must open."""

    case: int
    by_author: bool
    nonce: str
    at: int
    coin: str
    pool: int
    decided_at: int
    second: bool
    apart: set[int]
    next_coin: str = ""
    judged: bool = False
    emergency: bool = False


@dataclass
class Sitting:
    """A jury: its seats, which of them are excused, how many sit."""

    plea: int
    seats: tuple[int, ...]
    size: int
    evidence_until: int
    excused: set[int] = field(default_factory=set)
    roll: tuple[int, ...] = ()
    ended: Ended = "sitting"

    def serving(self) -> list[int]:
        """Who sits."""
        return [member for place, member in enumerate(self.seats) if place not in self.excused][: self.size]


class JuryModel:
    """Follows what jurors and the clock do; tells what a verdict does to a case."""

    def __init__(self) -> None:
        self.order: list[int] = []
        self.since: dict[int, int] = {}
        self.left: set[int] = set()
        self.coins: dict[int, tuple[str, int, int]] = {}
        self.pleas: dict[int, Plea] = {}
        self.juries: dict[int, Sitting] = {}
        self.votes: dict[int, int] = {}

    def register(self, entry: Entry, act: JoinJury | LeaveJury) -> None:
        """Somebody comes to the register, or leaves it."""
        member = int(entry.by[2:])
        if isinstance(act, LeaveJury):
            assert member in self.since
            assert member not in self.left
            self.left.add(member)
            return
        assert member not in self.since or member in self.left
        if member not in self.order:
            self.order.append(member)
        self.since[member] = entry.at
        self.left.discard(member)

    def decided(self, entry: Entry, act: Decide) -> None:
        """The coin and the pool are fixed."""
        self.coins[act.case] = (act.coin, len(self.order), entry.at)

    def appealed(self, entry: Entry, index: int, act: Appeal, apart: set[str]) -> bool:
        """An appeal that may go to a jury; whether it is a second one."""
        if act.case not in self.coins:
            return False
        coin, pool, decided_at = self.coins[act.case]
        by_author = not act.reporter
        before = [
            plea
            for plea in self.pleas.values()
            if (plea.case, plea.by_author, plea.decided_at) == (act.case, by_author, decided_at) and plea.judged
        ]
        seats = {seat for jury in self.juries.values() for seat in jury.seats if self.pleas[jury.plea] in before}
        self.pleas[index] = Plea(
            act.case,
            by_author,
            act.nonce,
            entry.at,
            before[-1].next_coin if before else coin,
            pool,
            decided_at,
            bool(before),
            {int(one[2:]) for one in apart if one.startswith("m:")} | seats,
        )
        assert len(before) < 2
        return bool(before)

    def drawn(self, entry: Entry, index: int, act: DrawJury, terms: dict[str, int], acted: set[str]) -> None:
        """The secret is the one that was committed to, and everybody in a seat could be drawn."""
        plea = self.pleas[act.matter]
        assert entry.by == "clock"
        assert not plea.judged
        assert sha256(bytes.fromhex(act.secret)).hexdigest() == plea.coin
        assert (plea.second or plea.emergency) == (act.coin == "")
        assert len(set(act.seats)) == len(act.seats) >= terms["jury_quorum"]
        size = terms["jury_second" if plea.second else "jury_size"]
        assert len(act.seats) <= 2 * size
        for member in act.seats:
            assert member in self.order[: plea.pool]
            assert member not in self.left | plea.apart | {int(one[2:]) for one in acted if one.startswith("m:")}
            assert self.since[member] + terms["vote_after"] <= plea.decided_at
            assert self.sitting(member) < terms["juror_cases"]
        plea.judged, plea.next_coin = True, act.coin
        self.juries[index] = Sitting(act.matter, act.seats, size, entry.at + terms["evidence"])

    def sitting(self, member: int) -> int:
        """In how many juries somebody has a seat."""
        sitting = (jury for jury in self.juries.values() if jury.ended == "sitting")
        return sum(
            member == seat for jury in sitting for place, seat in enumerate(jury.seats) if place not in jury.excused
        )

    def excused(self, entry: Entry, act: ExcuseJuror, terms: dict[str, int]) -> Sitting:
        """One fewer; the jury, which may be dissolved by it."""
        jury = self.juries[act.jury]
        assert jury.ended == "sitting"
        assert not jury.roll
        assert entry.at < jury.evidence_until
        assert f"m:{jury.seats[act.place]}" == entry.by
        assert act.place not in jury.excused
        jury.excused.add(act.place)
        left = len(jury.seats) - len(jury.excused)
        if len(jury.excused) >= terms["jury_excuses"] or left < terms["jury_quorum"]:
            jury.ended = "unheard"
        return jury

    def opened(self, entry: Entry, index: int, act: OpenVote) -> None:
        """The evidence is closed."""
        jury = self.juries[act.jury]
        assert entry.at >= jury.evidence_until
        assert not jury.roll
        jury.roll = tuple(sorted(jury.serving()))
        assert act.roll_size == len(jury.roll)
        self.votes[index] = act.jury

    def closed(self, act: CloseVote, quorum: int) -> Sitting:
        """The jury with its verdict."""
        jury = self.juries[self.votes.pop(act.vote)]
        carry, against, blank = act.counts
        cast = carry + against + blank
        by_author = self.pleas[jury.plea].by_author
        if cast < quorum:
            jury.ended = "unheard" if by_author else "kept"
        elif 3 * carry >= 2 * cast:
            jury.ended = "upheld" if by_author else "returned"
        else:
            jury.ended = "reversed" if by_author else "kept"
        return jury
