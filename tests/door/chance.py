"""A world in which anybody may try anything: acts, legal and illegal, as chance has them."""

from collections.abc import Callable
from random import Random
from typing import TypeVar

import msgspec

from governance.acts.appeals import JoinAppeal
from governance.acts.cases import CoSign
from governance.acts.members import Admit, AdmitGuest, CloseAccount, Grant, Revoke
from governance.acts.proposals import Amend, AnyChange, Enact, Freeze, Propose, RepealRule, SetTerm, Sponsor, Withdraw
from governance.acts.words import LADDER, Role, Sanction, SanctionOrNone
from governance.appeals import Appealed
from governance.cases import Case
from governance.entry import AnyAct
from governance.members import Granted, Office, number
from governance.proposals import Proposal, Status
from governance.rules import LabelOf, Rule, class_of, version_key
from governance.state import Id
from governance.terms import UNITS, Term
from governance.votes import Vote
from tests.governance.boxes import Box
from tests.governance.making import Post
from tests.governance.world import World

T = TypeVar("T")
Tried = tuple[str, AnyAct]
"""By whom, and what."""

SPANS = (0, 0, 0, 1, 1_000, 20_000, UNITS["m"], UNITS["m"], 5 * UNITS["m"], 40 * UNITS["m"])


class Chance(World):
    """A peopled world with posts, and a die."""

    die: Random
    made: list[Post]

    def tries(self) -> Tried:
        """Somebody tries something: more often than not what could be, by whom it could be."""
        who, act = self.die.choice(_KINDS)(self)
        if self.die.random() < 0.15:
            who = self.anybody()
        return who, self._spoilt(act) if self.die.random() < 0.15 else act

    def time_goes_on(self) -> None:
        """To a date that something waits for, or a while."""
        dates = [proposal.due_at for proposal in self._values(Proposal).values()]
        dates += [vote.closes for vote in self._values(Vote).values()]
        dates += [case.due_at for case in self._values(Case).values()]
        to_come = [date for date in dates if date > self.now]
        if to_come and self.die.random() < 0.5:
            self.now = self.die.choice(to_come) + self.die.choice((-1, 0, 1_000))
        else:
            self.now += self.die.choice(SPANS)

    def anybody(self) -> str:
        """A person, or one of those who are no persons."""
        return self.die.choice([*self.people.values(), "clock", "reporter", "founding", "m:4000", "g:1"])

    def _values(self, type_: type[T]) -> dict[Id, T]:
        return {id_: value for (_, id_), value in self.state.items() if isinstance(value, type_)}

    def _pick(self, type_: type[T], is_ripe: Callable[[T], bool] = lambda value: True) -> int:
        """The number of something of this kind, a ripe one if there is one, or a number that is none."""
        values = self._values(type_)
        ids = [int(id_) for id_, value in values.items() if is_ripe(value)] or [int(id_) for id_ in values]
        if self.die.random() < 0.1:
            ids = [int(id_) for id_ in values]
        return self.die.choice(ids) if ids and self.die.random() < 0.97 else self.die.randrange(len(self.entries) + 3)

    def _proposal(self, *statuses: Status) -> tuple[int, Proposal | None]:
        index = self._pick(Proposal, lambda proposal: proposal.status in statuses)
        return index, self._values(Proposal).get(index)

    def _spoilt(self, act: AnyAct) -> AnyAct:
        """The act with a number in it that is another number."""
        fields = [name for name in act.__struct_fields__ if type(getattr(act, name)) is int]
        if not fields:
            return act
        name = self.die.choice(fields)
        other = getattr(act, name) + self.die.choice((-1, 1, 1_000, 90_000))
        return msgspec.structs.replace(act, **{name: other})

    def _member(self) -> int:
        return number(self.die.choice(list(self.people.values())))

    def _moderator(self) -> str:
        offices = list(self._values(Office).values())
        return f"m:{self.die.choice(offices).member}"

    # What can be tried.

    def _admit(self) -> Tried:
        return "clock", self.die.choice((Admit(), AdmitGuest()))

    def _close_account(self) -> Tried:
        member = self._member()
        return "m:8" if self.die.random() < 0.8 else f"m:{member}", CloseAccount(member)

    def _grant(self) -> Tried:
        basis = self.die.choice((2, 2, 2, self._pick(Granted)))
        until = self.now + self.die.choice((1, UNITS["m"], UNITS["d"], UNITS["d"], 400 * UNITS["d"]))
        role: Role = self.die.choice(("moderator", "moderator", "steward"))
        return self.people["sol"], Grant(self._member(), role, until, basis)

    def _revoke(self) -> Tried:
        grant = self._pick(Granted)
        return self.die.choice((self.people["sol"], self.anybody())), Revoke(grant, self.die.choice((grant, 2)))

    def _report(self) -> Tried:
        if len(self.made) < 12 and self.die.random() < 0.2:
            self.made.append(self.post(self.die.choice(list(self.people.values())), topical=self.die.random() < 0.5))
        labels = [str(label) for label, borne in self._values(LabelOf).items() if borne.rule]
        return "reporter", self.report(self.die.choice(self.made), self.die.choice(labels), self.die.choice("abcd"))

    def _decide(self) -> Tried:
        case = self._pick(Case, lambda case: case.status == "open" and self.now < case.due_at)
        if case not in self._values(Case):
            return self._report()
        rule = self.state[version_key(self._values(Case)[case].rule, self._values(Case)[case].rule_version)]
        sanctions: tuple[SanctionOrNone, ...] = ("", *(rule.sanctions if rule else ()))
        sanction = self.die.choice(sanctions if self.die.random() < 0.9 else LADDER)
        lasts = self.die.choice((UNITS["m"], 20 * UNITS["m"], UNITS["d"]))
        return self._moderator(), self.decide(case, sanction, lasts)

    def _co_sign(self) -> Tried:
        case = self._pick(Case, lambda case: case.restricts_at(self.now) and case.sanction == "suspend")
        return self._moderator(), CoSign(case)

    def _lift(self) -> Tried:
        return self._moderator(), self.lift(self._pick(Case, lambda case: case.restricts_at(self.now)))

    def _appeal(self) -> Tried:
        number_ = self._pick(Case, lambda case: case.status == "decided")
        case = self._values(Case).get(number_)
        if case is None or self.die.random() < 0.4:
            return "reporter", self.appeal(number_, self.die.choice("abcd"))
        return case.author, self.appeal(number_)

    def _join_appeal(self) -> Tried:
        return "reporter", JoinAppeal(self._pick(Appealed), self.pseudonym(self.die.choice("abcd")))

    def _reconsider(self) -> Tried:
        appeal = self._pick(Appealed, lambda appeal: appeal.status == "open")
        if appeal not in self._values(Appealed):
            return self._appeal()
        return self._moderator(), self.die.choice((self.reverse, self.maintain))(appeal)

    def _change(self) -> AnyChange:
        rules = self._values(Rule)
        match self.die.randrange(5):
            case 0 | 1:
                sanctions: tuple[Sanction, ...] = self.die.choice((("label",), ("label", "fold"), ()))
                return self.enact(f"9.{self.die.randrange(1, 4)}", *sanctions)
            case 2:
                label = self.die.choice(list(rules.values())).label
                return self.amend(label, "fold") if self._values(LabelOf)[label].rule else SetTerm("decision", "20m")
            case 3:
                return RepealRule(self._pick(Rule))
            case _:
                name = self.die.choice(list(self._values(Term)))
                return SetTerm(str(name), self.die.choice(("20m", "21m", "3", "1/2", "3/5", "5s")))

    def _propose(self) -> Tried:
        change = self._change()
        required = class_of(self.state, change)
        return f"m:{self._member()}", Propose(self.post(self.anybody()).id, change, required)

    def _amend(self) -> Tried:
        (index, proposal), change = self._proposal("sponsoring", "discussion"), self._change()
        by = proposal.proposer if proposal else self.anybody()
        return by, Amend(index, change, class_of(self.state, change))

    def _withdraw(self) -> Tried:
        index, proposal = self._proposal("sponsoring")
        return proposal.proposer if proposal else self.anybody(), Withdraw(index)

    def _sponsor(self) -> Tried:
        index, proposal = self._proposal("sponsoring")
        return f"m:{self._member()}", Sponsor(index, proposal.version if proposal else 1)

    def _freeze(self) -> Tried:
        index, proposal = self._proposal("discussion")
        return "clock", Freeze(index, proposal.version if proposal else 1, (self.commit("preview", "{}"),))

    def _open_vote(self) -> Tried:
        index, proposal = self._proposal("frozen", "between")
        return ("clock", self.open_vote(index)) if proposal else self._propose()

    def _box(self, vote: int) -> Box:
        box = self.boxes.setdefault(vote, Box(vote))
        for member in self.die.sample(sorted(self.people.values()), 7):
            if number(member) not in box.marks and self.die.random() < 0.7:
                box.put(number(member), self.die.choice((0, 0, 0, 0, 1, 2)))
        return box

    def _seal_box(self) -> Tried:
        vote = self._pick(Vote, lambda vote: vote.status == "open")
        if vote not in self._values(Vote):
            return self._open_vote()
        self._box(vote)
        return "clock", self.seal(vote)

    def _close_vote(self) -> Tried:
        vote = self._pick(Vote, lambda vote: vote.status == "open" and vote.closes <= self.now)
        return ("clock", self.close(vote)) if vote in self.boxes else self._seal_box()

    def _enact(self) -> Tried:
        index, proposal = self._proposal("adopted")
        return "clock", Enact(index, proposal.change if proposal else self._change())


_Kind = Callable[[Chance], Tried]
_OFTEN: tuple[_Kind, ...] = (Chance._report, Chance._decide, Chance._appeal, Chance._sponsor, Chance._sponsor)
_VOTING: tuple[_Kind, ...] = (Chance._freeze, Chance._open_vote, Chance._seal_box, Chance._close_vote, Chance._enact)
_SELDOM: tuple[_Kind, ...] = (
    Chance._admit,
    Chance._propose,
    Chance._close_account,
    Chance._grant,
    Chance._revoke,
    Chance._co_sign,
    Chance._lift,
    Chance._join_appeal,
    Chance._reconsider,
    Chance._amend,
    Chance._withdraw,
)
_KINDS: tuple[_Kind, ...] = _OFTEN * 3 + _VOTING * 2 + _SELDOM
