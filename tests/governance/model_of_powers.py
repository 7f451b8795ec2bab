"""Emergencies and orders told a second time, from the entries alone: a part of the model."""

from collections.abc import Callable
from dataclasses import dataclass, field

from governance.acts.cases import Lift
from governance.acts.emergencies import Invoke, Second
from governance.acts.orders import Comply, PublishNotice, ReceiveOrder, RefuseOrder
from governance.acts.texts import Erasing
from governance.acts.words import Sanction
from governance.entry import Entry
from tests.governance.model_of_juries import JuryModel, Plea, Sitting

Power = Invoke | Second | ReceiveOrder | Comply | RefuseOrder | PublishNotice
FOR_EVER = 2**53 - 1
WITHHOLDS: Sanction = "withhold"


@dataclass
class Withheld:
    """A post that somebody's power withholds, until a time or not at all any more."""

    post: str
    author: str
    until: int
    by: str
    since: int
    unshown: bool = False
    signed: bool = False
    order: int = 0


@dataclass
class Powers:
    """Follows accepted entries; `ms` gives a duration in force, `holds` who holds which office when."""

    ms: Callable[[str], int]
    holds: Callable[[str, str, int], bool]
    juries: JuryModel
    withheld: dict[int, Withheld] = field(default_factory=dict)
    orders: dict[int, ReceiveOrder] = field(default_factory=dict)
    public_at: dict[int, int] = field(default_factory=dict)
    refused: set[int] = field(default_factory=set)
    done: dict[int, int] = field(default_factory=dict)
    coins: dict[int, tuple[str, int]] = field(default_factory=dict)

    def accept(self, entry: Entry, index: int, act: Power) -> None:
        """An entry has been accepted."""
        match act:
            case Invoke():
                self._invoke(entry, index, act)
            case Second():
                self._second(entry, act)
            case _:
                self._obey(entry, index, act)

    def _invoke(self, entry: Entry, index: int, act: Invoke) -> None:
        assert self._may_withhold(entry)
        assert entry.by != act.author
        assert act.posted <= entry.at
        unshown = act.ground == "child_abuse"
        assert bool(act.commits) is bool(act.coin) is not unshown
        for other in self.withheld.values():
            if other.post == act.post and not other.order and (other.unshown or not unshown):
                assert entry.at >= other.since + self.ms("emergency_again")
                assert entry.at >= other.until
        until = FOR_EVER if unshown else entry.at + self.ms("second")
        self.withheld[index] = Withheld(act.post, act.author, until, entry.by, entry.at, unshown)
        self.coins[index] = (act.coin, len(self.juries.order))

    def _second(self, entry: Entry, act: Second) -> None:
        told = self.withheld[act.emergency]
        assert self._may_withhold(entry)
        assert entry.by not in (told.by, told.author)
        assert not told.signed
        assert not told.order
        assert entry.at < told.until
        told.signed = True
        if told.unshown:
            return
        told.until = told.since + self.ms("emergency")
        coin, pool = self.coins[act.emergency]
        apart = {int(one[2:]) for one in (told.author, told.by, entry.by) if one.startswith("m:")}
        self.juries.pleas[act.emergency] = Plea(
            case=act.emergency,
            by_author=True,
            nonce=act.nonce,
            at=entry.at,
            coin=coin,
            pool=pool,
            decided_at=told.since,
            second=False,
            apart=apart,
            emergency=True,
        )

    def judged(self, jury: Sitting, at: int) -> None:
        """What follows for an emergency from how its jury has ended; what is over stays over."""
        told = self.withheld[self.juries.pleas[jury.plea].case]
        if at < told.until and jury.ended != "sitting":
            told.until = told.since + self.ms("restriction") if jury.ended == "upheld" else at

    def _may_withhold(self, entry: Entry) -> bool:
        return any(self.holds(entry.by, role, entry.at) for role in ("moderator", "steward"))

    def _obey(self, entry: Entry, index: int, act: ReceiveOrder | Comply | RefuseOrder | PublishNotice) -> None:
        assert self.holds(entry.by, "legal_officer", entry.at)
        match act:
            case ReceiveOrder():
                assert act.sealed_until <= entry.at + self.ms("sealed")
                self.orders[index], self.public_at[index] = act, act.sealed_until or entry.at
            case Comply():
                self._comply(entry, index, act)
            case RefuseOrder():
                assert act.order not in self.refused
                self.refused.add(act.order)
                self.done[index] = act.order
            case PublishNotice():
                assert entry.at < self.public_at[act.order]
                self.public_at[act.order] = entry.at

    def _comply(self, entry: Entry, index: int, act: Comply) -> None:
        assert act.order not in self.refused
        assert act.author != entry.by
        assert (self.orders[act.order].kind == "withhold") is bool(act.post)
        self.done[index] = act.order
        if not act.post:
            assert bool(act.author) is (entry.at >= self.public_at[act.order])
            return
        assert "globe" in [commit.field for commit in act.commits] or act.territory
        standing = [one for one in self.withheld.values() if one.order == act.order and entry.at < one.until]
        assert act.post not in [one.post for one in standing]
        self.withheld[index] = Withheld(act.post, act.author, act.until, entry.by, entry.at, order=act.order)

    def lift(self, entry: Entry, act: Lift) -> bool:
        """Whether it was a power that a lift ended."""
        told = self.withheld.get(act.case)
        if told is None:
            return False
        assert entry.by != told.author
        assert entry.at < told.until
        assert self.holds(entry.by, "legal_officer" if told.order or told.unshown else "moderator", entry.at)
        told.until = entry.at
        return True

    def erase(self, one: Erasing, at: int) -> None:
        """A text was erased: without it nothing stands."""
        if one.what == "order" or one.entry in self.done:
            assert at >= self.public_at[one.of if one.of in self.public_at else self.done[one.entry]]
        for index, told in self.withheld.items():
            ends = one.entry == index if one.what == "reasons" else told.order == one.of and one.what == "order"
            if ends and at < told.until:
                told.until = at

    def standing(self, at: int) -> dict[str, set[tuple[int, Sanction, int]]]:
        """What is withheld at a time: which power, and until when, by post."""
        found: dict[str, set[tuple[int, Sanction, int]]] = {}
        for index, told in self.withheld.items():
            if at < told.until:
                found.setdefault(told.post, set()).add((index, WITHHOLDS, told.until))
        return found
