"""The law told a second time, from the entries alone and in other words: what must hold of every accepted act."""

from governance.acts.appeals import Appeal, JoinAppeal, Reconsider
from governance.acts.cases import CoSign, Decide, Lift, Report
from governance.acts.elections import Stand, StandDown
from governance.acts.emergencies import Invoke, Second
from governance.acts.juries import DrawJury, ExcuseJuror, JoinJury, LeaveJury
from governance.acts.members import Admit, AdmitGuest, CloseAccount, Found, Grant, Revoke
from governance.acts.orders import Comply, PublishNotice, ReceiveOrder, RefuseOrder
from governance.acts.proposals import (
    Amend,
    AmendRule,
    AnyChange,
    Elect,
    Enact,
    EnactRule,
    Freeze,
    Propose,
    Recall,
    RepealRule,
    RuleSpec,
    SetTerm,
    Sponsor,
)
from governance.acts.texts import Erase
from governance.acts.votes import CloseVote, OpenPoll, OpenVote
from governance.acts.words import Sanction
from governance.cases import Subject
from governance.entry import Entry
from governance.terms import size_of
from tests.governance.model_of_juries import JuryModel, Sitting
from tests.governance.model_of_polls import Asked
from tests.governance.model_of_powers import Powers
from tests.governance.told import Run, Span, Told, is_about, is_same


class Model:
    """Follows accepted entries; raises AssertionError for one that should not have been accepted."""

    def __init__(self) -> None:
        self.terms: dict[str, str] = {}
        self.people: dict[str, bool] = {}
        self.offices: dict[int, tuple[str, str, int]] = {}
        self.rules: dict[int, list[Span]] = {}
        self.repealed: set[int] = set()
        self.cases: dict[int, Told] = {}
        self.appeals: dict[int, tuple[int, bool]] = {}
        self.proposals: dict[int, str] = {}
        self.sponsors: set[tuple[int, int, str]] = set()
        self.votes: dict[int, tuple[int, int]] = {}
        self.adopted: dict[int, int] = {}
        self.erased: set[tuple[int, str]] = set()
        self.juries = JuryModel()
        self.elections: dict[int, Run] = {}
        self.powers = Powers(self.ms, self._is, self.juries)
        self.polls: dict[int, Asked] = {}

    def ms(self, term: str) -> int:
        """A duration in force."""
        return int(size_of(self.terms[term]))

    def accept(self, entry: Entry, index: int) -> None:  # noqa: C901 - a line an act
        """An entry has been accepted."""
        match entry.act:
            case Found(terms=terms):
                self.terms = {term.name: term.value for term in terms}
            case Admit():
                self.people[f"m:{index}"] = True
            case AdmitGuest():
                self.people[f"g:{index}"] = True
            case CloseAccount(member=member):
                assert entry.by == f"m:{member}"
                self.people[entry.by] = False
            case Grant() | Revoke():
                self._power(entry, index, entry.act)
            case Report() | Decide() | CoSign() | Lift():
                self._judge(entry, index, entry.act)
            case Appeal() | JoinAppeal() | Reconsider():
                self._contest(entry, index, entry.act)
            case Erase():
                self._erase(entry, entry.act)
            case JoinJury() | LeaveJury():
                assert self.people[entry.by]
                self.juries.register(entry, entry.act)
            case DrawJury():
                told = self.cases.get(self.juries.pleas[entry.act.matter].case)
                acted = told.acted | {told.report.author} if told is not None else set()
                self.juries.drawn(entry, index, entry.act, self._numbers(), acted)
            case ExcuseJuror():
                self._verdict(self.juries.excused(entry, entry.act, self._numbers()), entry.at)
            case Invoke() | Second() | ReceiveOrder() | Comply() | RefuseOrder() | PublishNotice():
                self.powers.accept(entry, index, entry.act)
            case _:
                self._legislate(entry, index)

    def _erase(self, entry: Entry, act: Erase) -> None:
        for one in act.entries:
            assert (one.entry, one.what) not in self.erased
            self.erased.add((one.entry, one.what))
            self.powers.erase(one, entry.at)
            if self._is(entry.by, "legal_officer", entry.at):
                assert act.ground == "request" or one.what != "content" or self._is_withheld(one.of, entry.at)
            else:
                assert act.ground == "request"
                assert one.what in ("content", "reason", "statement", "words")
            if one.what == "reasons" and one.of in self.cases and self.cases[one.of].decision == one.entry:
                self.cases[one.of].sanction = None

    def _is_withheld(self, case: int, at: int) -> bool:
        post = self.powers.withheld[case].post if case in self.powers.withheld else self.cases[case].report.post
        return any(sanction == "withhold" for _, sanction, _ in self.standing(at).get(post, ()))

    def _power(self, entry: Entry, index: int, act: Grant | Revoke) -> None:
        if isinstance(act, Revoke):
            held = self.offices.pop(act.grant)
            assert held[0] == entry.by or self._is(entry.by, "steward", entry.at)
            return
        who = f"m:{act.member}"
        assert self.people[who]
        if entry.by == "clock":
            run = self.elections[act.basis]
            assert run.is_law
            run.chosen.remove(who)
            self.offices = {n: one for n, one in self.offices.items() if one[:2] != (who, act.role)}
        else:
            assert entry.by == "founding" or self._is(entry.by, "steward", entry.at)
        self.offices[index] = (who, act.role, act.until)

    def _is(self, by: str, role: str, at: int) -> bool:
        held = any(
            who == by and what == role and at < self._end(role, until) for who, what, until in self.offices.values()
        )
        return held and self.people[by]

    def _end(self, role: str, until: int) -> int:
        """When an office that ends at `until` is over, after all elections for it that ran then."""
        ends = [until]
        for run in self.elections.values():
            if run.role == role and run.frozen and run.frozen < until and not 0 < run.closed <= until:
                latest = until + self.ms("prolong")
                ends.append(min(latest, run.closed or latest))
        return max(ends)

    def _elect(self, entry: Entry, act: Amend | Stand | StandDown | Freeze) -> None:
        run = self.elections.get(act.proposal)
        if run is None:
            assert isinstance(act, Amend | Freeze)
        elif isinstance(act, Amend):
            assert isinstance(act.change, Elect)
            run.seats = act.change.seats
        elif isinstance(act, Freeze):
            assert not any(
                other.frozen and not other.closed for other in self.elections.values() if other.role == run.role
            )
            run.frozen = entry.at if run.standing else 0
        elif isinstance(act, Stand):
            assert not run.frozen and self.people[entry.by] and entry.by not in run.standing
            run.standing.append(entry.by)
        else:
            run.standing.remove(entry.by)

    def _count(self, entry: Entry, act: CloseVote) -> None:
        proposal, roll_size = self.votes.pop(act.vote)
        assert act.size <= roll_size
        run = self.elections.get(proposal)
        if run is not None:
            carried = self._choose(run, act, entry.at)
        else:
            yes, no, _ = act.counts
            carried = 2 * yes > yes + no
        if carried and act.size >= int(self.terms["quorum_min"]):
            self.adopted[proposal] = self.adopted.get(proposal, 0) + 1

    def _choose(self, run: Run, act: CloseVote, at: int) -> bool:
        """Whom the approvals choose, and whether that is anybody."""
        run.closed = at
        register = list(self.people)
        ranked = sorted(zip(run.standing, act.counts, strict=False), key=lambda one: (-one[1], register.index(one[0])))
        run.chosen = [who for who, got in ranked if 2 * got > act.size][: run.seats]
        return bool(run.chosen)

    def _judge(self, entry: Entry, index: int, act: Report | Decide | CoSign | Lift) -> None:
        if isinstance(act, Report):
            self._report(entry, index, act)
            return
        if isinstance(act, Lift) and self.powers.lift(entry, act):
            return
        told = self.cases[act.case]
        assert self._is(entry.by, "moderator", entry.at)
        assert entry.by != told.report.author
        if isinstance(act, Lift):
            told.sanction = None
            return
        assert entry.by not in told.acted
        told.acted.add(entry.by)
        if isinstance(act, CoSign):
            assert told.sanction == "suspend"
            told.until = told.decided_until
        else:
            self._decide(entry, told, act)
            told.decision = index
            self.juries.decided(entry, act)

    def _report(self, entry: Entry, index: int, act: Report) -> None:
        number, version = act.rule
        spans = self.rules[number]
        assert number not in self.repealed
        assert spans[version - 1].holds(act.posted)
        assert spans[-1].holds(entry.at)
        assert act.posted <= entry.at
        assert act.author in self.people
        same = [told for told in self.cases.values() if is_same(told, act)]
        told = same[0] if same else Told(act, spans[version - 1].spec.ground == "unlawful", entry.at)
        if not same:
            self.cases[index] = told
        assert act.reporter not in told.reporters
        told.reporters.add(act.reporter)

    def _decide(self, entry: Entry, told: Told, act: Decide) -> None:
        spans = self.rules[told.report.rule[0]]
        spec = spans[told.report.rule[1] - 1].spec
        assert act.rule == told.report.rule
        assert spans[-1].holds(entry.at)
        assert len(act.elements) == spec.elements
        told.sanction = act.sanction or None
        told.named = {(one.post, one.version): one.posted for one in act.posts}
        for post, version in told.named:
            others = [other for other in self.cases.values() if other is not told]
            assert not any(is_about(other, post, version, act.rule[0]) for other in others)
            assert spans[told.report.rule[1] - 1].holds(told.named[post, version])
        assert not act.posts or (spec.kind == "spam" and act.outcome == "restrict")
        told.answered |= set(told.named)
        if told.sanction is None:
            return
        assert told.sanction in spec.sanctions
        assert told.sanction in spans[-1].spec.sanctions
        assert all(act.elements)
        assert entry.at < act.until
        assert told.unlawful or act.until <= entry.at + self.ms("restriction")
        told.until = told.decided_until = act.until
        if told.sanction == "suspend":
            told.until = min(act.until, entry.at + self.ms("cosign"))

    def _contest(self, entry: Entry, index: int, act: Appeal | JoinAppeal | Reconsider) -> None:
        if isinstance(act, JoinAppeal):
            assert act.reporter in self.cases[self.appeals[act.appeal][0]].reporters
            return
        case, by_author = (act.case, not act.reporter) if isinstance(act, Appeal) else self.appeals[act.appeal]
        told = self.cases[case]
        if isinstance(act, Reconsider):
            assert self._is(entry.by, "moderator", entry.at)
            assert entry.by not in told.acted | {told.report.author}
            told.acted.add(entry.by)
            if act.outcome == "reverse" and by_author:
                told.sanction = None
            return
        if act.edited:
            assert by_author
            assert act.edited > told.report.version
            self.appeals[index] = (case, True)
            assert entry.by == told.report.author
            return
        self.juries.appealed(entry, index, act, told.acted | {told.report.author})
        assert entry.by == told.report.author if by_author else act.reporter in told.reporters
        self.appeals[index] = (case, by_author)
        if by_author:
            assert told.sanction is not None
            if not told.unlawful:
                told.until = min(told.until, entry.at + self.ms("appeal_total"))

    def _numbers(self) -> dict[str, int]:
        """Every term that is no share, in ms or as a count."""
        return {name: int(size_of(value)) for name, value in self.terms.items() if "/" not in value}

    def _verdict(self, jury: Sitting, at: int) -> None:
        """What follows for the case from how a jury has ended."""
        plea = self.juries.pleas[jury.plea]
        if plea.emergency:
            self.powers.judged(jury, at)
            return
        told = self.cases[plea.case]
        is_of_now = self.juries.coins[plea.case][2] == plea.decided_at
        if not plea.by_author or told.sanction is None or not is_of_now:
            return
        if jury.ended == "reversed" or (jury.ended == "unheard" and not told.unlawful):
            told.sanction = None
        elif jury.ended == "upheld" and at < told.until:
            told.until = told.decided_until

    def _legislate(self, entry: Entry, index: int) -> None:  # noqa: C901 - a line an act
        match entry.act:
            case Propose(change=change):
                assert self.people[entry.by]
                self.proposals[index] = entry.by
                if isinstance(change, Elect):
                    self.elections[index] = Run(change.role, change.seats)
            case Amend() | Stand() | StandDown() | Freeze():
                self._elect(entry, entry.act)
            case Sponsor(proposal=proposal, version=version):
                assert self.people[entry.by]
                assert entry.by != self.proposals[proposal]
                assert (proposal, version, entry.by) not in self.sponsors
                self.sponsors.add((proposal, version, entry.by))
            case OpenVote() if entry.act.jury:
                self.juries.opened(entry, index, entry.act)
            case OpenPoll():
                self._ask(entry, index, entry.act)
            case CloseVote() if entry.act.vote in self.polls:
                self.polls[entry.act.vote].counted(entry, entry.act)
            case CloseVote() if entry.act.vote in self.juries.votes:
                self._verdict(self.juries.closed(entry.act, int(self.terms["jury_quorum"])), entry.at)
            case OpenVote(proposal=proposal, roll_size=roll_size):
                assert len({by for number, _, by in self.sponsors if number == proposal}) >= 2
                self.votes[index] = (proposal, roll_size)
            case CloseVote():
                self._count(entry, entry.act)
            case Enact(proposal=proposal, change=change):
                assert entry.by == "founding" or self.adopted.pop(proposal) >= 1
                if isinstance(change, Elect):
                    self.elections[proposal].is_law = True
                self._change(change, entry.at, index)
            case _:
                pass

    def _ask(self, entry: Entry, index: int, act: OpenPoll) -> None:
        assert entry.by == "clock"
        assert act.post not in [asked.post for asked in self.polls.values()]
        members = [who for who, is_here in self.people.items() if is_here and who.startswith("m:")]
        assert act.roll_size == len(members)
        self.polls[index] = Asked(act, entry.at)

    def _change(self, change: AnyChange, at: int, index: int) -> None:
        match change:
            case SetTerm(name=name, value=value):
                self.terms[name] = value
            case EnactRule(rule=spec):
                self.rules[index] = [self._span(spec, at)]
            case AmendRule(target=target, rule=spec):
                self.rules[target][-1].until = min(at, self.rules[target][-1].until)
                self.rules[target].append(self._span(spec, at))
            case Recall(grant=grant):
                self.offices.pop(grant, None)
            case RepealRule(target=target):
                assert target not in self.repealed
                self.rules[target][-1].until = min(at, self.rules[target][-1].until)
                self.repealed.add(target)

    def _span(self, spec: RuleSpec, at: int) -> Span:
        return Span(spec, at, at + self.ms("sunset") if spec.sanctions else 2**53)

    def standing(self, at: int) -> dict[str, set[tuple[int, Sanction, int]]]:
        """What restricts whom at a time: case, sanction and end by subject."""
        found = self.powers.standing(at)
        for case, told in self.cases.items():
            if told.sanction is not None and at < told.until:
                for key in told.subjects():
                    found.setdefault(key, set()).add((case, told.sanction, told.until))
        return found


def shown(subject: Subject, at: int) -> set[tuple[int, Sanction, int]]:
    """The same of one subject, as the law has it."""
    return {(one.case, one.sanction, one.until) for one in subject.standing(at)}
