"""Random acts, lawful and not, by anybody at any time: the two ways to ask the law agree, and so does a replay."""

import msgspec
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from governance.acts.appeals import JoinAppeal
from governance.acts.elections import Stand, StandDown
from governance.acts.members import Admit, AdmitGuest, CloseAccount, Grant, Revoke
from governance.acts.proposals import (
    AnyChange,
    Elect,
    Enact,
    Recall,
    RepealRule,
    SetRanking,
    SetTerm,
    Sponsor,
    Withdraw,
)
from governance.acts.texts import Erase, Erasing, WhyErased
from governance.acts.words import LADDER, Role, SanctionOrNone
from governance.appeals import Appealed, Joined
from governance.cases import Case, Reported, Subject, case_of
from governance.elections import Elected
from governance.entry import AnyAct
from governance.errors import Refused
from governance.members import Granted, Member, number, register_of
from governance.proposals import Proposal, Sponsored, proposal_of
from governance.rules import Rule
from governance.terms import Term, size_of
from governance.votes import BLANK, NO, YES, Vote, vote_of
from tests.governance.boxes import Box
from tests.governance.chance import NAMES
from tests.governance.chance_of_juries import JuryChance
from tests.governance.chance_of_polls import PollChance
from tests.governance.chance_of_powers import PowerChance
from tests.governance.model import shown
from tests.governance.polling import open_poll
from tests.governance.strategies import acts
from tests.governance.world import MEMBERS, MODERATORS, STEWARD

ROLES: tuple[Role, ...] = ("moderator", "steward", "legal_officer")
SPANS = ("1ms", "1h", "1d", "7d", "31d", "190d")


class Square(JuryChance, PowerChance, PollChance):
    """A square in which anybody may do anything."""

    @initialize()
    def something_is_going_on(self) -> None:
        """A reported post, a decision, an appeal, a proposal and a poll: there is much to do from the start."""
        world = self.world
        case = self._does("reporter", world.report(self.posts[0], "2.1", "bo"))
        self._does("reporter", world.report(self.posts[1], "1.1", "cy"))
        self._does("mia", world.decide(case, "suspend", int(size_of("30d"))))
        self._does("ann", world.appeal(case))
        self._does("bo", world.propose(self.posts[2], world.enact("9.1", "label", "fold")))
        self._does(STEWARD, Grant(number(world.by("max")), "legal_officer", world.after("office"), 2))
        self._does("mia", world.invoke(self.posts[0]))
        self._does("max", world.receive())
        poll = self._does("clock", open_poll(world, ("tea", "coffee"), post=self.posts[2].id))
        world.boxes[poll] = Box(poll)

    # What anybody might do.

    @rule(data=st.data())
    def anything_at_all(self, data: st.DataObject) -> None:
        """Whatever the types allow, by anybody."""
        self._tries(data, data.draw(st.sampled_from([*NAMES, "clock", "reporter", "founding"])), data.draw(acts()))

    @rule(data=st.data())
    def time_passes(self, data: st.DataObject) -> None:
        """Some of it, or just until something is due, or a moment before."""
        world = self.world
        dates = sorted({date for date in self._dates() if date > world.now})[:5]
        if dates and self._maybe(data):
            world.now = data.draw(st.sampled_from(dates)) - data.draw(st.integers(0, 1))
        else:
            world.passes(data.draw(st.sampled_from(SPANS)))

    def _dates(self) -> list[int]:
        cases, appeals, proposals = self._all(Case), self._all(Appealed), self._all(Proposal)
        dates = [date for case in cases.values() for date in (case.due_at, case.until, case.appeal_until)]
        return [
            *dates,
            *(date for appeal in appeals.values() for date in (appeal.due_at, appeal.ends_at)),
            *(proposal.due_at for proposal in proposals.values()),
        ]

    @rule()
    def another_process_takes_over(self) -> None:
        """It has loaded nothing, and everything goes on."""
        self.world.forget()

    @rule(data=st.data())
    def people_come_and_go(self, data: st.DataObject) -> None:
        """Admissions, closings, offices given and taken."""
        world = self.world
        one = number(world.by(self._of(data, NAMES)))
        grant = self._of(data, list(self._all(Granted)))
        roles: tuple[Role, ...] = ("moderator", "moderator", "steward", "legal_officer")
        role = self._of(data, roles)
        until = world.now + int(size_of(self._of(data, SPANS)))
        might: list[tuple[str, AnyAct]] = [
            ("clock", Admit()),
            ("clock", AdmitGuest()),
            (f"m:{one}", CloseAccount(one)),
            (STEWARD, Grant(one, role, until, 2)),
            (self._of(data, (STEWARD, f"m:{one}")), Revoke(grant, self._of(data, (2, grant)))),
        ]
        self._tries(data, *self._of(data, might))

    @rule(data=st.data())
    def somebody_reports(self, data: st.DataObject) -> None:
        """A post, or a version of it, under a rule that may be over."""
        world = self.world
        if self._maybe(data):
            self.posts.append(world.post(self._of(data, NAMES), topical=self._maybe(data)))
        post = self._of(data, self.posts)
        label = self._of(data, [rule.label for rule in self._all(Rule).values() if rule.status == "in force"])
        self._tries(data, "reporter", world.report(post, label, self._of(data, NAMES)))

    @rule(data=st.data())
    def somebody_decides(self, data: st.DataObject) -> None:
        """With any sanction of the ladder or none, for any time."""
        case = self._of(data, list(self._all(Case)))
        about = case_of(self.world.state, case)
        rule_ = self.world.version_of(about.rule, about.posted)
        sanctions: tuple[SanctionOrNone, ...] = ("", *rule_.sanctions, *rule_.sanctions, self._of(data, LADDER))
        sanction = self._of(data, sanctions)
        others = [self._of(data, self.posts) for _ in range(data.draw(st.integers(0, 3)))] if self._maybe(data) else []
        act = self.world.decide(case, sanction, int(size_of(self._of(data, SPANS))), others)
        self._tries(data, self._of(data, (*MODERATORS, *NAMES)), act)

    @rule(data=st.data())
    def somebody_signs_or_lifts(self, data: st.DataObject) -> None:
        """Any case, whether it restricts or not."""
        case = self._of(data, list(self._all(Case)))
        might: list[AnyAct] = [self.world.co_sign(case), self.world.lift(case)]
        self._tries(data, self._of(data, (*MODERATORS, *NAMES)), self._of(data, might))

    @rule(data=st.data())
    def somebody_appeals(self, data: st.DataObject) -> None:
        """The author, a reporter, a stranger."""
        world, case, name = self.world, self._of(data, list(self._all(Case))), self._of(data, NAMES)
        author = case_of(world.state, case).author
        if self._maybe(data):
            might = (world.appeal(case), world.appeal(case), world.edited(case))
            self._tries(data, self._of(data, (author, author, name)), self._of(data, might))
        else:
            reporter = self._of(data, [mark.reporter for mark in self._all(Reported).values() if mark.case == case])
            act = msgspec.structs.replace(world.appeal(case), reporter=reporter)
            self._tries(data, "reporter", act)

    @rule(data=st.data())
    def somebody_joins_or_answers_an_appeal(self, data: st.DataObject) -> None:
        """Reporters join, moderators look again."""
        world, appeal = self.world, self._of(data, list(self._all(Appealed)))
        looks = self._of(data, (world.reverse(appeal), world.maintain(appeal)))
        might: list[tuple[str, AnyAct]] = [
            ("reporter", JoinAppeal(appeal, world.pseudonym(self._of(data, NAMES)))),
            (self._of(data, (*MODERATORS, *NAMES)), looks),
        ]
        self._tries(data, *self._of(data, might))

    @rule(data=st.data())
    def somebody_erases(self, data: st.DataObject) -> None:
        """Texts of cases, appeals and proposals, their own or another's, on any ground."""
        world, case = self.world, self._of(data, list(self._all(Case)))
        about, reporter = case_of(world.state, case), self._reporter(data, case)
        appeal, proposal = self._of(data, list(self._all(Appealed))), self._of(data, list(self._all(Proposal)))
        sides = self._all(Appealed)[appeal]
        might: list[tuple[str, Erasing]] = [
            (about.author, Erasing(case, "content", case, reporter)),
            ("reporter", Erasing(case, "reason", case, reporter)),
            (about.author, Erasing(about.decision, "content", case, "")),
            ("max", Erasing(about.decision, "reasons", case, "")),
            (sides.by, Erasing(appeal, "statement", appeal, sides.by if sides.side == "reporters" else "")),
            (proposal_of(world.state, proposal).proposer, Erasing(proposal, "words", proposal, "")),
        ]
        who, one = self._of(data, might)
        who = "reporter" if who.startswith("r:") else who
        ground: WhyErased = self._of(data, ("request", "request", "order", "private"))
        self._tries(data, self._of(data, (who, who, "max")), Erase((one,), ground))

    def _reporter(self, data: st.DataObject, case: int) -> str:
        return self._of(data, [mark.reporter for mark in self._all(Reported).values() if mark.case == case])

    @rule(data=st.data())
    def somebody_proposes_or_amends(self, data: st.DataObject) -> None:
        """Rules, their ends, terms."""
        world, name = self.world, self._of(data, NAMES)
        change = self._change(data)
        proposal = self._of(data, list(self._all(Proposal)))
        proposer = proposal_of(world.state, proposal).proposer
        might: list[tuple[str, AnyAct]] = [
            (name, world.propose(world.post(name), change)),
            (name, world.propose(world.post(name), change)),
            (proposer, world.amendment(proposal, change)),
            (self._of(data, (proposer, name, name)), Withdraw(proposal)),
        ]
        self._tries(data, *self._of(data, might))

    def _change(self, data: st.DataObject) -> AnyChange:
        world = self.world
        live = {index: rule for index, rule in self._all(Rule).items() if rule.status == "in force"}
        target = self._of(data, list(live))
        sanctions = data.draw(st.sets(st.sampled_from(LADDER[:5]), max_size=3))
        term = self._of(data, list(self._all(Term).values()))
        might: list[AnyChange] = [
            world.enact(self._of(data, ("9.1", "9.2")), *sorted(sanctions)),
            world.amend(live[target].label, *sorted(sanctions)),
            RepealRule(target),
            SetTerm(term.name, self._of(data, (term.floor, term.ceiling))),
            Elect(self._of(data, ROLES), self._of(data, (1, 2))),
            Recall(self._of(data, list(self._all(Granted)))),
            world.charter(self._of(data, ("one text", "another text"))),
            world.ranking(4, 3, 2, 1, self._of(data, (0, 6)), first=self._of(data, (False, True))),
            SetRanking("lively", (), False),
        ]
        return self._of(data, might)

    @rule(data=st.data())
    def somebody_elects(self, data: st.DataObject) -> None:
        """An election from its proposal to its vote, with whoever stands and stands down on the way."""
        world = self.world
        index = self._tries(data, "ann", world.propose(world.post("ann"), Elect(self._of(data, ROLES), 1)))
        if index is None:
            return
        for name in data.draw(st.sets(st.sampled_from(NAMES), max_size=3)):
            self._tries(data, name, Stand(index))
        self._tries(data, self._of(data, NAMES), StandDown(index))
        for name in ("bo", "cy", "dee"):
            self._tries(data, name, Sponsor(index, 1))
        for _ in range(self._of(data, (0, 1, 2, 4))):
            self._step(data, index, proposal_of(world.state, index))

    @rule(data=st.data())
    def somebody_takes_office(self, data: st.DataObject) -> None:
        """Whom an election chose, or somebody else, now or again."""
        world, elections = self.world, self._all(Elected)
        if not elections:
            return
        proposal = self._of(data, list(elections))
        one = self._of(data, (elections[proposal].winners[0], number(world.by(self._of(data, NAMES)))))
        self._tries(data, "clock", Grant(one, elections[proposal].role, world.after("office"), proposal))

    @rule(data=st.data(), steps=st.integers(1, 6))
    def a_proposal_goes_on(self, data: st.DataObject, steps: int) -> None:
        """Whatever comes next for it, as soon as it may come, and what comes after that."""
        index = self._of(data, list(self._all(Proposal)))
        for _ in range(steps):
            self._step(data, index, proposal_of(self.world.state, index))

    def _step(self, data: st.DataObject, index: int, proposal: Proposal) -> None:
        world = self.world
        if proposal.status == "sponsoring":
            for name in data.draw(st.sets(st.sampled_from(MEMBERS), max_size=4)):
                self._tries(data, name, Sponsor(index, proposal.version))
            return
        world.now = max(world.now, proposal.due_at)
        if proposal.status == "discussion":
            self._tries(data, "clock", world.freeze(index))
        elif proposal.status in ("frozen", "between"):
            vote = self._tries(data, "clock", world.open_vote(index))
            if vote is not None:
                world.boxes[vote] = Box(vote)
                self._cast(data, vote)
        elif proposal.status == "voting":
            self._close(data, proposal.vote)
        elif proposal.status == "adopted":
            self._tries(data, "clock", Enact(index, proposal.change))

    @rule(data=st.data())
    def a_vote_goes_on(self, data: st.DataObject) -> None:
        """More ballots, another seal."""
        votes = self._all(Vote)
        still = [
            index
            for index, vote in votes.items()
            if vote.status == "open" and not vote.poll and index in self.world.boxes
        ]
        if still:
            self._cast(data, self._of(data, still))

    def _cast(self, data: st.DataObject, vote: int) -> None:
        value = vote_of(self.world.state, vote)
        masks = ((1 << value.options) - 1, (1 << value.options) - 1, 1, 0)
        choice = self._of(data, masks if value.approval else (YES, YES, YES, NO, BLANK))
        for name in data.draw(st.sets(st.sampled_from((*MEMBERS, *MODERATORS)), min_size=3)):
            if number(self.world.by(name)) not in self.world.boxes[vote].marks:
                try:
                    self.world.puts(name, vote, choice)
                except Refused as refusal:
                    event(f"refused: {refusal.clause}")
        self._tries(data, "clock", self.world.seal(vote))

    def _close(self, data: st.DataObject, vote: int) -> None:
        late = self._of(data, (0, 0, 60_001))
        self.world.now = max(self.world.now, vote_of(self.world.state, vote).closes + late)
        self._tries(data, "clock", self.world.seal(vote))
        self._tries(data, "clock", self.world.close(vote))

    # What always holds.

    @invariant()
    def the_model_agrees_on_what_is_restricted(self) -> None:
        """Each subject carries exactly the restrictions that the cases' entries add up to, at this moment."""
        subjects = {key[1]: value for key, value in self.world.state.items() if isinstance(value, Subject)}
        standing = {key: shown(subject, self.world.now) for key, subject in subjects.items()}
        assert self.model.standing(self.world.now) == {key: some for key, some in standing.items() if some}

    @invariant()
    def counts_are_the_marks_that_they_count(self) -> None:
        """A number in a value is the number of keys beside it."""
        world = self.world
        reported = [mark.case for mark in self._all(Reported).values()]
        assert {index: case.reporters for index, case in self._all(Case).items()} == {
            index: reported.count(index) for index in self._all(Case)
        }
        joined = [mark.appeal for mark in self._all(Joined).values()]
        for index, appeal in self._all(Appealed).items():
            assert joined.count(index) == appeal.reporters
        sponsored = [(mark.proposal, mark.version) for mark in self._all(Sponsored).values()]
        for index, proposal in self._all(Proposal).items():
            assert sponsored.count((index, proposal.version)) == proposal.sponsors
        members = [member for member in self._all(Member).values() if not member.guest]
        assert len(members) == register_of(world.state).length
        assert sum(member.closed == 0 for member in members) == register_of(world.state).members

    @invariant()
    def terms_and_votes_keep_their_bounds(self) -> None:
        """No term passes its floor or ceiling, no box outgrows its roll, nobody acts twice in a case."""
        for term in self._all(Term).values():
            assert size_of(term.floor) <= size_of(term.value) <= size_of(term.ceiling)
        for vote in self._all(Vote).values():
            assert vote.sealed_size + vote.late <= vote.roll_size
            assert vote.roll_size <= (len(vote.jurors) if vote.jury else vote.edge)
        for case in self._all(Case).values():
            assert len(set(case.deciders)) == len(case.deciders)
            assert case.author not in {f"m:{decider}" for decider in case.deciders}

    def teardown(self) -> None:
        """The leaves alone tell all of it, and the rows hold the same."""
        values = self.world.state
        assert values == self.world.replayed()
        assert values == {key: msgspec.json.decode(row, type=key[0]) for key, row in self.world.table.items()}


TestSquare = Square.TestCase
TestSquare.settings = settings(
    max_examples=60, stateful_step_count=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
